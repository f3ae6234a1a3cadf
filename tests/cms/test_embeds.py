"""Conversations and polls of Parvis shown in a page: to those who see them, and to nobody else."""

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks import StructBlockValidationError

from cms.access import access_page
from cms.blocks import EmbedBlock
from cms.coedit.body import doc_of, stream_of
from cms.embeds import path_of_ours
from cms.exchange.leaving import page_as
from cms.models import CollaborativePage
from cms.writing.history import compared
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from realtime.spaces.models import Space
from realtime.threads.models import Message, PollOption, PollVote, Thread
from realtime.threads.polling import PollDraft
from realtime.threads.posting import Draft, post_message
from realtime.threads.services import close_poll, create_thread, delete_message
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P2")]

LUNCH = PollDraft("choice", ("Mardi", "Jeudi"))


@pytest.fixture
def ada() -> User:
    return UserFactory(name="Ada Moreau")


@pytest.fixture
def closed(ada: User) -> Space:
    return SpaceFactory(by=ada, members_only=True, name="Cellule")


def a_thread(space: Space, title: str = "Le planning d’hiver") -> Thread:
    return create_thread(space=space, title=title, by=space.created_by, at=timezone.now())


def a_poll(thread: Thread, author: User, words: str = "Quel jour pour la réunion ?") -> Message:
    draft = Draft(author.pk, thread.pk, uuid.uuid4(), words, poll=LUNCH)
    return Message.objects.get(pk=post_message(draft, at=timezone.now()).pk)


def showing(space: Space, *addresses: str, **more: Any) -> CollaborativePage:
    body = [("embed", {"url": address, "title": ""}) for address in addresses]
    page: CollaborativePage = make_page(space, "Hiver", model=CollaborativePage, body=body, **more)
    return page


def test_a_page_shows_a_conversation_to_who_sees_it(ada: User) -> None:
    thread = a_thread(SpaceFactory(by=ada, name="Atelier"))
    page = showing(thread.space, thread.get_absolute_url())

    read = signed_in(UserFactory()).get(page.url).content.decode()

    assert f'<a class="link-card" href="/threads/{thread.pk}/">' in read
    assert "Le planning d’hiver" in read


def test_who_does_not_see_a_conversation_learns_nothing_of_it(ada: User, closed: Space) -> None:
    thread = a_thread(closed, "Zibeline")
    poll = a_poll(thread, ada, "Zibeline ou hermine ?")
    page = showing(SpaceFactory(by=ada), thread.get_absolute_url(), poll.get_absolute_url())

    read = signed_in(UserFactory()).get(page.url).content.decode()
    theirs = signed_in(ada).get(page.url).content.decode()

    assert "Zibeline" not in read
    assert "Cellule" not in read
    assert "Mardi" not in read
    assert read.count("embed--unseen") == 2
    assert "Zibeline ou hermine ?" in theirs
    assert "Mardi" in theirs


def test_a_poll_is_answered_where_it_is_shown(ada: User) -> None:
    space = SpaceFactory(by=ada)
    poll = a_poll(a_thread(space), ada)
    page = showing(space, poll.get_absolute_url())
    member = SpaceMemberFactory(space=space).user
    client = signed_in(member)
    option = PollOption.objects.get(poll_id=poll.pk, position=1)
    place = f"{page.url}#held-messages{poll.pk}"
    assert place in client.get(page.url).content.decode()

    sent = client.post(reverse("threads:vote", args=[poll.pk]), {"option": option.pk, "chosen": "1", "next": place})

    assert sent["Location"] == place
    assert list(PollVote.objects.values_list("user", "option")) == [(member.pk, option.pk)]
    read = client.get(page.url).content.decode()
    assert 'value="0" aria-pressed="true">Jeudi' in read
    assert (
        member.name not in read.partition("embedded--poll")[2].partition("</section>")[0]
    )  # who, stands in the conversation


def test_a_closed_poll_and_one_of_another_place_are_only_read(ada: User) -> None:
    space, elsewhere = SpaceFactory(by=ada), SpaceFactory(by=ada)
    over, far = a_poll(a_thread(space), ada), a_poll(a_thread(elsewhere), ada)
    close_poll(message=over, at=timezone.now())
    page = showing(space, over.get_absolute_url(), far.get_absolute_url())

    read = signed_in(ada).get(page.url).content.decode().partition('<div class="prose">')[2].partition("page-foot")[0]

    assert "poll__choice" not in read
    assert read.count('class="poll"') == 2


def test_a_vote_leads_back_to_nothing_but_ours(ada: User) -> None:
    space = SpaceFactory(by=ada)
    poll = a_poll(a_thread(space), ada)
    option = PollOption.objects.filter(poll_id=poll.pk).first()
    assert option

    told = {"option": option.pk, "chosen": "1", "next": "https://evil.example/"}
    sent = signed_in(ada).post(reverse("threads:vote", args=[poll.pk]), told)

    assert sent["Location"] == poll.get_absolute_url()


def test_a_message_taken_back_is_no_longer_shown(ada: User) -> None:
    space = SpaceFactory(by=ada)
    poll = a_poll(a_thread(space), ada)
    page = showing(space, poll.get_absolute_url())
    delete_message(message=poll, at=timezone.now())

    read = signed_in(ada).get(page.url).content.decode()

    assert "Quel jour pour la réunion ?" not in read.partition('<div class="prose">')[2].partition("page-foot")[0]
    assert "embed--unseen" in read


def test_the_number_of_embeds_costs_no_query(ada: User) -> None:
    space = SpaceFactory(by=ada)
    thread = a_thread(space)
    addresses = [thread.get_absolute_url(), a_poll(thread, ada).get_absolute_url()]
    more = [a_thread(space, f"Fil {number}").get_absolute_url() for number in range(8)]
    more += [a_poll(thread, ada, f"Question {number} ?").get_absolute_url() for number in range(8)]
    few, many = showing(space, *addresses), showing(space, *addresses, *more)
    client = signed_in(UserFactory())
    client.get(few.url)

    asked = []
    for page in (few, many):
        with CaptureQueriesContext(connection) as queries:
            client.get(page.url)
        asked.append(len(statements(queries)))

    assert asked[0] == asked[1]
    assert asked[1] <= 18


# --- in the editor --------------------------------------------------------------------------------


def test_the_editor_finds_conversations_and_polls_those_of_its_place_first(ada: User, closed: Space) -> None:
    space = SpaceFactory(by=ada, name="Atelier")
    a_thread(closed, "Planning secret")
    far, here = a_thread(SpaceFactory(), "Planning des autres"), a_thread(space, "Planning d’hiver")
    a_poll(here, ada, "Le planning vous va ?")
    page = showing(space, here.get_absolute_url())
    open_text(page=page, at=timezone.now())
    SpaceMemberFactory(space=space, user=(member := UserFactory()))
    find = reverse("cms:page_find", args=[page.pk])

    told = signed_in(member).get(find, {"cards": "", "q": "planning"}).json()["cards"]
    pasted = signed_in(member).get(find, {"cards": "", "q": f"https://testserver{far.get_absolute_url()}"}).json()
    nothing = signed_in(member).get(find, {"cards": "", "q": a_thread(closed).get_absolute_url()}).json()["cards"]

    assert [card["title"] for card in told] == ["Planning d’hiver", "Planning des autres", "Le planning vous va ?"]
    assert nothing == []
    assert isinstance(pasted["cards"], list)


def test_what_an_address_shows_is_told_to_the_editor_as_far_as_they_see(ada: User, closed: Space) -> None:
    space = SpaceFactory(by=ada)
    page = showing(space)
    open_text(page=page, at=timezone.now())
    member = SpaceMemberFactory(space=space).user
    seen, unseen = a_thread(space).get_absolute_url(), a_thread(closed, "Zibeline").get_absolute_url()

    told = signed_in(member).get(
        reverse("cms:page_shown", args=[page.pk]), {"cards": f"{seen},{unseen},https://elsewhere.example/"}
    )

    assert list(told.json()["cards"]) == [seen]


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/threads/3/", "/threads/3/"),
        ("/threads/3/#m-7", "/messages/7/"),
        ("https://parvis.example/threads/3/", "/threads/3/"),
        ("https://parvis.example/threads/3/#m-7", "/messages/7/"),
        ("https://parvis.example.evil/threads/3/", ""),
        ("//evil.example/threads/3/", ""),
        ("https://video.example/1", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_an_address_of_ours_is_known(typed: str, kept: str, settings: Any) -> None:
    settings.PARVIS_ADDRESS = "https://parvis.example"

    assert path_of_ours(typed) == kept


@pytest.mark.parametrize(
    "url", ["/nowhere/at/all/", "javascript:alert(1)", "//evil.example/", "ftp://a.example/", "threads/3/"]
)
def test_the_cms_takes_no_address_that_leads_nowhere(url: str) -> None:
    block = EmbedBlock()

    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"url": url, "title": "Quelque chose"}))


def test_in_the_cms_only_another_site_needs_a_title() -> None:
    block = EmbedBlock()

    assert block.clean(block.to_python({"url": "/threads/3/#m-7", "title": ""}))["url"] == "/messages/7/"
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"url": "https://video.example/1", "title": ""}))


# --- in what leaves -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_what_leaves_names_what_the_asker_sees(form: str, ada: User, closed: Space) -> None:
    space = SpaceFactory(by=ada)
    seen, unseen = a_thread(space), a_thread(closed, "Zibeline")
    page = showing(space, seen.get_absolute_url(), unseen.get_absolute_url(), shared_with_guests=False)
    asker = UserFactory()
    leaving = page_as(
        form, page=access_page(asker, page.url_path.removeprefix("/home/")), asker=asker, site="https://p.example"
    )
    words = leaving.content.decode()

    assert "Le planning d’hiver" in words
    assert f"https://p.example/threads/{seen.pk}/" in words
    assert "Zibeline" not in words
    assert f"/threads/{unseen.pk}/" not in words


def test_a_page_kept_from_its_shared_text_shows_the_same(ada: User) -> None:
    raw = [{"type": "embed", "value": {"url": "/threads/3/", "title": ""}, "id": "1" * 36}]

    again = stream_of(doc_of(raw))

    assert json.dumps(again[0]["value"], sort_keys=True) == json.dumps(raw[0]["value"], sort_keys=True)


def test_a_comparison_names_what_is_shown_to_who_sees_it(ada: User, closed: Space) -> None:
    seen, unseen = a_thread(SpaceFactory(by=ada)), a_thread(closed, "Zibeline")
    page = showing(seen.space, seen.get_absolute_url(), unseen.get_absolute_url())

    changes = compared(None, page.latest_revision, reader=UserFactory())

    said = [change.line.words for change in changes if change.line.tag == "embed"]
    assert said == ["Le planning d’hiver", unseen.get_absolute_url()]
