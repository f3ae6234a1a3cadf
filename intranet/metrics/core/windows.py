"""A quarter of a year: the only period of which figures exist (R1)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from intranet.metrics.core.days import local_day

NAMED = re.compile(r"(\d{4})-Q([1-4])")


class NoSuchWindow(ValueError):
    """A name is not that of a quarter."""


@dataclass(frozen=True, slots=True)
class Window:
    """A calendar quarter, 1 to 4, in the time zone of the house. It includes its opening and not its closing."""

    year: int
    quarter: int
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.quarter not in range(1, 5):
            raise NoSuchWindow(self.name)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.year}-Q{self.quarter}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.quarter - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def opens_at(self) -> datetime:
        return datetime.combine(self.first_day, time.min, self.zone)

    @property
    def closes_at(self) -> datetime:
        return self.next.opens_at

    @property
    def previous(self) -> "Window":
        return self.moved(-1)

    @property
    def next(self) -> "Window":
        return self.moved(1)

    def moved(self, by: int) -> "Window":
        """The window `by` quarters later, or earlier for a negative number."""
        year, quarter = divmod(self.year * 4 + self.quarter - 1 + by, 4)
        return Window(year, quarter + 1, self.zone)

    def has_day(self, day: date) -> bool:
        """Whether a local day is one of its own."""
        return self.first_day <= day <= self.last_day

    def contains(self, at: datetime) -> bool:
        """Whether an aware instant falls into it."""
        return self.opens_at <= at < self.closes_at


@cache
def days_of(window: Window) -> frozenset[date]:
    """All local days of a window: to ask for one of millions of facts is a look into a set."""
    length = (window.last_day - window.first_day).days + 1
    return frozenset(window.first_day + timedelta(days=more) for more in range(length))


def window_named(name: str, zone: ZoneInfo) -> Window:
    """The window of a name such as "2026-Q4". Raises `NoSuchWindow`."""
    match = NAMED.fullmatch(name)
    if match is None:
        raise NoSuchWindow(name)
    return Window(int(match[1]), int(match[2]), zone)


def window_at(at: datetime, zone: ZoneInfo) -> Window:
    """The window that an aware instant falls into."""
    day = local_day(at, zone)
    return Window(day.year, (day.month + 2) // 3, zone)
