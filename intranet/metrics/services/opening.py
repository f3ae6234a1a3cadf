"""A window opens: who is counted where is frozen, and which formulas will be computed."""

from datetime import datetime, timedelta

from django.db import transaction

from intranet.metrics import house, roster
from intranet.metrics.core import windows
from intranet.metrics.models import Window

AFTER = timedelta(days=1)  # by then its eve is over in every zone, and nobody's change is dated before it any more


class CannotOpen(Exception):
    """A window is not opened, and nothing is written."""


class TooEarlyToOpen(CannotOpen):
    """The quarter has not begun everywhere; `args[0]` is when it will have."""


class TooLateToOpen(CannotOpen):
    """The quarter is over: nothing is measured afterwards that was not announced before."""


class AlreadyOpen(CannotOpen):
    """The window is there."""


class SafeguardsMissing(CannotOpen):
    """The consultation or the impact assessment was not recorded as done before the quarter began."""


class NothingAdopted(CannotOpen):
    """No measure was adopted before the quarter began."""


@transaction.atomic
def open_window(*, name: str, at: datetime) -> Window:
    """Freezes who is counted where, as of the eve of a quarter, and the measures adopted by its first day.

    A handful of statements whatever the size of the house. Raises a `CannotOpen`, or `NoSuchWindow`.
    """
    window = windows.window_named(name, house.zone())
    if at < window.opens_at + AFTER:
        raise TooEarlyToOpen(window.opens_at + AFTER)
    if at >= window.closes_at:
        raise TooLateToOpen(name)
    if Window.objects.filter(name=name).exists():
        raise AlreadyOpen(name)
    if not house.is_safe(window.first_day):
        raise SafeguardsMissing(name)
    adopted = house.adopted_by(window.first_day)
    if not adopted:
        raise NothingAdopted(name)
    return freeze(window, adopted, at)


def freeze(window: windows.Window, adopted: dict[str, str], at: datetime) -> Window:
    least, eve = house.least_for(window.name), window.first_day - timedelta(days=1)
    units, homes = roster.units_now(), roster.homes_on(eve)
    opened: Window = Window.objects.create(
        name=window.name,
        least=least,
        roster_on=eve,
        units=units,
        blocks=roster.blocks_kept(roster.blocks_of(units, homes, least=least), units),
        roster=roster.digest(homes),
        measures=adopted,
        opened_at=at,
    )
    return opened
