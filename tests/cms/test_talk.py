"""Talk about a passage of a page: who begins it, who sees it, and how it is settled."""

import uuid
from base64 import b64encode
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.models import CollaborativePage, Passage
from cms.talk.services import begin_talk, settle
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from realtime.spaces.models import Space
from realtime.threads.models import Message, Thread
from realtime.threads.services import delete_message
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P10")]


@pytest.fixture
def ada() -> User:
    return UserFactory(language="en", name="Ada")


@pytest.fixture
def place(ada: User) -> Space:
    return SpaceFactory(by=ada, members_only=True)


@pytest.fixture
def page(place: Space) -> CollaborativePage:
    body = [("paragraph", "<p>Le comité se réunit le premier jeudi du mois.</p>")]
    made: CollaborativePage = make_page(place, "Notre charte", model=CollaborativePage, body=body)
    open_text(page=made, at=timezone.now())
    return made


def url(name: str, page: CollaborativePage, *more: int) -> str:
    return reverse(f"cms:{name}", args=[page.pk, *more])


def sent(**changed: Any) -> dict[str, Any]:
    where = {"begins": b64encode(b"\x01\x02").decode(), "ends": b64encode(b"\x03").decode()}
    return where | {"quote": "le premier jeudi", "words": "Pourquoi le jeudi ?", "ref": str(uuid.uuid4())} | changed


def talk(
    page: CollaborativePage, by: User, words: str = "Pourquoi le jeudi ?", quote: str = "le premier jeudi"
) -> Passage:
    where = (b"\x01\x02", b"\x03")
    return begin_talk(page=page, quote=quote, ends=where, words=words, by=by, at=timezone.now(), ref=uuid.uuid4())


def test_who_writes_the_page_begins_a_conversation_about_its_words(page: CollaborativePage, ada: User) -> None:
    answer = signed_in(ada).post(url("passage_begin", page), sent())

    assert answer.status_code == 204
    passage = Passage.objects.get()
    assert (passage.quote, bytes(passage.begins), bytes(passage.ends)) == ("le premier jeudi", b"\x01\x02", b"\x03")
    assert passage.thread.space == page.space
    assert passage.thread.title == "« le premier jeudi »"
    assert passage.thread.origin_url == page.url
    assert [message.body for message in passage.thread.messages.all()] == ["Pourquoi le jeudi ?"]


def test_sent_again_it_is_the_same_conversation(page: CollaborativePage, ada: User) -> None:
    again, client = sent(), signed_in(ada)

    client.post(url("passage_begin", page), again)
    client.post(url("passage_begin", page), again)

    assert Passage.objects.count() == Message.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"words": ""}, {"begins": "no base 64!"}, {"begins": ""}, {"ends": b64encode(b"x" * 65).decode()}, {"quote": ""}],
)
def test_what_cannot_be_taken_says_why_and_begins_nothing(page: CollaborativePage, ada: User, wrong: Any) -> None:
    answer = signed_in(ada).post(url("passage_begin", page), sent(**wrong))

    assert answer.status_code == 422
    assert answer.json()["message"]
    assert not Thread.objects.exclude(pk=page.thread_id).exists()


def test_readers_see_the_talk_beside_the_page_and_guests_do_not(
    page: CollaborativePage, place: Space, ada: User
) -> None:
    talk(page, ada)
    CollaborativePage.objects.filter(pk=page.pk).update(shared_with_guests=True)
    member, guest = SpaceMemberFactory(space=place).user, SpaceMemberFactory(space=place, guest=True).user

    read = signed_in(member).get(page.url).content.decode()
    read_by_guest = signed_in(guest).get(page.url).content.decode()

    assert "Pourquoi le jeudi ?" in read
    assert "Pourquoi" not in read_by_guest
    assert 'class="passage"' not in read_by_guest


def test_a_settled_passage_leaves_the_margin_and_can_come_back(page: CollaborativePage, ada: User) -> None:
    passage, client = talk(page, ada), signed_in(ada)

    client.post(url("passage_settle", page, passage.pk))
    read = client.get(page.url).content.decode()
    written = client.get(url("passages", page)).content.decode()
    client.post(url("passage_take_up", page, passage.pk))

    assert 'class="passage"' not in read
    assert "le premier jeudi" in written  # among the settled ones
    passage.refresh_from_db()
    assert passage.resolved_at is None
    assert 'class="passage"' in client.get(page.url).content.decode()


def test_settled_twice_it_is_as_the_first_left_it(page: CollaborativePage, ada: User) -> None:
    passage, first, second = talk(page, ada), timezone.now(), timezone.now()
    bob = UserFactory()

    settle(passage=passage, by=ada, at=first)
    settle(passage=Passage.objects.get(), by=bob, at=second)

    passage.refresh_from_db()
    assert (passage.resolved_by, passage.resolved_at) == (ada, first)


def test_a_passage_is_only_settled_on_its_own_page(page: CollaborativePage, place: Space, ada: User) -> None:
    other: CollaborativePage = make_page(place, "Autre", model=CollaborativePage)
    passage = talk(page, ada)

    answer = signed_in(ada).post(url("passage_settle", other, passage.pk))

    assert answer.status_code == 404
    assert Passage.objects.get().resolved_at is None


def test_words_taken_back_are_not_shown(page: CollaborativePage, ada: User) -> None:
    passage = talk(page, ada)
    delete_message(message=Message.objects.get(thread=passage.thread), at=timezone.now())

    assert "Pourquoi" not in signed_in(ada).get(page.url).content.decode()


def test_the_list_costs_the_same_with_many(page: CollaborativePage, ada: User) -> None:
    client = signed_in(ada)
    talk(page, ada)
    few = asked(client, url("passages", page))
    for number in range(12):
        talk(page, ada, words=f"Et {number} ?")

    assert asked(client, url("passages", page)) == few


def asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(statements(queries))
