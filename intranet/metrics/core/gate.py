"""The check that stands before every release: by closed formulas, from the roster alone, for every cell (R9)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from intranet.metrics.core.bands import FINE_BLOCK, FINE_OBJECTS, LEAST_OBJECTS, LEAST_PEOPLE, bands, cut
from intranet.metrics.core.blocks import LEAST, Block, Partition
from intranet.metrics.core.bounded import INSIDERS, OBJECTS
from intranet.metrics.core.measures import Kind, Measure


class GateClosed(Exception):
    """A cell does not hold what is promised; `args[0]` is the `Report`. Nothing may be published."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What was checked of one measure in one block of `n` people, or in the house where `block` is None."""

    block: str | None
    measure: str
    n: int
    rule: str
    passes: bool
    why: str

    def __str__(self) -> str:
        verdict = "passes" if self.passes else "FAILS"
        return f"{self.measure} {self.block or '*'} n={self.n}: {verdict}, {self.rule}: {self.why}"


@dataclass(frozen=True, slots=True)
class Report:
    """All cells of a release."""

    cells: tuple[Cell, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.cells))

    @property
    def passes(self) -> bool:
        return all(cell.passes for cell in self.cells)


def check(measures: Iterable[Measure], among: Partition, *, insiders: int = INSIDERS) -> Report:
    """Judge every cell of `measures` and of the blocks `among`, against `insiders` who put together what they know."""
    return Report(tuple(cell for measure in measures for cell in cells_of(measure, among, insiders)))


def cells_of(measure: Measure, among: Partition, insiders: int) -> Iterator[Cell]:
    if measure.kind is not Kind.HOUSE:
        for block in among.blocks:
            rule = check_people if measure.kind is Kind.PEOPLE else check_objects
            yield rule(measure, block, insiders)
    if measure.kind is Kind.HOUSE or measure.house is not None:
        yield check_house(measure, among, insiders)


def check_people(measure: Measure, block: Block, insiders: int) -> Cell:
    """A band of at least a + 2 values leaves both bits open to each of the others."""
    narrowest = min(band.size for band in bands(block.n, measure.width))
    passes = narrowest >= insiders + 2 and block.n >= LEAST
    why = f"the narrowest of the bands has {narrowest} values, {insiders + 2} are needed, and n >= {LEAST}"
    return Cell(block.key, measure.key, block.n, "bands", passes, why)


def check_objects(measure: Measure, block: Block, insiders: int) -> Cell:
    """Levels of at least a*c + 2 values, and enough others to be reached without any one of them."""
    others, needed = block.n - insiders - 1, insiders * OBJECTS + 2
    narrowest = min(narrowest_level(block.n, objects) for objects in range(LEAST_OBJECTS, OBJECTS * block.n + 1))
    reachable = others >= LEAST_PEOPLE and others * OBJECTS >= least_objects(block.n)
    why = (
        f"the narrowest level has {narrowest} values, {needed} are needed; "
        f"{others} others may have {others * OBJECTS} objects, {least_objects(block.n)} are needed"
    )
    return Cell(block.key, measure.key, block.n, "levels", narrowest >= needed and reachable, why)


def check_house(measure: Measure, among: Partition, insiders: int) -> Cell:
    """The house is told beside its blocks with room on either side (room.py), and only where it has blocks."""
    others = among.n - insiders - 1
    passes = not among.blocks or (others >= LEAST_PEOPLE and measure.width >= insiders + 2)
    why = f"{others} others, {LEAST_PEOPLE} are needed; room for {measure.width} values, {insiders + 2} are needed"
    return Cell(None, measure.key, among.n, "house", passes, why)


def least_objects(n: int) -> int:
    """How many objects must be reached by the others: for five levels where they may be told."""
    return FINE_OBJECTS if n >= FINE_BLOCK else LEAST_OBJECTS


@cache
def narrowest_level(n: int, objects: int) -> int:
    levels = 5 if objects >= FINE_OBJECTS and n >= FINE_BLOCK else 3
    return min(band.size for band in cut(objects, levels))
