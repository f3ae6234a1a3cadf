"""The publisher: from rosters and facts to the figures of a window, which are all that leaves it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from intranet.metrics.core.bands import band_of, bands, level_of
from intranet.metrics.core.blocks import Partition, Person
from intranet.metrics.core.bounded import Object, count_bits, first_objects
from intranet.metrics.core.days import Calendar
from intranet.metrics.core.figures import NOT_ENOUGH, Figure, Value
from intranet.metrics.core.gate import GateClosed, Report, check
from intranet.metrics.core.gathered import Gathered
from intranet.metrics.core.measures import Kind, Measure
from intranet.metrics.core.setting import Setting
from intranet.metrics.core.windows import Window


@dataclass(frozen=True, slots=True)
class Release:
    """The figures of a window, by measure and block, and the report of the gate they went through."""

    figures: tuple[Figure, ...]
    report: Report

    def __str__(self) -> str:
        return "\n".join(map(str, self.figures))


@dataclass(frozen=True)
class House:
    """Who is counted in a window: the roster read when it opened.

    `opened` are the sizes of the blocks that were recorded at that moment; where those of `partition`, read anew at
    the closing, differ, nothing is told. The bits of `without` are 0, silently.
    """

    partition: Partition
    opened: Mapping[str, int]
    managers: frozenset[Person] = frozenset()
    without: frozenset[Person] = frozenset()


def release(window: Window, house: House, calendar: Calendar, facts: Mapping[Measure, Iterable[Any]]) -> Release:
    """The figures of `window` for the measures that are keys of `facts`, each with an iterable that is read once.

    Raises `GateClosed`, and publishes nothing, where a cell would not hold what is promised; `CalendarMissing` where
    the holidays of a year that is touched are not known.
    """
    report = check(facts, house.partition)
    if not report.passes:
        raise GateClosed(report)
    if dict(house.opened) != house.partition.sizes:
        return Release(tuple(silence(window, house, facts)), report)
    found = {
        measure: gather(measure, facts[measure], setting_of(measure, window, house, calendar)) for measure in facts
    }
    told = {measure.key: gathered.own for measure, gathered in found.items()}
    return Release(tuple(figure for each in facts for figure in figures_of(each, found[each], told)), report)


def setting_of(measure: Measure, window: Window, house: House, calendar: Calendar) -> Setting:
    settled_on = measure.settles_on(window, calendar)
    return Setting(window, calendar, house.partition, settled_on, house.managers, house.without)


def gather(measure: Measure, facts: Iterable[Any], setting: Setting) -> Gathered:
    """Reads the facts of a measure, and makes the figures of its blocks."""
    sizes, found = setting.partition.sizes, measure.formula(facts, setting)
    if measure.kind is Kind.HOUSE:
        return Gathered(setting, measure.width, whole=found)
    if measure.kind is Kind.PEOPLE:
        counts = count_bits(found, setting.partition, without=setting.without)
        told = {block: band_of(counts[block], bands(n, measure.width)) for block, n in sizes.items()}
        return Gathered(setting, measure.width, counts=counts, own=told)
    objects = first_objects(found, setting.partition, without=setting.without)
    return Gathered(setting, measure.width, objects=objects, own=levels_told(objects, setting.partition))


def levels_told(objects: Iterable[Object], among: Partition) -> dict[str, Value]:
    """The level of each block, or silence."""
    held: dict[str, list[Object]] = {block.key: [] for block in among.blocks}
    for found in objects:
        held[among.homes[found.person]].append(found)
    return {block.key: level_told(held[block.key], block.n) for block in among.blocks}


def level_told(objects: Sequence[Object], n: int) -> Value:
    """What is said of at most two objects a person, in a block of `n`."""
    good, people = sum(found.is_good for found in objects), len({found.person for found in objects})
    return level_of(good, len(objects), people, n) or NOT_ENOUGH


def figures_of(measure: Measure, found: Gathered, told: Mapping[str, Mapping[str, Value]]) -> Iterator[Figure]:
    window = found.setting.window.name
    for block, value in found.own.items():
        yield Figure(window, measure.key, block, value)
    if measure.kind is Kind.HOUSE:
        yield Figure(window, measure.key, None, found.whole)
    elif measure.house is not None:
        yield Figure(window, measure.key, None, measure.house(replace(found, others=told)))


def silence(window: Window, house: House, measures: Iterable[Measure]) -> Iterator[Figure]:
    """The same figures, of the blocks as they were recorded, when nothing is told."""
    for measure in measures:
        for block in sorted(house.opened) if measure.kind is not Kind.HOUSE else ():
            yield Figure(window.name, measure.key, block, NOT_ENOUGH)
        if measure.kind is Kind.HOUSE or measure.house is not None:
            yield Figure(window.name, measure.key, None, NOT_ENOUGH)
