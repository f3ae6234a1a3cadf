"""Who is counted together: a partition of the people into blocks, from the roster alone (R2, R3)."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

LEAST = 8  # people of a block: 5 others, and one who knows, beside the one asked about (bounded.py)

Person: TypeAlias = Hashable


class TreeBroken(Exception):
    """The tree of teams has a circle, or names a parent or a home that is no team."""


class ThresholdTooLow(ValueError):
    """Blocks smaller than `LEAST` are asked for."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A team, or what holds teams; `parent` is the key of the unit above, None at a root."""

    key: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """How many people of a block have their home in one unit."""

    unit: str
    n: int


@dataclass(frozen=True, slots=True)
class Block:
    """`n` people who are counted together: a team, or the small teams and the heads of a unit (`is_gathered`)."""

    key: str
    n: int
    is_gathered: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Partition:
    """The blocks, by key; whoever of the roster is in none of them is counted nowhere."""

    blocks: tuple[Block, ...]
    homes: Mapping[Person, str]  # the block of each person who is in one

    def block_of(self, person: Person) -> str | None:
        """The key of the block of a person, None where there is none."""
        return self.homes.get(person)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many people each block has: what is recorded when a window opens."""
        return {block.key: block.n for block in self.blocks}

    @property
    def n(self) -> int:
        return sum(block.n for block in self.blocks)


def partition(units: Sequence[Unit], homes: Mapping[Person, str], *, least: int = LEAST) -> Partition:
    """The blocks of a tree of `units` whose people are at home in `homes`, each of at least `least` people.

    A team without teams below is a block where it is large enough; smaller ones and the people of a unit climb to
    the first unit above where they are enough together. Raises `TreeBroken` and `ThresholdTooLow`.
    """
    if least < LEAST:
        raise ThresholdTooLow(least)
    counts = Counter(homes.values())
    check(units, counts)
    blocks = tuple(sorted(climb(units, counts, least), key=lambda block: block.key))
    block_of_unit = {part.unit: block.key for block in blocks for part in block.parts}
    return Partition(blocks, {person: block_of_unit[unit] for person, unit in homes.items() if unit in block_of_unit})


def climb(units: Sequence[Unit], counts: Mapping[str, int], least: int) -> Iterable[Block]:
    """The blocks, from the leaves of the tree to its roots."""
    waiting: dict[str, list[Part]] = {unit.key: [] for unit in units}
    holders = {unit.parent for unit in units}
    for unit in deepest_first(units):
        parts = [*waiting[unit.key], *([Part(unit.key, counts[unit.key])] if counts[unit.key] else [])]
        n = sum(part.n for part in parts)
        if n >= least:
            yield Block(unit.key, n, unit.key in holders, tuple(sorted(parts, key=lambda part: part.unit)))
        elif unit.parent is not None:
            waiting[unit.parent] += parts


def deepest_first(units: Sequence[Unit]) -> list[Unit]:
    """Each unit before the one that holds it. Raises `TreeBroken` where they hold each other in a circle."""
    below: dict[str | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(unit)
    found = list(below.get(None, ()))
    for unit in found:  # grows while it is walked
        found.extend(below.get(unit.key, ()))
    if len(found) != len(units):
        raise TreeBroken("a circle of units")
    return found[::-1]


def check(units: Sequence[Unit], named: Iterable[str]) -> None:
    keys = {unit.key for unit in units}
    if len(keys) != len(units):
        raise TreeBroken("two units of one key")
    missing = ({unit.parent for unit in units} | set(named)) - keys - {None}
    if missing:
        raise TreeBroken(f"no such unit: {sorted(map(str, missing))}")
