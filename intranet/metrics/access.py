"""The one door to figures: everybody who may see them sees the same, and who looks from outside is shown to the team."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from intranet.accounts.models import User
from intranet.metrics import house
from intranet.metrics.core.bands import Band, summed
from intranet.metrics.core.days import local_day
from intranet.metrics.core.figures import NOT_ENOUGH, Value
from intranet.metrics.core.measures import Kind
from intranet.metrics.models import Adoption, Figure, GateReport, Reading, Safeguard, Window
from intranet.metrics.registry import Described, measures
from intranet.metrics.values import restored
from intranet.people.models import Membership, Team

LATEST = 8  # windows of which figures are shown
READINGS = 200  # that a team is shown


@dataclass(frozen=True, slots=True)
class Told:
    """A published figure: of a window, a measure, and `n` people who are called `about` ("" for the house).

    `is_gathered`: the small teams and the heads of that unit; `is_sum`: what the bands of its blocks come to together.
    """

    window: str
    measure: str
    about: str
    n: int
    is_gathered: bool
    is_sum: bool
    value: Value


@dataclass(frozen=True, slots=True)
class Opened:
    """The figures of a team as somebody opened them; `windows` are those that were closed, the latest first.

    `is_shown`: who opened them is in none of its teams, and is shown to them.
    """

    told: Sequence[Told]
    windows: Sequence[str]
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody outside a team opened its figures; `name` is "" for one who left."""

    name: str
    way: str
    at: datetime

    @property
    def way_in_words(self) -> str:
        return str(Reading.Way(self.way).label)


@dataclass(frozen=True, slots=True)
class Registered:
    """A measure as the register shows it, with its last adoption, if any, that may have ended.

    `is_in_force`: it stands and covers the formula of today. `cells` are what the last gate checked of it, as
    `gate.Cell` has them.
    """

    described: Described
    adoption: Adoption | None
    is_in_force: bool
    last_window: str
    cells: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Register:
    """All measures, what was recorded before any was computed, and the windows that wait to be closed."""

    measures: Sequence[Registered]
    safeguards: Sequence[Safeguard]
    is_safe: bool
    least: int
    waiting: Sequence[Window]


def figures_of_team(user: User, team: Team, *, way: str, at: datetime) -> list[Told]:
    """The figures alone that `open_team` gives."""
    return list(open_team(user, team, way=way, at=at).told)


def open_team(user: User, team: Team, *, way: str, at: datetime) -> Opened:
    """What is published of a team, the latest window first, the same for everybody: that of the block it is counted
    in, and above three blocks the sum of their bands.

    Whoever is in none of the teams of its block is shown to them, by a `Reading` each. Six statements at most,
    whatever the size of the house. Raises `Http404` for a guest.
    """
    if not Team.objects.visible_to(user).filter(pk=team.pk).exists():
        raise Http404
    windows = latest()
    is_shown = record_opening(user, team, windows, way, at)
    keys = {block["key"] for window in windows for block in [*blocks_of(team, window), *blocks_below(team, window)]}
    found = figures_in(windows, keys)
    told = [told for window in windows for told in told_of(team, window, found)]
    return Opened(told, [window.name for window in windows], is_shown)


def figures_of_house(user: User) -> list[Told]:
    """What is published of the whole house, the latest window first; two statements. Raises `Http404` for a guest."""
    check_employee(user)
    windows = latest()
    found = figures_in(windows, {""})
    return [
        Told(window.name, measure, "", sum(block["n"] for block in window.blocks), False, False, value)
        for window in windows
        for (name, measure, _), value in found.items()
        if name == window.name
    ]


def blocks_of_house(user: User) -> list[Told]:
    """What is published of each block in the latest window, of none by name; two statements. Raises `Http404` for a guest."""
    check_employee(user)
    windows = latest()[:1]
    blocks = {block["key"]: block for window in windows for block in window.blocks}
    return [
        Told(window, measure, "", blocks[key]["n"], blocks[key]["is_gathered"], False, value)
        for (window, measure, key), value in figures_in(windows, blocks).items()
    ]


def readings_of_team(user: User, team: Team, *, at: datetime) -> list[Looked]:
    """Who from outside opened the figures of a team, the latest first, for those in it or below; two statements.

    Raises `PermissionDenied` for the others, administrators and the managers above among them.
    """
    inside = Membership.objects.on(today(at)).filter(user=user, team__path__startswith=team.path)
    if not inside.exists():
        raise PermissionDenied
    rows = Reading.objects.filter(team=team).select_related("reader").order_by("-at", "-pk")[:READINGS]
    return [Looked(row.reader.name if row.reader else "", row.way, row.at) for row in rows]


def is_adopted(*, at: datetime) -> bool:
    """Whether anything may be measured today: all safeguards done, and a measure in force; two statements."""
    return house.is_safe(today(at)) and bool(house.adopted_by(today(at)))


def measure_register(user: User, *, at: datetime) -> Register:
    """What is measured and how, what was decided of it, and what the last gate checked; a handful of statements.

    Raises `Http404` for a guest.
    """
    check_employee(user)
    return whole_register(at=at)


def least_together(user: User, *, at: datetime) -> int:
    """How many people are counted together at least; one statement. Raises `Http404` for a guest."""
    check_employee(user)
    return house.least_for(house.window_of(at).name)


def whole_register(*, at: datetime) -> Register:
    """The register for whoever has the keys of the server; all employees see the same."""
    day = today(at)
    last_ones = {adoption.measure: adoption for adoption in Adoption.objects.order_by("pk")}
    in_force = house.adopted_by(day)
    last = GateReport.objects.select_related("window").order_by("-window__name").first()
    rows = [
        Registered(each, last_ones.get(key), key in in_force, *last_checked(key, last))
        for key, each in measures().items()
    ]
    return Register(
        rows,
        list(Safeguard.objects.order_by("done_on", "pk")),
        house.is_safe(day),
        house.least_for(house.window_of(at).name),
        list(Window.objects.open()),
    )


def last_checked(key: str, last: GateReport | None) -> tuple[str, list[Mapping[str, Any]]]:
    """The window of the last gate that had a measure, and its cells."""
    cells = [cell for cell in last.cells if cell["measure"] == key] if last else []
    return (last.window.name if last and cells else "", cells)


def check_employee(user: User) -> None:
    if user.is_guest:
        raise Http404


def today(at: datetime) -> date:
    return local_day(at, house.zone())


def latest() -> list[Window]:
    return list(Window.objects.closed()[:LATEST])


def figures_in(windows: Iterable[Window], blocks: Iterable[str]) -> dict[tuple[str, str, str], Value]:
    """The figures of some blocks by window, measure and block; one statement."""
    names = {window.pk: window.name for window in windows}
    rows = Figure.objects.filter(window__in=names, block__in=blocks).order_by("-window__name", "measure", "block")
    return {(names[row.window_id], row.measure, row.block): restored(row.value) for row in rows}


def told_of(team: Team, window: Window, found: Mapping[tuple[str, str, str], Value]) -> Iterator[Told]:
    for block in blocks_of(team, window):
        for measure in window.measures:
            value = found.get((window.name, measure, block["key"]))
            if value is not None:
                yield Told(window.name, measure, block["name"], block["n"], block["is_gathered"], False, value)
    yield from sums_of(team, window, found)


def sums_of(team: Team, window: Window, found: Mapping[tuple[str, str, str], Value]) -> Iterator[Told]:
    """The bands of the blocks of a unit together: nothing that was not published (R6)."""
    below = blocks_below(team, window)
    if len(below) < 2:
        return
    name = next(name for key, _, name in window.units if key == str(team.pk))
    n = sum(block["n"] for block in below)
    of_people = {key for key, each in measures().items() if each.measure.kind is Kind.PEOPLE}
    for measure in sorted(of_people & window.measures.keys()):
        values = [found[at] for block in below if (at := (window.name, measure, block["key"])) in found]
        if values:
            yield Told(window.name, measure, name, n, False, True, sum_of(values))


def sum_of(values: Sequence[Value]) -> Value:
    bands = [value for value in values if isinstance(value, Band)]
    return (summed(bands) if len(bands) == len(values) else None) or NOT_ENOUGH


def blocks_of(team: Team, window: Window) -> list[dict[str, Any]]:
    """The block in which the people of a team were counted, if any."""
    return [block for block in window.blocks if str(team.pk) in block["units"]]


def blocks_below(team: Team, window: Window) -> list[dict[str, Any]]:
    """The blocks of a unit and of those below it, as the tree was."""
    under = {str(team.pk)}
    for key, above, _ in window.units:  # those above come first
        if above in under:
            under.add(key)
    return [block for block in window.blocks if block["key"] in under]


def record_opening(user: User, team: Team, windows: Sequence[Window], way: str, at: datetime) -> bool:
    """Tells the teams whose figures these are that somebody from outside opened them; False for who is inside."""
    shown = {team.pk} | {
        int(key) for block in (blocks_of(team, windows[0]) if windows else []) for key in block["units"]
    }
    own = Q(team__path__startswith=team.path) | Q(team__in=shown)
    if Membership.objects.on(today(at)).filter(own, user=user).exists():
        return False
    there = Team.objects.filter(pk__in=shown).order_by("pk").values_list("pk", flat=True)
    Reading.objects.bulk_create([Reading(team_id=pk, reader=user, way=way, at=at) for pk in there])
    return True
