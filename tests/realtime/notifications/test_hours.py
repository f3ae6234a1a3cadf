"""Nobody is written to in their quiet hours, on a day they do not work, or while they pause: by their own clock."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from intranet.people.models import Profile
from realtime.notifications.mail.hours import Hours, hours_of

EVERY_DAY = "1234567"
WEEK = "12345"


def hours(
    zone: str = "Europe/Paris",
    quiet: tuple[time, time] = (time(18, 30), time(8)),
    days: str = WEEK,
    paused_until: date | None = None,
) -> Hours:
    return Hours(ZoneInfo(zone), *quiet, days, paused_until)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.feature("A5")
@pytest.mark.parametrize(
    ("zone", "moment", "is_open"),
    [
        ("Europe/Paris", "2026-03-27T06:59", False),  # Friday, winter time: 7:59
        ("Europe/Paris", "2026-03-27T07:00", True),
        ("Europe/Paris", "2026-03-27T17:29", True),
        ("Europe/Paris", "2026-03-27T17:30", False),  # 18:30
        ("Europe/Paris", "2026-03-28T10:00", False),  # Saturday
        ("Europe/Paris", "2026-03-29T10:00", False),
        ("Europe/Paris", "2026-03-30T05:59", False),  # Monday, summer time: 7:59
        ("Europe/Paris", "2026-03-30T06:00", True),
        ("Europe/Paris", "2026-10-26T06:59", False),  # Monday, winter time again
        ("Europe/Paris", "2026-10-26T07:00", True),
        ("America/Montreal", "2026-03-27T11:59", False),  # on summer time three weeks before Paris
        ("America/Montreal", "2026-03-27T12:00", True),
        ("America/Montreal", "2026-03-06T12:59", False),
        ("America/Montreal", "2026-03-06T13:00", True),
        ("Asia/Kolkata", "2026-03-27T02:29", False),  # half an hour apart
        ("Asia/Kolkata", "2026-03-27T02:30", True),
        ("Pacific/Auckland", "2026-03-29T20:00", True),  # Monday there, Sunday here
        ("Pacific/Auckland", "2026-03-27T20:00", False),  # Saturday there, Friday here
    ],
)
def test_quiet_hours_and_days_are_those_of_the_person(zone: str, moment: str, is_open: bool) -> None:
    assert hours(zone).are_open(utc(moment)) is is_open


@pytest.mark.feature("A5")
@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-29T00:59", False),  # 1:59; the next minute is 3:00, and 2:30 never is
        ("2026-03-29T01:00", True),
        ("2026-10-25T00:29", False),  # 2:29, for the first time
        ("2026-10-25T00:30", True),
        ("2026-10-25T01:00", False),  # 2:00, for the second time: quiet by the clock on the wall
        ("2026-10-25T01:30", True),
    ],
)
def test_an_hour_that_is_missing_or_comes_twice_is_read_on_the_wall(moment: str, is_open: bool) -> None:
    assert hours(quiet=(time(22), time(2, 30)), days=EVERY_DAY).are_open(utc(moment)) is is_open


@pytest.mark.parametrize(
    ("quiet", "moment", "is_open"),
    [
        ((time(12), time(14)), "2026-03-27T11:30", False),
        ((time(12), time(14)), "2026-03-27T13:00", True),
        ((time(9), time(9)), "2026-03-27T08:00", True),  # no quiet hours
        ((time(0), time(23, 59)), "2026-03-27T08:00", False),
    ],
)
def test_quiet_hours_may_be_within_a_day_or_none(quiet: tuple[time, time], moment: str, is_open: bool) -> None:
    assert hours(quiet=quiet).are_open(utc(moment)) is is_open


@pytest.mark.feature("A5")
def test_a_pause_ends_on_its_day() -> None:
    paused = hours(paused_until=date(2026, 3, 27))

    assert not paused.are_open(utc("2026-03-26T10:00"))
    assert paused.are_open(utc("2026-03-27T10:00"))


@pytest.mark.feature("A5")
def test_quiet_hours_are_on_by_default() -> None:
    usual = hours_of(Profile(), None)

    assert not usual.are_open(utc("2026-03-26T20:00"))
    assert not usual.are_open(utc("2026-03-28T10:00"))
    assert usual.are_open(utc("2026-03-26T10:00"))


def test_a_zone_that_does_not_exist_is_the_houses() -> None:
    assert hours_of(Profile(zone="Mars/Olympus"), None).zone == ZoneInfo("Europe/Paris")


@pytest.mark.feature("A4")
@pytest.mark.parametrize(
    ("before", "moment", "is_day", "is_week"),
    [
        (None, "2026-03-27T08:00", True, True),
        (None, "2026-03-27T05:00", False, False),  # 6:00 there: not before the morning
        ("2026-03-26T08:00", "2026-03-27T08:00", True, False),
        ("2026-03-27T07:00", "2026-03-27T16:00", False, False),
        ("2026-03-27T08:00", "2026-03-30T07:00", True, True),
        ("2026-03-26T23:30", "2026-03-27T08:00", False, False),  # it was the 27th there already
    ],
)
def test_a_day_and_a_week_begin_once(before: str | None, moment: str, is_day: bool, is_week: bool) -> None:
    earlier = utc(before) if before else None

    assert hours().is_new_day(utc(moment), earlier) is is_day
    assert hours().is_new_week(utc(moment), earlier) is is_week
