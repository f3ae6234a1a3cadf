"""The safeguards that come first, the threshold that only rises, and the working days."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.cache import cache
from django.db import transaction

from intranet.metrics import house
from intranet.metrics.core.days import local_day
from intranet.metrics.core.windows import window_named
from intranet.metrics.models import Holidays, RuleChange, Safeguard, Window
from intranet.metrics.services.signing import Approval, DecidedLater


class ReferenceMissing(ValueError):
    """Nothing says where a safeguard can be read."""


class RuleNotRaised(ValueError):
    """The threshold of blocks would be lowered, or left as it is."""


class WindowHasBegun(ValueError):
    """A rule is for windows that have not begun."""


class WrongHolidays(ValueError):
    """A holiday is not of its year."""


class HolidaysInForce(Exception):
    """The holidays of a year of which figures are published are not changed."""


@transaction.atomic
def record_safeguard(*, kind: str, done_on: date, reference: str, at: datetime) -> Safeguard:
    """Records the works council's consultation or the impact assessment.

    Raises `ReferenceMissing`, `DecidedLater`, and `ValueError` for another kind.
    """
    if not reference.strip():
        raise ReferenceMissing
    if done_on > local_day(at, house.zone()):
        raise DecidedLater(done_on)
    kept = Safeguard.Kind(kind)
    return Safeguard.objects.create(kind=kept, done_on=done_on, reference=reference.strip(), recorded_at=at)


@transaction.atomic
def change_rule(*, least: int, since: str, approval: Approval, at: datetime) -> RuleChange:
    """Blocks are larger from a window on that has not begun.

    Raises `RuleNotRaised`, `WindowHasBegun`, `NoSuchWindow`, `ApproversMissing` and `DecidedLater`.
    """
    window = window_named(since, house.zone())
    if window.opens_at <= at or Window.objects.filter(name__gte=since).exists():
        raise WindowHasBegun(since)
    if least <= house.least_for(since) or RuleChange.objects.filter(since__gte=since).exists():
        raise RuleNotRaised(least)
    return RuleChange.objects.create(least=least, since=since, **approval.fields(at))


@transaction.atomic
def record_holidays(*, year: int, days: Collection[date], at: datetime) -> Holidays:
    """Records all holidays of a year, in place of what was recorded. Raises `WrongHolidays` and `HolidaysInForce`."""
    if any(day.year != year for day in days):
        raise WrongHolidays(year)
    if Window.objects.closed().filter(name__startswith=f"{year}-").exists():
        raise HolidaysInForce(year)
    kept = {"days": [day.isoformat() for day in sorted(set(days))], "recorded_at": at}
    transaction.on_commit(lambda: cache.delete(house.CALENDAR))
    return Holidays.objects.update_or_create(year=year, defaults=kept)[0]
