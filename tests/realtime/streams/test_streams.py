"""The log: told in the transaction of the change, numbered without a hole, rung after the commit."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.http import Http404
from pytest_django.fixtures import DjangoAssertNumQueries

from intranet.accounts.models import User
from realtime.spaces.access import access_moves
from realtime.spaces.models import Space
from realtime.streams import bell
from realtime.streams.models import Stream, StreamEvent
from realtime.streams.services import Fact, NotInTransaction, append, append_many, lock, open_stream
from realtime.streams.watch import watchable_kinds
from realtime.threads.access import access_thread
from realtime.threads.models import Thread
from tests.realtime.live.cast import join, person, space, thread

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[StreamEvent]:
    """What a bell hung here was rung with."""
    heard: list[StreamEvent] = []
    monkeypatch.setattr(bell, "_bells", [heard.extend])
    return heard


@pytest.mark.django_db
def test_events_are_numbered_from_one_without_a_hole() -> None:
    open_stream(kind="test", key=1)
    with transaction.atomic():
        events = [append("test", 1, kind="test.told", payload={"n": n}, at=AT) for n in range(5)]
    assert [event.seq for event in events] == [1, 2, 3, 4, 5]
    assert Stream.objects.get(kind="test", key=1).head == 5
    assert list(StreamEvent.objects.filter(stream__kind="test").after(3).values_list("seq", flat=True)) == [4, 5]


@pytest.mark.django_db
def test_several_streams_at_once_in_six_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for key in range(1, 11):
        open_stream(kind="test", key=key)
    facts = {key: [Fact("test.told", {"n": n}) for n in range(key)] for key in range(1, 11)}
    with django_assert_max_num_queries(6), transaction.atomic():
        append_many("test", facts, at=AT)
    assert list(Stream.objects.filter(kind="test").order_by("key").values_list("head", flat=True)) == list(range(1, 11))


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_tell_outside_a_transaction() -> None:
    open_stream(kind="test", key=1)
    with pytest.raises(NotInTransaction):
        append("test", 1, kind="test.told", payload={}, at=AT)


@pytest.mark.django_db
def test_a_stream_must_be_opened() -> None:
    with transaction.atomic(), pytest.raises(Stream.DoesNotExist):
        lock("test", [404])


@pytest.mark.django_db
def test_the_bell_rings_after_the_commit(
    rung: list[StreamEvent], django_capture_on_commit_callbacks: Callable[..., "transaction.Atomic"]
) -> None:
    open_stream(kind="test", key=1)
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            event = append("test", 1, kind="test.told", payload={}, at=AT)
        assert rung == []
    assert rung == [event]


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_told(rung: list[StreamEvent]) -> None:
    open_stream(kind="test", key=1)
    with transaction.atomic():
        append("test", 1, kind="test.told", payload={}, at=AT)
        transaction.set_rollback(True)
    assert StreamEvent.objects.filter(stream__kind="test").count() == 0
    assert Stream.objects.get(kind="test").head == 0
    assert rung == []


@pytest.mark.django_db
def test_who_may_read_may_watch() -> None:
    """`allowed` gives the answer of the access function, for many people at once."""
    ada, guest, stranger, expired = person(), person(kind="guest"), person(), person(expires_at=AT)
    place = space(ada, expired)
    join(place, guest)
    people = [ada, guest, stranger, expired]
    for audience in Thread.Audience.values:
        where = thread(place=place, audience=audience)
        one_by_one = set()
        for one in people:
            try:
                access_thread(one, where.pk)
                one_by_one.add(one.pk)
            except Http404:
                pass
        assert watchable_kinds()["thread"].allowed(where.pk, [one.pk for one in people]) == one_by_one


@pytest.mark.django_db
def test_what_moves_in_a_space_is_told_to_colleagues_who_see_it() -> None:
    ada, guest, stranger, expired = person(), person(kind="guest"), person(), person(expires_at=AT)
    closed, everyones = space(ada, expired), space(ada, audience=Space.Audience.ORGANISATION)
    join(closed, guest)
    room = space(ada, kind=Space.Kind.PRIVATE)
    people = [ada, guest, stranger, expired]
    told = {}
    for place in (closed, everyones, room):
        told[place.pk] = {one.pk for one in people if may_watch_moves(one, place)}
        assert watchable_kinds()["space"].allowed(place.pk, [one.pk for one in people]) == told[place.pk]
    assert told == {closed.pk: {ada.pk}, everyones.pk: {ada.pk, stranger.pk}, room.pk: set()}
    assert not watchable_kinds()["space"].shows_presence


def may_watch_moves(user: User, place: Space) -> bool:
    try:
        return bool(access_moves(user, place.pk))
    except Http404:
        return False
