"""Two people act at the same instant, each on a connection of their own: nothing is lost, doubled or said into nowhere."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from realtime.streams.models import Stream, StreamEvent
from realtime.threads import services
from realtime.threads.models import Message, Thread
from realtime.threads.posting import Draft, Posted, PostRefused, post_messages
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 12


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returns, all begun together, each in a thread and on a connection of its own."""

    def alone(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(alone, act) for act in acts]]


def talk_on(house: House, *threads: Thread) -> Callable[[], list[Posted | PostRefused]]:
    """Says TIMES things in each of some conversations, as the writer does: a batch at a time."""

    def act() -> list[Posted | PostRefused]:
        outcomes = []
        for place in range(TIMES):
            batch = [Draft(house.moussa.pk, thread.pk, uuid.uuid4(), f"parole {place}") for thread in threads]
            outcomes += post_messages(batch, at=timezone.now())
        return outcomes

    return act


def move_all(house: House, source: Thread, target: Thread) -> Callable[[], None]:
    """Moves whatever is in `source`, again and again."""

    def act() -> None:
        for _ in range(TIMES):
            pks = set(source.messages.values_list("pk", flat=True))
            if pks:
                services.move_messages(source=source, target=target, messages=pks, by=house.valerie, at=timezone.now())

    return act


def check(*threads: Thread) -> None:
    """Places and logs are whole: no two rows on one place, no hole, and each thread knows its last message."""
    for thread in threads:
        thread.refresh_from_db()
        last = thread.messages.order_by("-seq").first()
        assert (thread.last_message_id, thread.last_seq) == ((last.pk, last.seq) if last else (None, 0))
        head = Stream.objects.get(kind="thread", key=thread.pk).head
        told = StreamEvent.objects.filter(stream__kind="thread", stream__key=thread.pk).order_by("seq")
        assert list(told.values_list("seq", flat=True)) == list(range(1, head + 1))


@pytest.mark.feature("T2")
def test_the_same_words_brought_by_two_processes_are_said_once(house: House) -> None:
    thread = make_thread(house.closed)
    drafts = [Draft(house.moussa.pk, thread.pk, uuid.uuid4(), f"parole {place}") for place in range(TIMES)]
    both = Barrier(2)

    def insist() -> list[int]:
        said = []
        for draft in drafts:
            both.wait(timeout=20)
            [outcome] = post_messages([draft], at=timezone.now())
            assert isinstance(outcome, Posted)
            said.append(outcome.message.pk)
        return said

    one, other = at_once(insist, insist)

    assert one == other == list(Message.objects.order_by("pk").values_list("pk", flat=True))
    check(thread)


@pytest.mark.feature("T10")
def test_what_is_said_while_messages_are_moved_is_in_one_place(house: House) -> None:
    here, there = make_thread(house.closed), make_thread(house.closed)
    say(here, house.moussa)

    said, _ = at_once(talk_on(house, here, there), move_all(house, here, there))

    assert [type(outcome) for outcome in said] == [Posted] * (2 * TIMES)
    assert Message.objects.count() == 2 * TIMES + 1
    check(here, there)


def test_messages_moved_both_ways_at_once_are_in_one_place(house: House) -> None:
    here, there = make_thread(house.closed), make_thread(house.closed)
    for thread in (here, there):
        for place in range(5):
            say(thread, house.moussa, f"parole {place}")

    at_once(move_all(house, here, there), move_all(house, there, here))

    assert Message.objects.count() == 10
    check(here, there)


def test_nothing_is_said_into_a_conversation_that_was_merged(house: House) -> None:
    here, there = make_thread(house.closed), make_thread(house.closed)
    say(here, house.moussa)

    said, _ = at_once(
        talk_on(house, here),
        lambda: services.merge_thread(source=here, target=there, by=house.valerie, at=timezone.now()),
    )

    assert here.messages.count() == 0
    assert there.messages.count() == 1 + sum(isinstance(outcome, Posted) for outcome in said)
    check(here, there)


def test_a_message_edited_hidden_and_moved_at_once_is_whole(house: House) -> None:
    here, there = make_thread(house.closed), make_thread(house.closed)
    for _ in range(3):
        message = say(here, house.moussa, "avant")

        def edit(message: Message = message) -> None:
            try:
                services.edit_message(message=message, body="après", at=timezone.now())
            except services.MessageHidden:
                return

        def move(message: Message = message) -> None:
            services.move_messages(
                source=here, target=there, messages=[message.pk], by=house.valerie, at=timezone.now()
            )

        at_once(
            edit,
            move,
            lambda message=message: services.hide_message(  # type: ignore[misc]  # a default, so that each has its own
                message=message, by=house.valerie, reason="Non.", at=timezone.now()
            ),
        )
        message.refresh_from_db()
        assert message.thread == there
        assert message.hidden_at is not None
        told = StreamEvent.objects.filter(stream__kind="thread", payload__id=message.pk)
        assert not any(event.payload.get("body") for event in told)
    check(here, there)
