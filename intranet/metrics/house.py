"""What holds for the house as a whole: its time zone, its calendar, its safeguards, its threshold."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from intranet.metrics.core.blocks import LEAST
from intranet.metrics.core.days import Calendar, calendar_of
from intranet.metrics.core.windows import Window, window_at
from intranet.metrics.models import Adoption, Holidays, RuleChange, Safeguard
from intranet.metrics.registry import measures

CALENDAR = "metrics:calendar"  # where a copy of it is at hand for screens


def zone() -> ZoneInfo:
    """The zone in which a quarter begins and ends, whatever the zone of whoever looks."""
    return ZoneInfo(settings.TIME_ZONE)


def window_of(at: datetime) -> Window:
    """The quarter of an instant."""
    return window_at(at, zone())


def calendar() -> Calendar:
    """The working days of the years whose holidays are recorded; one query."""
    years = list(Holidays.objects.order_by("year"))
    return calendar_of((date.fromisoformat(day) for year in years for day in year.days), (each.year for each in years))


def safeguards_by(day: date) -> set[str]:
    """The kinds of safeguards that were done by a day; one query."""
    return set(Safeguard.objects.filter(done_on__lte=day).values_list("kind", flat=True))


def is_safe(day: date) -> bool:
    """Whether all safeguards were done by a day."""
    return safeguards_by(day) == set(Safeguard.Kind.values)


def least_for(window: str) -> int:
    """How many people a block of a window has at least; one query."""
    change = RuleChange.objects.filter(since__lte=window).order_by("-since").first()
    return LEAST if change is None else change.least


def adopted_by(day: date) -> dict[str, str]:
    """The fingerprints of the measures that may be computed, by key: decided by a day, and still that formula; one query."""
    rows = Adoption.objects.standing().by(day).order_by("measure").values_list("measure", "fingerprint")
    known = measures()
    return {key: sign for key, sign in rows if key in known and known[key].is_on and known[key].fingerprint == sign}
