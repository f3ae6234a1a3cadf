"""Who wrote in which page on which day, as plain rows for those who look at it from above: read once, never kept.

A version of the shared text that was kept says who changed something in it. Practice grounds are left out.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, IntegerField
from django.db.models.functions import Cast, Coalesce

from cms.models import KeptText
from intranet.people.local_days import LocalDay
from realtime.spaces.models import APART

ROWS = 10_000  # read at a time


def written(*, start: datetime, end: datetime, zone: ZoneInfo) -> Any:
    """A row a person, page and local `day` of [start, end), whatever the number of versions that were kept."""
    kept = KeptText.objects.filter(at__gte=start, at__lt=end, contributors__isnull=False)
    of_places = kept.filter(text__page__space__isnull=False).exclude(text__page__space__kind__in=APART)
    return of_places.annotate(day=LocalDay("at", zone=zone, start=start, end=end)).order_by().distinct()


def edit_days(*, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[int, date, int]]:
    """Who wrote on which local day in which space."""
    rows = written(start=start, end=end, zone=zone).values_list("contributors", "day", "text__page__space_id")
    return iter(rows.iterator(chunk_size=ROWS))


def edits(*, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[int, int, int, date]]:
    """Page, who looks after it, who wrote in it and on which local day; page by page, its edits by day.

    Its contact looks after it, else whoever made it; a page of nobody is left out.
    """
    keeper = Coalesce("text__page__contact_id", "text__page__owner_id", output_field=IntegerField())
    found = written(start=start, end=end, zone=zone).annotate(
        keeper=keeper, writer=Cast(F("contributors"), IntegerField())
    )
    rows = found.filter(keeper__isnull=False).order_by("text__page_id", "day", "writer")
    return iter(rows.values_list("text__page_id", "keeper", "writer", "day").iterator(chunk_size=ROWS))
