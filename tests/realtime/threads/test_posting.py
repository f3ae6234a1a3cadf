"""Saying something: once, in order, by those who may, whoever else is in the batch."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intranet.accounts.services import deactivate_user
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import archive_space, change_role, remove_member
from realtime.streams.models import StreamEvent
from realtime.threads.models import Message, Thread
from realtime.threads.posting import (
    ClientIdTaken,
    Draft,
    MayNotWrite,
    NoSuchThread,
    NothingSaid,
    Posted,
    PostRefused,
    ReplyElsewhere,
    TooLong,
    post_message,
    post_messages,
)
from realtime.threads.services import delete_message
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = pytest.mark.django_db


def draft(author: int, thread: Thread, body: str = "Bonjour", **more: object) -> Draft:
    return Draft(author, thread.pk, uuid.uuid4(), body, **more)  # type: ignore[arg-type]  # fields of a draft


@pytest.mark.feature("T2")
def test_a_message_is_said_with_its_event_and_moves_its_thread(house: House) -> None:
    thread = make_thread(house.open)

    message = say(thread, house.moussa, "Réglé à **148 °C**")

    event = StreamEvent.objects.get(stream__kind="thread", stream__key=thread.pk)
    assert (event.kind, event.seq) == ("message.posted", message.seq)
    assert event.payload["html"] == message.html == "<p>Réglé à <strong>148 °C</strong></p>"
    assert event.payload["author"]["name"] == "Moussa"
    assert (thread.last_message, thread.last_seq) == (message, message.seq)


def test_a_retry_says_it_once(house: House) -> None:
    thread = make_thread(house.open)
    words = draft(house.moussa.pk, thread)

    first, second = post_message(words, at=timezone.now()), post_message(words, at=timezone.now())

    assert first == second
    assert Message.objects.count() == StreamEvent.objects.filter(stream__kind="thread").count() == 1


def test_a_retry_in_the_same_batch_says_it_once(house: House) -> None:
    thread = make_thread(house.open)
    words = draft(house.moussa.pk, thread)

    outcomes = post_messages([words, words], at=timezone.now())

    assert [type(outcome) for outcome in outcomes] == [Posted, Posted]
    assert Message.objects.count() == 1


def test_the_same_id_in_another_thread_is_refused(house: House) -> None:
    words = draft(house.moussa.pk, make_thread(house.open))
    post_message(words, at=timezone.now())

    with pytest.raises(ClientIdTaken):
        post_message(Draft(words.author_id, make_thread(house.open).pk, words.client_id, "ailleurs"), at=timezone.now())


def test_a_batch_keeps_its_order_and_one_refusal_hurts_nobody(house: House) -> None:
    here, there = make_thread(house.open), make_thread(house.closed)
    batch = [
        draft(house.moussa.pk, here, "un"),
        draft(house.rosa.pk, there, "je n’y suis pas"),
        draft(house.rosa.pk, here, "deux"),
        draft(house.moussa.pk, here, ""),
        draft(house.moussa.pk, there, "trois"),
        draft(house.valerie.pk, here, "quatre"),
    ]

    outcomes = post_messages(batch, at=timezone.now())

    assert [type(outcome) for outcome in outcomes] == [Posted, NoSuchThread, Posted, NothingSaid, Posted, Posted]
    assert list(here.messages.order_by("seq").values_list("body", flat=True)) == ["un", "deux", "quatre"]
    assert list(here.messages.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
    assert there.messages.get().body == "trois"


@pytest.mark.parametrize(
    ("who", "space", "refusal"),
    [
        ("valerie", "open", None),
        ("moussa", "open", None),
        ("rosa", "open", None),  # an open place is open to words too
        ("agnes", "open", NoSuchThread),
        ("moussa", "closed", None),
        ("rosa", "closed", NoSuchThread),
        ("agnes", "closed", NoSuchThread),
        ("agnes", "shared", NoSuchThread),  # an internal thread of a space one is invited to
    ],
)
def test_who_may_speak_where(house: House, who: str, space: str, refusal: type[PostRefused] | None) -> None:
    thread = make_thread(getattr(house, space))
    author = getattr(house, who)

    if refusal is None:
        say(thread, author)
    else:
        with pytest.raises(refusal):
            say(thread, author)


@pytest.mark.feature("T15")
def test_an_announcement_is_answered_by_those_who_run_the_space(house: House) -> None:
    thread = make_thread(house.open, kind=Thread.Kind.ANNOUNCEMENT, by=house.valerie)

    say(thread, house.valerie)

    with pytest.raises(MayNotWrite):
        say(thread, house.moussa)


def test_a_guest_speaks_where_guests_are_heard(house: House) -> None:
    thread = make_thread(house.shared, audience=Thread.Audience.SHARED)

    assert say(thread, house.agnes).author == house.agnes


def test_rights_are_read_at_the_moment_of_saying(house: House) -> None:
    thread = make_thread(house.closed)
    say(thread, house.moussa)
    membership = SpaceMember.objects.get(space=house.closed, user=house.moussa)

    change_role(member=membership, role=SpaceMember.Role.READER, at=timezone.now())
    with pytest.raises(MayNotWrite):
        say(thread, house.moussa)

    remove_member(member=membership, at=timezone.now())
    with pytest.raises(NoSuchThread):
        say(thread, house.moussa)


def test_an_account_that_closed_says_nothing_more(house: House) -> None:
    thread = make_thread(house.open)
    deactivate_user(user=house.moussa, at=timezone.now())

    with pytest.raises(NoSuchThread):
        say(thread, house.moussa)


def test_an_archived_space_takes_no_words(house: House) -> None:
    thread = make_thread(house.open)
    archive_space(space=house.open, at=timezone.now())

    with pytest.raises(MayNotWrite):
        say(thread, house.moussa)


def test_an_answer_must_be_of_the_same_thread_and_still_there(house: House) -> None:
    here, there = make_thread(house.open), make_thread(house.open)
    elsewhere, gone = say(there, house.rosa), say(here, house.rosa)
    delete_message(message=gone, at=timezone.now())

    for answered in (elsewhere, gone):
        with pytest.raises(ReplyElsewhere):
            say(here, house.moussa, reply_to=answered)


def test_too_long_is_refused_with_a_reason(house: House) -> None:
    with pytest.raises(TooLong) as refused:
        say(make_thread(house.open), house.moussa, "x" * 20_001)

    assert "20,000" in str(refused.value.reason)


def test_a_batch_costs_the_same_however_long(house: House) -> None:
    thread = make_thread(house.closed)
    answered = say(thread, house.valerie)
    authors = [house.valerie, house.moussa, *(person(f"p{n}") for n in range(5))]

    def cost(size: int) -> int:
        batch = [draft(authors[n % 7].pk, thread, reply_to_id=answered.pk) for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            post_messages(batch, at=timezone.now())
        return len(statements(queries))

    cost(2)  # each author follows the thread from their first words on
    assert cost(1) == 12
    assert cost(2) == cost(70) == 23  # twelve to tell those who are answered, however many
