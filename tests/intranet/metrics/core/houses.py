"""Small houses, and what happened in them, for the tests of the figures."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from intranet.metrics.core.blocks import Partition, Person, Unit, partition
from intranet.metrics.core.days import calendar_of
from intranet.metrics.core.figures import Value
from intranet.metrics.core.measures import SIXTEEN, Measure
from intranet.metrics.core.release import House, Release, release
from intranet.metrics.core.setting import Setting
from intranet.metrics.core.windows import window_named

PARIS = ZoneInfo("Europe/Paris")
WINDOW = window_named("2026-Q4", PARIS)
HOLIDAYS = [date(2026, 11, 11), date(2026, 12, 25), date(2027, 1, 1), date(2027, 4, 5)]
CALENDAR = calendar_of(HOLIDAYS, range(2025, 2029))
MONDAY = date(2026, 10, 5)
BY_KEY = {measure.key: measure for measure in SIXTEEN}


def house_of(*sizes: int) -> House:
    """Teams "T1", "T2"... of `sizes` people under one root; the people are "T1.0", "T1.1"..."""
    teams = {f"T{place}": size for place, size in enumerate(sizes, 1)}
    units = [Unit("C"), *(Unit(team, "C") for team in teams)]
    homes: dict[Person, str] = {f"{team}.{i}": team for team, size in teams.items() for i in range(size)}
    return opened(partition(units, homes))


def opened(blocks: Partition, **kwargs: Any) -> House:
    """A house whose blocks are at the closing as they were at the opening."""
    return House(blocks, blocks.sizes, **kwargs)


def lettered(n: int, letters: str = "abcdefghijklmnop") -> House:
    """One team of `n` people who are letters, beside one of eight others, "o0" to "o7"."""
    homes: dict[Person, str] = {**dict.fromkeys(letters[:n], "T1"), **{f"o{i}": "T2" for i in range(8)}}
    return opened(partition([Unit("C"), Unit("T1", "C"), Unit("T2", "C")], homes))


def setting(house: House, *, settled_on: date | None = None) -> Setting:
    return Setting(WINDOW, CALENDAR, house.partition, settled_on or WINDOW.last_day, house.managers, house.without)


def publish(house: House, facts: Mapping[str, Iterable[Any]]) -> Release:
    """The release of some facts, by the key of their measure."""
    return release(WINDOW, house, CALENDAR, {BY_KEY[key]: rows for key, rows in facts.items()})


def told(house: House, measure: str | Measure, facts: Iterable[Any], *, block: str | None = "T1") -> Value:
    """What is published of a block, when one measure is released."""
    chosen = BY_KEY[measure] if isinstance(measure, str) else measure
    found = release(WINDOW, house, CALENDAR, {chosen: facts})
    return next(figure.value for figure in found.figures if figure.block == block)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), PARIS).astimezone(UTC)


def each_day(number: int, *, every: int = 1) -> list[date]:
    """Days of the window from its first Monday, `every` so many."""
    return [MONDAY + timedelta(days=every * place) for place in range(number)]


numbers = count(1)
