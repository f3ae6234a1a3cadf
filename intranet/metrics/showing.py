"""The figures as a screen shows them: a series of windows for each measure, with its bars and the same in words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from intranet.accounts.models import User
from intranet.metrics import access
from intranet.metrics.access import Looked, Opened, Told
from intranet.metrics.core.bands import Band, Level
from intranet.metrics.core.figures import Curve, Value
from intranet.metrics.drawing import Drawn, bar, drawn
from intranet.metrics.registry import Described, measures
from intranet.metrics.values import in_words
from intranet.people.models import Team

WIDE, STEP = 24, 38  # of a column, in the units of its drawing, and from one to the next
FEWEST = 3  # blocks of which is told how they lie
THIRDS = (0, 1, 2, None)
SQUARE = 12  # from one block to the next, in the units of their drawing


@dataclass(frozen=True, slots=True)
class Column:
    """A window in the drawing: a column that stands for the whole group, and the part of it that is told, if any."""

    left: int
    middle: int
    label: str
    year: str
    top: int
    height: int
    is_told: bool


@dataclass(frozen=True)
class Series:
    """What one measure says of one group of people, window by window, the latest first."""

    told: Sequence[Told]

    @property
    def about(self) -> str:
        """Who is counted together; the latest name and number of them. "" for a whole team alone, or the house."""
        last = self.told[0]
        if last.is_sum:
            return _("%(name)s with the teams below it, %(n)s people") % {"name": last.about, "n": last.n}
        if last.is_gathered:
            return _("Small teams and heads of %(name)s, %(n)s people") % {"name": last.about, "n": last.n}
        return ""

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Each window and what it says, in words."""
        return [(quarter(told.window), said(told)) for told in self.told]

    @cached_property
    def columns(self) -> list[Column]:
        """The drawing, the oldest window first; none where nothing that is told has a place between none and all."""
        drawn = [column(place, told) for place, told in enumerate(reversed(self.told))]
        return drawn if any(each.is_told for each in drawn) else []

    @property
    def width(self) -> int:
        return len(self.told) * STEP

    @cached_property
    def curve(self) -> Drawn | None:
        """The latest curve that is told, drawn; None where this measure tells none."""
        return next((drawn(told.value) for told in self.told if isinstance(told.value, Curve)), None)


@dataclass(frozen=True)
class Shown:
    """A measure with what it says; `described` is None where it is no longer in the register."""

    key: str
    described: Described | None
    series: Sequence[Series]


@dataclass(frozen=True, slots=True)
class Heap:
    """How many blocks lie in one place, with where each is drawn."""

    count: int

    @property
    def lefts(self) -> list[int]:
        return [number * SQUARE for number in range(self.count)]

    @property
    def width(self) -> int:
        return self.count * SQUARE


@dataclass(frozen=True, slots=True)
class Spread:
    """What one measure says of the blocks of a window: how many are low, in the middle, high, and silent."""

    described: Described
    heaps: Sequence[Heap]


@dataclass(frozen=True)
class TeamFigures:
    """The screen of a team's figures: `looked` is None for who is not in it."""

    opened: Opened
    shown: Sequence[Shown]
    looked: Sequence[Looked] | None
    is_adopted: bool

    @property
    def gathered(self) -> Told | None:
        """The group of small teams that this one is counted in, as of the latest window; None for a unit above blocks."""
        latest = [told for told in self.opened.told if [told.window] == self.opened.windows[:1]]
        if any(told.is_sum for told in latest):
            return None
        return next((told for told in latest if told.is_gathered), None)


def team_figures(user: User, team: Team, *, way: str, at: datetime) -> TeamFigures:
    """All that one screen shows of a team; a bounded number of statements. Raises `Http404` for a guest."""
    opened = access.open_team(user, team, way=way, at=at)
    looked: list[Looked] | None = None
    with suppress(PermissionDenied):  # of those who are not in it
        looked = access.readings_of_team(user, team, at=at)
    return TeamFigures(opened, shown(opened.told), looked, bool(opened.windows) or access.is_adopted(at=at))


def shown(figures: Iterable[Told]) -> list[Shown]:
    """The figures by measure, then by the people they speak of."""
    ordered = sorted(figures, key=lambda told: (told.measure, group_of(told)))  # stable: the latest window stays first
    known = measures()
    return [
        Shown(key, known.get(key), [Series(list(part)) for _group, part in groupby(whole, group_of)])
        for key, whole in groupby(ordered, lambda told: told.measure)
    ]


def spread(figures: Iterable[Told]) -> list[Spread]:
    """How the blocks of a window lie, measure by measure, by the number of them and never by name; none of fewer than three."""
    ordered = sorted(figures, key=lambda told: told.measure)
    known = measures()
    found = []
    for key, group in groupby(ordered, lambda told: told.measure):
        places = Counter(third(told) for told in group)
        if places.total() >= FEWEST and any(place is not None for place in places) and key in known:
            found.append(Spread(known[key], [Heap(places[place]) for place in THIRDS]))
    return found


def third(told: Told) -> int | None:
    """Where the middle of what is told lies: 0, 1 or 2; None for silence."""
    part = part_of(told.value, told.n)
    return None if part is None else min(2, int(3 * sum(part) / 2))


def group_of(told: Told) -> tuple[bool, bool]:
    """Which people a figure speaks of: a team alone, the small ones together, or all below it."""
    return told.is_sum, told.is_gathered


def quarter(window: str) -> str:
    """ "2026-Q4" as people read it."""
    year, number = parts(window)
    return _("Q%(number)s %(year)s") % {"number": number, "year": year}


def parts(window: str) -> tuple[str, str]:
    year, number = window.split("-Q")
    return year, number


def said(told: Told) -> str:
    """A figure in words, with the number of people that a band is a part of."""
    if isinstance(told.value, Band):
        return _("%(low)s to %(high)s of %(n)s people") % {
            "low": told.value.low,
            "high": told.value.high,
            "n": told.n,
        }
    return in_words(told.value)


def part_of(value: Value, n: int) -> tuple[Fraction, Fraction] | None:
    """Where a value lies between none and all; None where it is told otherwise, or not at all."""
    match value:
        case Band(low, high) if n:
            return Fraction(low, n), Fraction(high, n)
        case Level(place, of):
            return Fraction(place, of), Fraction(place + 1, of)
    return None


def column(place: int, told: Told) -> Column:
    year, number = parts(told.window)
    found = part_of(told.value, told.n)
    low, high = found or (Fraction(0), Fraction(0))
    part = bar(place * STEP + (STEP - WIDE) // 2, WIDE, low, high)
    return Column(
        left=part.left,
        middle=place * STEP + STEP // 2,
        label=_("Q%(number)s") % {"number": number},
        year=year if place == 0 or number == "1" else "",
        top=part.top,
        height=part.height,
        is_told=found is not None,
    )
