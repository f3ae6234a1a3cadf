"""Measures of the whole house: its places, its managers, and what is said of it beside the figures of its blocks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from intranet.metrics.core.bands import LEAST_BELOW, Band, band_of, company_band, company_bands, summed
from intranet.metrics.core.blocks import LEAST, Person
from intranet.metrics.core.diversity import effective_share, variety
from intranet.metrics.core.facts import Contribution, Presence
from intranet.metrics.core.figures import NOT_ENOUGH, Curve, Days, Places, Reached, Share, Standing, Value
from intranet.metrics.core.formulas.people import did
from intranet.metrics.core.gathered import Gathered
from intranet.metrics.core.room import has_room
from intranet.metrics.core.setting import Setting
from intranet.metrics.core.survival import Step, Wait, curve, median, waiting_after

LIVING = 3  # people of a place, of two blocks
SPACES = 20  # from which their variety is told
MANAGERS = 20
WAITS = 30  # from which a time is told
HALF = Fraction(1, 2)
FIFTHS = [Fraction(part, 5) for part in range(1, 5)]
BEHIND, AHEAD = Fraction(4, 5), Fraction(5, 4)


def living_places(facts: Iterable[Presence], setting: Setting, *, spaces: int = SPACES) -> Places:
    """B2: places with at least three people of two blocks, and from twenty of them on their variety, to the unit.

    The variety is that of the middles of the bands that their numbers of people are in: of exact numbers it could be
    so extreme that everybody must be somewhere.
    """
    present = people_by_space(facts, setting).values()
    living = [len(people) for people in present if is_living(people, setting)]
    return Places(len(living), coarse_variety(living, setting.partition.n) if len(living) >= spaces else None)


def coarse_variety(numbers: Iterable[int], n: int) -> int | None:
    """N1 of some numbers out of `n`, each replaced by the middle of its band of the house, to the unit."""
    among = company_bands(n)
    found = variety([band_of(number, among).middle for number in numbers])
    return None if found is None else round(found)


def people_by_space(facts: Iterable[Presence], setting: Setting) -> dict[int, set[Person]]:
    """Who of the blocks contributed to each space in the window."""
    present: defaultdict[int, set[Person]] = defaultdict(set)
    counted, days = setting.partition.homes.keys() - setting.without, setting.days
    for person, on, space in facts:
        if on in days and person in counted:
            present[space].add(person)
    return present


def is_living(people: set[Person], setting: Setting) -> bool:
    homes = {setting.partition.block_of(person) for person in people}
    return len(people) >= LIVING and len(homes) > 1


def managers_too(facts: Iterable[Contribution], setting: Setting) -> Value:
    """E3: whether managers finished practice runs as often as the others; from 20 managers on."""
    counted = set(setting.partition.homes)
    managers = counted & setting.managers
    others = counted - managers
    practised = did(facts, setting) - setting.without
    if len(managers) < MANAGERS or len(others) < LEAST or not others & practised:
        return NOT_ENOUGH
    ratio = Fraction(len(managers & practised), len(managers)) / Fraction(len(others & practised), len(others))
    return Standing.BEHIND if ratio < BEHIND else Standing.AHEAD if ratio > AHEAD else Standing.ON_PAR


def sum_of_people(gathered: Gathered) -> Value:
    """A1, B1, D1, E1, E2, F1: the range of the blocks' bands, narrowed where there is room; from three blocks on."""
    below = [value for value in gathered.own.values() if isinstance(value, Band)]
    whole = summed(below)
    if whole is None or len(below) < len(gathered.own):
        return NOT_ENOUGH
    n, value = gathered.setting.partition.n, sum(gathered.counts.values())
    return company_band(value, n, whole, width=gathered.width)


def spread_of_voices(gathered: Gathered) -> Value:
    """B3: as what share of the blocks it is, were all alike, from the middles of their published bands of B1."""
    bands = [value for value in gathered.others.get("B1", {}).values() if isinstance(value, Band)]
    return NOT_ENOUGH if len(bands) < LEAST_BELOW else spread(bands)


def spread(bands: Iterable[Band]) -> Value:
    found = effective_share([band.middle for band in bands])
    return NOT_ENOUGH if found is None else Share(found)


def time_to_answer(gathered: Gathered) -> Value:
    """C1: the median of Kaplan and Meier, open questions censored; from 30 questions on, where there is room."""
    if len(gathered.objects) < WAITS or not has_room(levels_below(gathered), HALF):
        return NOT_ENOUGH
    return Days(median(steps_of(gathered)))


def time_to_tell(gathered: Gathered) -> Value:
    """A3: the share told after 5, 10 and 20 working days, by fifths where there is room; from 30 voices on."""
    levels = levels_below(gathered)
    ends = [end for end in FIFTHS if has_room(levels, end)]
    if len(gathered.objects) < WAITS or not ends:
        return NOT_ENOUGH
    steps = steps_of(gathered)
    return Curve(tuple(reached(steps, days, ends) for days in (5, 10, 20)))


def reached(steps: tuple[Step, ...], days: int, ends: list[Fraction]) -> Reached:
    share = 1 - waiting_after(steps, days)
    low = max((end for end in ends if end <= share), default=Fraction(0))
    high = min((end for end in ends if end > share), default=Fraction(1))
    return Reached(days, low, high)


def steps_of(gathered: Gathered) -> tuple[Step, ...]:
    return curve(Wait(found.days, found.is_over) for found in gathered.objects if found.days is not None)


def levels_below(gathered: Gathered) -> Mapping[str, tuple[int, Value]]:
    """The size and the published value of each block."""
    sizes = gathered.setting.partition.sizes
    return {block: (sizes[block], value) for block, value in gathered.own.items()}
