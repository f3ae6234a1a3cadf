"""What the hub asks the database: the same few questions however many people come at once."""

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from intranet.accounts.services import bump_access_epoch
from realtime.live.log import Asked, Place, open_doors, read_between, read_heads, read_news
from realtime.live.people import admit, still_signed_in
from realtime.streams.models import Stream
from tests.realtime.live.cast import person, session_of, tell, thread

pytestmark = pytest.mark.django_db


def test_any_number_is_admitted_in_three_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    keys = [session_of(person()) for _ in range(12)]
    with django_assert_num_queries(3):
        admitted = admit([*keys, "nonsense", ""])
        assert all(admitted[key].shows_presence for key in keys)  # type: ignore[union-attr]  # they are signed in
    assert admitted["nonsense"] is admitted[""] is None


def test_everybody_is_checked_in_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pairs = [(session_of(one), one.pk) for one in (person() for _ in range(12))]
    with django_assert_num_queries(2):
        sessions, facts = still_signed_in([*pairs, ("gone", 0)])
    assert (len(sessions), len(facts)) == (12, 12)


def test_a_crowd_at_one_door_costs_as_much_as_one_person(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    ada = person()
    where = thread(ada)
    strangers = [person() for _ in range(30)]
    asked = [Asked("thread", where.pk, one.pk) for one in [ada, *strangers]]
    with django_assert_max_num_queries(6):
        doors = open_doors(asked)
    assert [question.person_id for question, door in doors.items() if door.is_open] == [ada.pk]


def test_news_of_many_streams_and_the_epoch_are_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ada = person()
    places = []
    for _ in range(10):
        where = thread(ada)
        tell(where, "one", "two", "three")
        stream = Stream.objects.get(kind="thread", key=where.pk)
        places.append(Place(stream.pk, str(stream), 1))
    bump_access_epoch()
    with django_assert_num_queries(1):
        news = read_news(places)
    assert [[told.seq for told in events] for events in news.events.values()] == [[2, 3]] * 10
    assert news.epoch >= 1
    assert not news.is_cut
    with django_assert_num_queries(2):
        heads, epoch = read_heads([place.stream_id for place in places])
    assert set(heads.values()) == {3}
    assert epoch == news.epoch


def test_a_refill_stops_where_it_may_go() -> None:
    where = thread(person())
    tell(where, *map(str, range(10)))
    stream = Stream.objects.get(kind="thread", key=where.pk)
    assert [told.seq for told in read_between(Place(stream.pk, str(stream), 4), until=7)] == [5, 6, 7]
