"""What the calendar of the house tells other apps."""

from datetime import datetime

from django.core.cache import cache
from wagtail import hooks

from intranet.metrics.core.days import Calendar, CalendarMissing, local_day
from intranet.metrics.house import CALENDAR, calendar, zone

KEPT = 600  # seconds; holidays change once a year


@hooks.register("working_days")
def working_days(start: datetime, end: datetime) -> int | None:
    """The working days from one instant to another, 0 on the same day; None where the holidays are not recorded."""
    found: Calendar = cache.get_or_set(CALENDAR, calendar, KEPT) or calendar()
    try:
        return found.between(local_day(start, zone()), local_day(end, zone()))
    except CalendarMissing:
        return None
