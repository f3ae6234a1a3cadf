"""The demo's time: everything is told in days before today, so that the company is always alive now."""

import random
import re
from datetime import date, datetime, time, timedelta

from django.utils import timezone

AFTER = re.compile(r"(\d+)\s*([mhd])")
FIRST_HOUR, LAST_HOUR = 6, 21
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Clock:
    """Turns day offsets into instants of working days, the same for the same `now` and the same names."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def day(self, offset: int) -> date:
        """The day `offset` days from today, a past weekend moved back to Friday, a coming one on to Monday."""
        day = timezone.localdate(self.now) + timedelta(days=offset)
        while day.weekday() > 4:
            day += timedelta(days=-1 if offset <= 0 else 1)
        return day

    def morning(self, offset: int, name: str) -> datetime:
        """An instant of the working morning of a day, its own for each `name`; never later than a few minutes ago."""
        minutes = random.Random(name).randrange(7 * 60 + 30, 11 * 60)  # noqa: S311  # chance, not secrecy
        at = timezone.make_aware(datetime.combine(self.day(offset), time(minutes // 60, minutes % 60)))
        return at if offset > 0 else min(at, self.now - timedelta(hours=2))

    def later(self, at: datetime, after: str, *, left: int, name: str) -> datetime:
        """`at` plus "5m", "2h" or "1d", at a time people work; with `left` messages to come, never past the present.

        A conversation that goes on today had its last word at a moment of its own, by `name`.
        """
        delay = sum((timedelta(**{UNITS[unit]: int(n)}) for n, unit in AFTER.findall(after)), timedelta())
        quiet = random.Random(name).randrange(2, 150)  # noqa: S311  # chance, not secrecy
        return min(awake(at + delay), self.now - timedelta(minutes=quiet + 3 * left))


def awake(at: datetime) -> datetime:
    """`at`, or the next working morning at the same minute when it falls in the night or on a weekend."""
    local = timezone.localtime(at)
    if local.hour >= LAST_HOUR:
        local = local.replace(hour=7) + timedelta(days=1)
    elif local.hour < FIRST_HOUR:
        local = local.replace(hour=7)
    while local.weekday() > 4:
        local = local.replace(hour=7) + timedelta(days=1)
    return local
