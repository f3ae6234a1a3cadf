"""A page that holds everything a page can hold costs what a short one costs: fifteen questions, and four for what it shows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.care.keeping import report_problem, say_useful
from cms.care.services import SIGNS, sign_page
from cms.models import CollaborativePage, PageChange, Passage
from realtime.threads.services import react
from tests.cms.conftest import Place
from tests.cms.factories import make_page
from tests.cms.test_embeds import a_poll, a_thread
from tests.intranet.people.factories import MembershipFactory, TeamFactory
from tests.realtime.threads.factories import say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P1", "P2")]
MANY = 12


def asked_of(place: Place, page: CollaborativePage, person: str) -> list[str]:
    """The statements that one reading costs, once the reader is known."""
    client = place.client(person)
    client.get(page.url)
    with CaptureQueriesContext(connection) as queries:
        read = client.get(page.url).content.decode()
    for words in ("Citante 0", "Dessous 0", "Vu sur place 0", "Changé 0", "Faux 0"):
        assert words in read
    return statements(queries)


def full_page(place: Place, body: list[tuple[str, Any]], *, times: int) -> CollaborativePage:
    """A page of `body`, with `times` of all that can gather around one; the member keeps it."""
    at, member, steward = timezone.now(), place.people["member"], TeamFactory()
    MembershipFactory(user=member, team=steward)
    page: CollaborativePage = make_page(
        place.space,
        "Pleine",
        model=CollaborativePage,
        body=body,
        parent=place.page,
        steward=steward,
        review_on=timezone.localdate() - timedelta(days=1),
    )
    assert page.thread
    link = f'<p><a linktype="page" id="{page.pk}">x</a></p>'
    for number in range(times):
        make_page(place.space, f"Dessous {number}", parent=page)
        make_page(place.space, f"Citante {number}", body=[("paragraph", link)]).save_revision().publish()
        talk = a_thread(place.space, f"Vu sur place {number}")
        Passage.objects.create(page=page, thread=talk, quote=talk.title, epoch=0, begins=b"", ends=b"", at=at)
        react(message=say(page.thread, member), user=member, emoji="👍", at=at)
        PageChange.objects.create(page=page, words=f"Changé {number}", at=at - timedelta(days=number))
        report_problem(page=page, kind="old", words=f"Faux {number}", at=at)
        say_useful(page=page, is_useful=True, at=at)
        sign_page(page=page, user=member, emoji=SIGNS[number % len(SIGNS)], at=at)
    return page


def written(place: Place) -> list[tuple[str, Any]]:
    """A block of every kind that a writer has."""
    near = [make_page(place.space, f"Proche {n}", parent=place.page) for n in range(3)]
    links = "".join(f'<a linktype="page" id="{page.pk}">x</a>' for page in near)
    document = f'<a linktype="document" id="{place.document.pk}">y</a>'
    return [
        ("paragraph", f"<p>{links}{document}</p>"),
        ("callout", {"kind": "tip", "title": "t", "text": f"<p>{links}</p>"}),
        ("image", {"image": place.image, "alt": "a", "caption": "b"}),
        ("file", {"file": place.document, "about": ""}),
        ("pages", {"title": "p", "pages": near}),
        ("embed", {"url": "https://www.youtube.com/watch?v=abcdefghijk", "title": "Un film"}),
    ]


def shown(place: Place) -> list[tuple[str, Any]]:
    """What pages show of the conversations: one, a poll, a sentence that cites a message."""
    thread = a_thread(place.space, "Montrée")
    poll = a_poll(thread, place.people["member"])
    message = say(thread, place.people["member"])
    return [
        ("embed", {"url": thread.get_absolute_url(), "title": ""}),
        ("embed", {"url": poll.get_absolute_url(), "title": ""}),
        ("cited", {"text": "<p>oui</p>", "messages": [message.pk]}),
    ]


@pytest.mark.parametrize("times", [1, MANY])
def test_blocks_backlinks_and_anchors_cost_the_same_however_many(place: Place, times: int) -> None:
    page = full_page(place, written(place) * times, times=times)

    asked = asked_of(place, page, "member")

    assert len(asked) <= 15, "\n".join(one[:150] for one in asked)


@pytest.mark.parametrize("times", [1, MANY])
def test_what_a_page_shows_of_the_conversations_costs_one_query_a_kind(place: Place, times: int) -> None:
    page = full_page(place, [*written(place), *shown(place)] * times, times=times)

    asked = asked_of(place, page, "member")

    assert len(asked) <= 19, "\n".join(one[:150] for one in asked)
