"""The register of measures: what each asks, how it is computed, and where its facts come from.

A feature that brings facts registers its measure here, or says of a measure that is described already how its facts
are read. Nothing else knows which measures there are.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from intranet.metrics.core.bands import band_of, bands, level_of
from intranet.metrics.core.bounded import count_bits, first_objects
from intranet.metrics.core.measures import Kind, Measure
from intranet.metrics.fingerprint import fingerprint

COARSE: dict[Kind, tuple[Callable[..., Any], ...]] = {  # what makes a published value of what a formula gives
    Kind.PEOPLE: (count_bits, band_of, bands),
    Kind.OBJECTS: (first_objects, level_of),
    Kind.HOUSE: (),
}
Text: TypeAlias = Any  # a sentence, told in the language of whoever reads it


@dataclass(frozen=True, slots=True)
class Period:
    """What a source is asked: facts of [start, end), and what came of them before `until`; days are local to `zone`."""

    start: datetime
    end: datetime
    until: datetime
    zone: ZoneInfo


Source: TypeAlias = Callable[[Period], Iterable[Any]]  # rows as the formula takes them (core/facts.py)


class NoSuchMeasure(LookupError):
    """No measure has this key."""


class AlreadyRegistered(ValueError):
    """A measure of this key is there, or its facts have a source."""


@dataclass(frozen=True)
class Described:
    """A measure, as the register shows it: its name, question and formula in words, and the facts it reads."""

    measure: Measure
    name: Text
    question: Text
    formula: Text
    reads: Text
    sources: tuple[Source, ...] = field(default=())

    @property
    def key(self) -> str:
        return self.measure.key

    @property
    def is_on(self) -> bool:
        """Whether it may be adopted: its facts exist, and its joint release is covered by the proofs."""
        return self.measure.is_first and bool(self.sources)

    @cached_property
    def fingerprint(self) -> str:
        """What it computes, as 64 hexadecimal signs: formula, sources, settling, and how it is made coarse."""
        measure = self.measure
        numbers = (measure.key, measure.kind.value, measure.width, measure.days, measure.working_days)
        return fingerprint(
            numbers, measure.formula, *filter(None, [measure.house]), *self.sources, *COARSE[measure.kind]
        )

    def facts(self, period: Period) -> Iterator[Any]:
        """The rows of all its sources, one after another."""
        return chain.from_iterable(source(period) for source in self.sources)


_measures: dict[str, Described] = {}


def register(described: Described) -> None:
    """Adds a measure. Raises `AlreadyRegistered`."""
    if described.key in _measures:
        raise AlreadyRegistered(described.key)
    _measures[described.key] = described


def forget(key: str) -> None:
    """Takes a measure out again, as a test does. Raises `NoSuchMeasure`."""
    if _measures.pop(key, None) is None:
        raise NoSuchMeasure(key)


def reads(*keys: str) -> Callable[[Source], Source]:
    """Says of a function that it brings facts of these measures, beside those that others bring. Raises `NoSuchMeasure`."""

    def add(source: Source) -> Source:
        for key in keys:
            found = measure(key)
            _measures[key] = Described(
                found.measure, found.name, found.question, found.formula, found.reads, (*found.sources, source)
            )
        return source

    return add


def measures() -> dict[str, Described]:
    """All of them, by key."""
    return dict(sorted(_measures.items()))


def measure(key: str) -> Described:
    """The measure of a key. Raises `NoSuchMeasure`."""
    try:
        return _measures[key]
    except KeyError:
        raise NoSuchMeasure(key) from None
