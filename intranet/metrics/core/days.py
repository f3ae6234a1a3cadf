"""Working days, weeks and local dates."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

WORKING = 5  # days of a week, Monday first


class CalendarMissing(Exception):
    """A year is asked for of which the calendar holds no holidays; `args[0]` is the year."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of a house: Monday to Friday, without the holidays.

    `holidays` are sorted and fall on working weekdays; `years` are those whose holidays are known. Make it with
    `calendar_of`.
    """

    holidays: tuple[date, ...]
    years: frozenset[int]

    def between(self, start: date, end: date) -> int:
        """The working days after `start`, up to `end` and with it; 0 where `end` is not later.

        Raises `CalendarMissing` when a year from one to the other is not covered.
        """
        if end <= start:
            return 0
        self.check(start, end)
        off = bisect_right(self.holidays, end) - bisect_right(self.holidays, start)
        return weekdays_until(end) - weekdays_until(start) - off

    def after(self, start: date, number: int) -> date:
        """The day that is `number` >= 0 working days after `start`, `start` itself for 0. Raises `CalendarMissing`."""
        day = start
        while missing := number - self.between(start, day):
            day += timedelta(days=missing)  # never too far: at most one working day a day
        return day

    def check(self, start: date, end: date) -> None:
        for year in range(start.year, end.year + 1):
            if year not in self.years:
                raise CalendarMissing(year)


def calendar_of(holidays: Iterable[date], years: Iterable[int]) -> Calendar:
    """The calendar of a house that knows all its `holidays` of `years`."""
    off = {day for day in holidays if day.weekday() < WORKING}
    return Calendar(tuple(sorted(off)), frozenset(years))


def weekdays_until(day: date) -> int:
    """How many Mondays to Fridays there were from the first Monday of the calendar up to `day` and with it."""
    weeks, weekday = divmod(day.toordinal() - 1, 7)
    return weeks * WORKING + min(weekday + 1, WORKING)


def local_day(at: datetime, zone: tzinfo) -> date:
    """The day that an aware instant falls on in `zone`. Raises `ValueError` for a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(zone).date()


def week_of(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())
