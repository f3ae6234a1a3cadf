"""A window closes: facts are read once, and figures are frozen; or it stays open, and says why."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from intranet.metrics import house, roster
from intranet.metrics.core import windows
from intranet.metrics.core.blocks import Partition
from intranet.metrics.core.days import Calendar, CalendarMissing, local_day
from intranet.metrics.core.gate import GateClosed
from intranet.metrics.core.measures import Measure
from intranet.metrics.core.release import House, Release, release
from intranet.metrics.models import Figure, GateReport, Window
from intranet.metrics.registry import Described, Period, measures
from intranet.metrics.values import stored

Progress = Callable[[str, int], None]  # key of a measure, facts read of it so far
TOLD_EVERY = 100_000  # facts


class CannotClose(Exception):
    """A window stays open and nothing of it is published; `args[0]` says of what."""

    trouble = ""  # a `Window.Trouble`, "" for what is no trouble


class AlreadyClosed(CannotClose):
    """The window is closed: its figures stay what they are."""


class TooEarlyToClose(CannotClose):
    """The facts of a measure are awaited up to a day that is not over; `args[0]` is that day."""


class ClockWentBack(CannotClose):
    """It is earlier now than something that happened already."""

    trouble = Window.Trouble.CLOCK


class HolidaysMissing(CannotClose):
    """Working days are asked for in a year whose holidays are not recorded; `args[0]` is the year."""

    trouble = Window.Trouble.HOLIDAYS


class RosterRewritten(CannotClose):
    """Who was at home where on the eve of the window is not what it was when it opened."""

    trouble = Window.Trouble.ROSTER


class SafeguardsWithdrawn(CannotClose):
    """The safeguards are not recorded any more."""

    trouble = Window.Trouble.SAFEGUARDS


class SourceFailed(CannotClose):
    """The facts of a measure could not be read, or its formula could not take them; `args[0]` is its key."""

    trouble = Window.Trouble.SOURCE


class GateShut(CannotClose):
    """A cell does not hold what is promised; `args[0]` says which."""

    trouble = Window.Trouble.GATE


def quiet(key: str, facts: int) -> None:
    """Tells nobody how far it is."""


def close_window(*, name: str, at: datetime, progress: Progress = quiet, in_silence: bool = False) -> Window:
    """Publishes the figures of a window, all of them or none, in one transaction.

    The facts are read before it, without a lock on anything. `in_silence` closes a window whose roster was rewritten:
    it then tells nothing of anybody. Raises a `CannotClose`, after which the window is open and says why, or
    `Window.DoesNotExist`.
    """
    window: Window = Window.objects.get(name=name)
    try:
        return publish(window, at, progress, in_silence=in_silence)
    except CannotClose as why:
        if why.trouble:
            about = str(why.args[0])[:200] if why.args else ""
            Window.objects.open().filter(pk=window.pk).update(trouble=why.trouble, trouble_about=about, tried_at=at)
        raise


def publish(window: Window, at: datetime, progress: Progress, *, in_silence: bool) -> Window:
    check_clock(window, at)
    calendar, quarter = house.calendar(), windows.window_named(window.name, house.zone())
    if not house.is_safe(quarter.first_day):
        raise SafeguardsWithdrawn(window.name)
    chosen = still_adopted(window, quarter)
    check_settled(chosen, quarter, calendar, at)
    people = people_of(window, in_silence=in_silence)
    found = compute(chosen, quarter, people, calendar, progress)
    return freeze(window, found, chosen, at)


def check_clock(window: Window, at: datetime) -> None:
    if window.closed_at is not None:
        raise AlreadyClosed(window.name)
    moments = Window.objects.values_list("opened_at", "closed_at")
    latest = max(moment for pair in moments for moment in pair if moment is not None)
    if at < latest:
        raise ClockWentBack(latest.isoformat())


def still_adopted(window: Window, quarter: windows.Window) -> list[Described]:
    """The measures it opened with whose adoption stands, with the formula that was adopted."""
    adopted, known = house.adopted_by(quarter.first_day), measures()
    return [known[key] for key, sign in sorted(window.measures.items()) if adopted.get(key) == sign]


def check_settled(chosen: Iterable[Described], quarter: windows.Window, calendar: Calendar, at: datetime) -> None:
    settled_on = max((settling(each.measure, quarter, calendar) for each in chosen), default=quarter.last_day)
    if local_day(at, quarter.zone) <= settled_on:
        raise TooEarlyToClose(settled_on)


def settling(measure: Measure, quarter: windows.Window, calendar: Calendar) -> date:
    try:
        return measure.settles_on(quarter, calendar)
    except CalendarMissing as missing:
        raise HolidaysMissing(missing.args[0]) from missing


def people_of(window: Window, *, in_silence: bool) -> House:
    """Who is counted: the roster of the eve, read anew, in the tree that was frozen."""
    homes = roster.homes_on(window.roster_on)
    partition = roster.blocks_of(window.units, homes, least=window.least)
    opened = {block["key"]: block["n"] for block in window.blocks}
    if roster.digest(homes) != window.roster or partition.sizes != opened:
        if not in_silence:
            raise RosterRewritten(window.name)
        partition = Partition((), {})  # nobody: what is told of the recorded blocks is silence
    return House(partition, opened, roster.managers_on(window.roster_on), roster.not_counted())


def compute(
    chosen: Iterable[Described], quarter: windows.Window, people: House, calendar: Calendar, progress: Progress
) -> Release:
    """The figures and the gate's report; nothing is written."""
    begun: list[str] = []  # the measures whose facts are read, the last one now
    facts = {
        each.measure: counted(each, period_of(each.measure, quarter, calendar), progress, begun) for each in chosen
    }
    try:
        return release(quarter, people, calendar, facts)
    except CalendarMissing as missing:
        raise HolidaysMissing(missing.args[0]) from missing
    except GateClosed as shut:
        failing = next(str(cell) for cell in shut.args[0].cells if not cell.passes)
        raise GateShut(failing) from shut
    except Exception as wrong:
        raise SourceFailed(begun[-1] if begun else "") from wrong


def period_of(measure: Measure, quarter: windows.Window, calendar: Calendar) -> Period:
    settled_on = settling(measure, quarter, calendar) + timedelta(days=1)
    until = datetime.combine(settled_on, time.min, quarter.zone)
    return Period(quarter.opens_at, quarter.closes_at, until, quarter.zone)


def counted(described: Described, period: Period, progress: Progress, begun: list[str]) -> Iterator[Any]:
    """The facts of a measure, told now and then how many they are."""
    begun.append(described.key)
    number = 0
    for number, fact in enumerate(described.facts(period), 1):
        if number % TOLD_EVERY == 0:
            progress(described.key, number)
        yield fact
    progress(described.key, number)


@transaction.atomic
def freeze(window: Window, found: Release, chosen: Iterable[Described], at: datetime) -> Window:
    """Writes what was computed, where nobody else has meanwhile; what is written is never changed."""
    held = Window.objects.select_for_update().get(pk=window.pk)
    if held.closed_at is not None:
        raise AlreadyClosed(window.name)
    Figure.objects.bulk_create(
        [
            Figure(window=held, measure=figure.measure, block=figure.block or "", value=stored(figure.value))
            for figure in found.figures
        ],
        batch_size=1000,
    )
    computed = {each.key for each in chosen}
    left_out = [key for key in sorted(held.measures) if key not in computed]
    GateReport.objects.create(window=held, cells=cells_of(found), left_out=left_out, at=at)
    held.closed_at, held.trouble, held.trouble_about, held.tried_at = at, "", "", at
    held.save(update_fields=["closed_at", "trouble", "trouble_about", "tried_at"])
    return held


def cells_of(found: Release) -> list[Mapping[str, Any]]:
    return [asdict(cell) for cell in found.report.cells]
