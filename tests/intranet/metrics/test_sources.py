"""What the facts are: which acts count, on which local day, and which never do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cms.facts import edit_days, edits
from cms.models import CollaborativePage, KeptText
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from intranet.people.local_days import offsets
from realtime.spaces.models import Space
from realtime.threads.facts import helpful_days, message_days, questions, talks
from realtime.threads.models import HelpfulMark
from tests.cms.factories import make_page
from tests.intranet.metrics.houses import END, NOON, PARIS, START, say, thread_of
from tests.realtime.spaces.factories import SpaceFactory

pytestmark = pytest.mark.django_db

QUARTER: dict[str, Any] = {"start": START, "end": END}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 9, 30, 22, 0, tzinfo=UTC), date(2026, 10, 1)),  # the first minute of the quarter
        (datetime(2026, 10, 24, 21, 59, 59, 999999, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),  # summer time: two hours ahead
        (datetime(2026, 10, 25, 0, 59, 59, 500000, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),  # winter time: one
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2026, 12, 31, 22, 59, 59, 999999, tzinfo=UTC), date(2026, 12, 31)),  # its last
    ],
)
def test_a_message_is_of_the_local_day_it_was_said_on(space: Space, ana: User, at: datetime, day: date) -> None:
    say(thread_of(space, ana, at), ana, at)

    assert list(message_days(zone=PARIS, **QUARTER)) == [(ana.pk, day, space.pk)]


@pytest.mark.parametrize("at", [START - timedelta(microseconds=1), END])
def test_what_is_not_of_the_quarter_is_left_out(space: Space, ana: User, at: datetime) -> None:
    say(thread_of(space, ana, at), ana, at)

    assert list(message_days(zone=PARIS, **QUARTER)) == []
    assert list(talks(**QUARTER)) == []


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati"])
def test_every_zone_has_its_days(space: Space, ana: User, zone: str) -> None:
    thread, there = thread_of(space, ana, NOON), ZoneInfo(zone)
    start, end = datetime(2026, 9, 1, tzinfo=there), datetime(2026, 12, 1, tzinfo=there)
    times = [start.astimezone(UTC) + timedelta(minutes=47 * step) for step in range(0, 2700, 9)]
    for at in times:
        say(thread, ana, at)

    found = sorted(day for _, day, _ in message_days(start=start, end=end, zone=there))

    assert found == sorted(at.astimezone(there).date() for at in times)


def test_the_offsets_of_a_quarter_change_on_the_hour_they_change() -> None:
    assert offsets(PARIS, START, END) == ((datetime(2026, 10, 25, 1, tzinfo=UTC), 7200), (END, 3600))


def all_said() -> Iterator[Any]:
    yield from message_days(zone=PARIS, **QUARTER)
    yield from talks(**QUARTER)
    yield from questions(until=END, **QUARTER)
    yield from helpful_days(zone=PARIS, **QUARTER)


@pytest.mark.parametrize("kind", ["practice", "private"])
def test_practice_grounds_and_private_conversations_never_count(ana: User, ben: User, kind: str) -> None:
    place = SpaceFactory(kind=Space.Kind.PRACTICE)
    if kind == "private":
        place = SpaceFactory(members_only=True)
        Space.objects.filter(pk=place.pk).update(kind=Space.Kind.PRIVATE)
    thread = thread_of(place, ana, NOON, "question")
    said = say(thread, ben, NOON)
    HelpfulMark.objects.create(message=said, user=ana, at=NOON)

    assert list(all_said()) == []


def test_a_private_thread_never_counts_wherever_it_is_held(space: Space, ana: User, ben: User) -> None:
    said = say(thread_of(space, ana, NOON, "private"), ben, NOON)
    HelpfulMark.objects.create(message=said, user=ana, at=NOON)

    assert list(all_said()) == []


@pytest.mark.parametrize("gone", [{"deleted_at": NOON, "body": "", "html": ""}, {"hidden_at": NOON}])
def test_what_was_taken_back_or_hidden_does_not_count(space: Space, ana: User, ben: User, gone: dict[str, Any]) -> None:
    said = say(thread_of(space, ana, NOON), ben, NOON, **gone)
    HelpfulMark.objects.create(message=said, user=ana, at=NOON)

    assert list(all_said()) == []


def test_threads_come_one_after_another_in_the_order_of_what_was_said(space: Space, ana: User, ben: User) -> None:
    one, two = thread_of(space, ana, NOON), thread_of(space, ben, NOON)
    for minute, (thread, by) in enumerate([(one, ana), (two, ben), (one, ben), (two, ana), (one, ana)]):
        say(thread, by, NOON + timedelta(minutes=minute))

    found = list(talks(**QUARTER))

    assert [(thread, by) for thread, by, _ in found] == [
        (one.pk, ana.pk),
        (one.pk, ben.pk),
        (one.pk, ana.pk),
        (two.pk, ben.pk),
        (two.pk, ana.pk),
    ]


def test_a_thread_that_began_before_the_quarter_is_not_of_it(space: Space, ana: User, ben: User) -> None:
    old = thread_of(space, ana, START - timedelta(days=1))
    say(old, ana, START - timedelta(days=1))
    say(old, ben, NOON)

    assert list(talks(**QUARTER)) == []
    assert len(list(message_days(zone=PARIS, **QUARTER))) == 1


def test_a_question_comes_with_its_first_answer_of_somebody_else(space: Space, ana: User, ben: User) -> None:
    asked = thread_of(space, ana, NOON, "question")
    say(asked, ana, NOON)
    say(asked, ben, NOON + timedelta(hours=1), is_aside=True)
    say(asked, ben, NOON + timedelta(days=1))
    say(asked, ben, NOON + timedelta(days=2))

    assert list(questions(until=END, **QUARTER)) == [(asked.pk, ana.pk, NOON, 0, NOON + timedelta(days=1))]


def test_the_first_answer_counts_whichever_is_accepted(space: Space, ana: User, ben: User) -> None:
    asked = thread_of(space, ana, NOON, "question")
    say(asked, ana, NOON)
    say(asked, ben, NOON + timedelta(hours=1))
    later = say(asked, ben, NOON + timedelta(days=4))
    asked.state, asked.accepted = "solved", later
    asked.save(update_fields=["state", "accepted"])

    assert [row[4] for row in questions(until=END, **QUARTER)] == [NOON + timedelta(hours=1)]


def test_a_question_without_an_answer_or_with_a_late_one_waits(space: Space, ana: User, ben: User) -> None:
    alone, late = (thread_of(space, ana, NOON, "question") for _ in range(2))
    say(late, ben, END + timedelta(days=3))

    found = list(questions(until=END + timedelta(days=3), **QUARTER))

    assert [(row[0], row[3], row[4]) for row in found] == [(alone.pk, None, None), (late.pk, None, None)]


def test_a_question_that_was_withdrawn_is_none(space: Space, ana: User) -> None:
    asked = thread_of(space, ana, NOON, "question")
    asked.state = "withdrawn"
    asked.save(update_fields=["state"])

    assert list(questions(until=END, **QUARTER)) == []


def test_a_helpful_mark_is_of_its_own_day_and_tells_both(space: Space, ana: User, ben: User) -> None:
    said = say(thread_of(space, ana, START - timedelta(days=9)), ana, START - timedelta(days=9))
    HelpfulMark.objects.create(message=said, user=ben, at=NOON)

    assert list(helpful_days(zone=PARIS, **QUARTER)) == [(ana.pk, date(2026, 11, 2), ben.pk)]


def kept(page: CollaborativePage, at: datetime, *people: User) -> None:
    text = open_text(page=page, at=at)
    revision = page.save_revision()
    row = KeptText.objects.create(text=text, revision=revision, epoch=1, is_ours=True, at=at)
    row.contributors.set(people)


def test_a_page_counts_once_a_person_and_day_whatever_its_versions(space: Space, ana: User, ben: User) -> None:
    page = make_page(space, "Le plan", model=CollaborativePage, by=ana)
    kept(page, NOON, ana, ben)
    kept(page, NOON + timedelta(hours=1), ana)
    kept(page, NOON + timedelta(days=1), ana)
    kept(page, END, ana)

    found = sorted(edit_days(zone=PARIS, **QUARTER))

    second, third = date(2026, 11, 2), date(2026, 11, 3)
    assert found == sorted([(ana.pk, second, space.pk), (ben.pk, second, space.pk), (ana.pk, third, space.pk)])


def test_an_edit_names_who_looks_after_the_page(space: Space, ana: User, ben: User) -> None:
    page = make_page(space, "Le plan", model=CollaborativePage, by=ana)
    page.contact = ben
    page.save()
    kept(page, NOON, ana)

    assert list(edits(zone=PARIS, **QUARTER)) == [(page.pk, ben.pk, ana.pk, date(2026, 11, 2))]


def test_pages_of_a_practice_ground_never_count(space: Space, ana: User) -> None:
    kept(make_page(space, "Le plan", model=CollaborativePage, by=ana), NOON, ana)
    Space.objects.filter(pk=space.pk).update(kind=Space.Kind.PRACTICE)

    assert list(edit_days(zone=PARIS, **QUARTER)) == []
    assert list(edits(zone=PARIS, **QUARTER)) == []
