"""A month of events, as a wall calendar shows it, in the zone of the moment."""

import calendar
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import get_format

from cms.models import EventPage
from intranet.accounts.models import User

MONTH = re.compile(r"(2[01]\d\d|19[7-9]\d)-(0[1-9]|1[0-2])")
MOST = 300  # events drawn in a month


@dataclass(slots=True)
class Day:
    """A day of the sheet, and what happens on it."""

    on: date
    is_inside: bool  # of the month, not of the one before or after
    is_today: bool
    events: list[EventPage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """A sheet of whole weeks."""

    first: date
    weeks: Sequence[Sequence[Day]]

    @property
    def before(self) -> str:
        """The month before, as an address says it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        """The month after, as an address says it."""
        return f"{self.first + timedelta(days=31):%Y-%m}"

    @property
    def week_days(self) -> list[date]:
        """A day of each kind, for the head of the table."""
        return [day.on for day in self.weeks[0]]

    @property
    def days(self) -> list[Day]:
        """The days of the month on which something happens."""
        return [day for week in self.weeks for day in week if day.is_inside and day.events]


def asked_month(text: str, today: date) -> date:
    """The first day of the month that an address names ("2026-11"), of this month when it names none."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)


def month_of(user: User, first: date, *, today: date) -> Month:
    """The month that begins on `first` with the events `user` sees; one query."""
    monday = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7
    weeks = [
        [Day(on, on.month == first.month, on == today) for on in week]
        for week in calendar.Calendar(monday).monthdatescalendar(first.year, first.month)
    ]
    days = {day.on: day for week in weeks for day in week}
    for event in events_between(user, weeks[0][0].on, weeks[-1][-1].on + timedelta(days=1)):
        for on in days_of(event, days):
            days[on].events.append(event)
    return Month(first, weeks)


def events_between(user: User, since: date, until: date) -> Sequence[EventPage]:
    """The events `user` sees that touch the days in [since, until), the first one first."""
    touching = EventPage.objects.visible_to(user).coming(midnight(since)).filter(starts_at__lt=midnight(until))
    return list(touching.select_related("space")[:MOST])


def days_of(event: EventPage, days: Collection[date]) -> Iterator[date]:
    """Those of `days` on which it is; its end at midnight is not one more."""
    first = timezone.localdate(event.starts_at)
    end = event.ends_at
    last = first if end is None or end <= event.starts_at else timezone.localdate(end - timedelta(microseconds=1))
    return (on for on in days if first <= on <= last)


def midnight(on: date) -> datetime:
    """The moment a day begins, in the zone of the moment."""
    return timezone.make_aware(datetime.combine(on, time()))
