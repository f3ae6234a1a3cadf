"""Working days, weeks, local days and quarters."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.metrics.core.days import CalendarMissing, calendar_of, local_day, week_of
from intranet.metrics.core.windows import NoSuchWindow, Window, window_at, window_named
from tests.intranet.metrics.core.houses import CALENDAR, HOLIDAYS, PARIS

DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        (date(2026, 11, 20), date(2026, 11, 23), 1),  # from a Friday to a Monday
        (date(2026, 11, 20), date(2026, 11, 21), 0),
        (date(2026, 12, 24), date(2026, 12, 28), 1),  # over Christmas
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 23), date(2026, 11, 20), 0),
    ],
)
def test_working_days_leave_out_the_first_day_the_holidays_and_the_ends_of_weeks(
    start: date, end: date, number: int
) -> None:
    assert CALENDAR.between(start, end) == number


@given(DAYS, DAYS)
def test_working_days_are_those_counted_one_by_one(start: date, end: date) -> None:
    days = [start + timedelta(days=more) for more in range(1, (end - start).days + 1)]
    assert CALENDAR.between(start, end) == sum(day.weekday() < 5 and day not in HOLIDAYS for day in days)


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(1, 60))
def test_the_nth_working_day_after_a_day_is_the_first_at_that_distance(start: date, number: int) -> None:
    day = CALENDAR.after(start, number)
    assert CALENDAR.between(start, day) == number
    assert CALENDAR.between(start, day - timedelta(days=1)) == number - 1


@pytest.mark.parametrize(
    ("start", "end"), [(date(2024, 12, 31), date(2025, 1, 2)), (date(2028, 1, 1), date(2030, 1, 1))]
)
def test_a_year_whose_holidays_are_not_known_is_refused(start: date, end: date) -> None:
    with pytest.raises(CalendarMissing):
        CALENDAR.between(start, end)


def test_a_holiday_on_a_sunday_takes_no_working_day() -> None:
    with_sunday = calendar_of([*HOLIDAYS, date(2026, 11, 1)], range(2025, 2029))
    assert with_sunday == CALENDAR


def test_a_week_begins_on_monday() -> None:
    assert week_of(date(2026, 11, 22)) == week_of(date(2026, 11, 16)) == date(2026, 11, 16)


def test_a_day_is_that_of_the_house() -> None:
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert local_day(at, PARIS) == date(2027, 1, 1)
    with pytest.raises(ValueError, match="no time zone"):
        local_day(at.replace(tzinfo=None), PARIS)


def test_a_quarter_has_its_opening_and_not_its_closing() -> None:
    window = window_named("2026-Q4", PARIS)
    assert (window.first_day, window.last_day) == (date(2026, 10, 1), date(2026, 12, 31))
    assert window.opens_at.astimezone(UTC) == datetime(2026, 9, 30, 22, tzinfo=UTC)  # summer time
    assert window.closes_at.astimezone(UTC) == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert window.contains(window.opens_at)
    assert not window.contains(window.closes_at)


@pytest.mark.parametrize("name", ["2026-Q5", "2026-Q0", "2026", "26-Q1", "2026-Q1 "])
def test_what_is_not_the_name_of_a_quarter_is_refused(name: str) -> None:
    with pytest.raises(NoSuchWindow):
        window_named(name, PARIS)
    with pytest.raises(NoSuchWindow):
        Window(2026, 5, PARIS)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_instant_is_in_one_window_between_two_others(at: datetime) -> None:
    zone = ZoneInfo("America/Montreal")
    window = window_at(at, zone)
    assert window.contains(at)
    assert not window.previous.contains(at)
    assert not window.next.contains(at)
    assert window.previous.next == window.next.previous == window_named(window.name, zone) == window
    assert window.previous.closes_at == window.opens_at
