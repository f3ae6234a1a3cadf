"""The same adversary for a house of any size: all that is published of some quarters, as linear constraints.

A bit of a person is a variable, 0 or 1; an object is told of by how many a person has, how many of them are good, and
whether there is one, a good one, another. Every figure bounds a sum of them. A solver (HiGHS) is then asked for worlds
in which as many secrets as can be are otherwise than they were seen so far, until each was seen both ways, or cannot be.
What hangs together by constraints is found by walking them, and asked together; what does not, is asked in turn.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle
from random import Random
from time import perf_counter
from typing import Any, TypeAlias

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from intranet.metrics.core.bands import Band, Level, cut, levels_of
from intranet.metrics.core.blocks import Partition, Person, Unit, partition
from intranet.metrics.core.bounded import OBJECTS
from intranet.metrics.core.figures import Days, Figure
from intranet.metrics.core.release import House
from tests.intranet.metrics.core.houses import opened, publish
from tests.intranet.metrics.core.worlds import OTHER, State, rows_of

Array: TypeAlias = np.ndarray[Any, Any]

PEOPLE = ("A1", "B1", "B3", "D1", "E1", "E2", "F1")
OF_OBJECTS = ("A2", "C1", "F2")
WITHIN = (("B3", "B1"), ("E2", "E1"))


@dataclass
class Program:
    """Variables with their bounds, and sums of them that are kept between two numbers."""

    high: list[int] = field(default_factory=list)
    rows: list[tuple[Mapping[int, float], float, float]] = field(default_factory=list)
    secrets: list[int] = field(default_factory=list)  # variables of 0 or 1 that nobody must learn
    known: dict[int, int] = field(default_factory=dict)  # what the insider knows of themselves

    def variable(self, high: int = 1) -> int:
        self.high.append(high)
        return len(self.high) - 1

    def keep(self, terms: Mapping[int, float], low: float, high: float = np.inf) -> None:
        self.rows.append((terms, low, high))

    @cached_property
    def matrix(self) -> csr_array:
        at = [(place, variable, weight) for place, row in enumerate(self.rows) for variable, weight in row[0].items()]
        places, variables, weights = zip(*at, strict=True)
        return csr_array((weights, (places, variables)), shape=(len(self.rows), len(self.high)))

    def parts(self) -> "Iterator[Part]":
        """What hangs together by constraints, each part by itself."""
        count, labels = connected_components(abs(self.matrix).T @ abs(self.matrix), directed=False)
        of_row = labels[[next(iter(terms)) for terms, *_ in self.rows]]
        ends = np.array([row[1:] for row in self.rows], float)
        low, high = np.zeros(len(self.high)), np.array(self.high, float)
        for variable, value in self.known.items():
            low[variable] = high[variable] = value
        secret = np.isin(np.arange(len(self.high)), self.secrets)
        for label in range(count):
            mine, rows = np.flatnonzero(labels == label), np.flatnonzero(of_row == label)
            between = LinearConstraint(self.matrix[rows][:, mine], *ends[rows].T)
            yield Part(mine, np.flatnonzero(secret[mine]), Bounds(low[mine], high[mine]), between)


@dataclass(frozen=True)
class Part:
    """Some variables of a program and all that is kept of them; secrets are places among them."""

    variables: Array
    secrets: Array
    bounds: Bounds
    between: LinearConstraint

    def world(self, wanted: Array) -> Array | None:
        """A world in which the variables wanted positively are many and the others few, or nearly; None for no world."""
        whole, near = np.ones(len(wanted)), {"mip_rel_gap": 0.2}
        found = milp(-wanted, integrality=whole, bounds=self.bounds, constraints=self.between, options=near)
        return None if found.x is None else np.rint(found.x)

    def told(self) -> Array:
        """The secrets, as variables of the program, that can be in one way only."""
        unseen = np.zeros((2, len(self.variables)), bool)
        unseen[:, self.secrets] = True
        for sign in cycle((1, -1)):
            seen = self.see(unseen, sign)
            unseen &= ~seen
            if not seen.any():
                break
        for value, place in np.argwhere(unseen):
            alone = np.zeros_like(unseen)
            alone[value, place] = True
            unseen &= ~self.see(alone, 1)
        return self.variables[unseen.any(axis=0)]

    def see(self, unseen: Array, sign: int) -> Array:
        """What of the unseen is seen in a world sought for it; of secrets never seen, as ones or as zeros by `sign`."""
        wanted = unseen[1].astype(float) - unseen[0] + 0.5 * sign * (unseen[0] & unseen[1])
        world = self.world(wanted)
        return np.zeros_like(unseen) if world is None else unseen & np.array([world == 0, world == 1])


@dataclass(frozen=True)
class Quarter:
    """The true world of a quarter: who was counted where, the state of each person in each measure, and the figures."""

    blocks: Partition
    states: Mapping[str, Mapping[Person, State]]
    figures: Sequence[Figure]


def quarters(random: Random, people: int, *, count: int = 4) -> Iterator[Quarter]:
    """A random house over some quarters, between which people move, come and go."""
    teams = [f"T{team}" for team in range(max(3, people // 11))]
    units = [Unit("C"), *(Unit(f"D{d}", "C") for d in range(1 + people // 60))]
    units += [Unit(team, f"D{random.randrange(1 + people // 60)}") for team in teams]
    homes: dict[Person, str] = {f"p{i}": random.choice(teams) for i in range(people)}
    for quarter in range(count):
        for who in random.sample(sorted(homes, key=str), people // 10):
            del homes[who]
            homes[who if random.random() < 0.5 else f"q{quarter}{who}"] = random.choice([*teams, "C", "D0"])
        house = opened(partition([*units, Unit("X", "C")], homes | {f"{OTHER[0]}{i}": "X" for i in range(8)}))
        states = {key: dict(some_states(random, house, key)) for key in (*PEOPLE, *OF_OBJECTS)}
        states |= {small: nested(states[large], states[small]) for small, large in WITHIN}
        yield Quarter(house.partition, states, figures_of(house, states))


def some_states(random: Random, house: House, key: str) -> Iterator[tuple[Person, State]]:
    """A state for each person; in some teams nearly everybody takes part, in some nearly nobody."""
    rates = {block.key: random.choice([0.02, 0.3, 0.6, 0.98]) for block in house.partition.blocks}
    for who, home in house.partition.homes.items():
        if home == "X":  # who answer the others, and did nothing else
            yield who, () if key in OF_OBJECTS else False
        elif key in PEOPLE:
            yield who, random.random() < rates[home]
        else:
            yield who, tuple(random.random() < rates[home] for _ in range(random.choice([0, 1, 2, 2])))


def nested(large: Mapping[Person, State], small: Mapping[Person, State]) -> dict[Person, State]:
    return {who: bool(large[who] and small[who]) for who in small}


def figures_of(house: House, states: Mapping[str, Mapping[Person, State]]) -> Sequence[Figure]:
    """What the publisher makes of the facts of these states."""
    days = {who: 5 if states["B3"][who] else 2 * takes_part for who, takes_part in states["B1"].items()}
    tries = {who: (has_tried, states["E2"][who]) for who, has_tried in states["E1"].items()}
    as_told = {**states, "B1": days, "B3": days, "E1": tries, "E2": tries}
    return publish(house, {key: list(rows_of(key, mine)) for key, mine in as_told.items()}).figures


def program_of(found: Sequence[Quarter], insider: Person) -> Program:
    """All that is known of these quarters, to somebody who knows their own."""
    program = Program()
    for quarter in found:
        bits = {key: add_people(program, quarter, key, insider) for key in PEOPLE}
        for small, large in WITHIN:
            for who, bit in bits[small].items():
                program.keep({bits[large][who]: 1, bit: -1}, 0)
        for key in OF_OBJECTS:
            add_objects(program, quarter, key, insider)
    return program


def add_people(program: Program, quarter: Quarter, key: str, insider: Person) -> dict[Person, int]:
    """A bit for each person, and the bands that their sums are in."""
    states = quarter.states[key]
    bits = {who: program.variable() for who in quarter.blocks.homes}
    program.secrets += [bit for who, bit in bits.items() if who != insider]
    if insider in bits:
        program.known[bits[insider]] = states[insider]
    for block, value in told_by(quarter, key):
        if isinstance(value, Band):
            mine = [bit for who, bit in bits.items() if block in {None, quarter.blocks.homes[who]}]
            program.keep(dict.fromkeys(mine, 1), value.low, value.high)
    return bits


def told_by(quarter: Quarter, key: str) -> list[tuple[str | None, object]]:
    return [(figure.block, figure.value) for figure in quarter.figures if figure.measure == key]


def add_objects(program: Program, quarter: Quarter, key: str, insider: Person) -> None:
    """How many objects and good ones each person has, and the levels that their sums are in."""
    numbers = {who: person_with_objects(program) for who in quarter.blocks.homes}
    for who, (objects, good, *secrets) in numbers.items():
        if who == insider:
            state = quarter.states[key][who]
            program.known |= {objects: len(state), good: sum(state)}
        else:
            program.secrets += secrets
    for block, value in told_by(quarter, key):
        mine = [who for who, home in quarter.blocks.homes.items() if block in {None, home}]
        if block is None:
            bound_house(program, [numbers[who] for who in mine], [quarter.states[key][who] for who in mine], value)
        else:
            bound_block(program, [numbers[who] for who in mine], value)


def person_with_objects(program: Program) -> tuple[int, ...]:
    """How many objects, how many good ones, and whether there is one, a good one, another."""
    objects, good = program.variable(OBJECTS), program.variable(OBJECTS)
    has_one, has_good, has_bad = (program.variable() for _ in range(3))
    program.keep({objects: 1, good: -1}, 0)
    for number, has in (({objects: 1.0}, has_one), ({good: 1.0}, has_good), ({objects: 1.0, good: -1.0}, has_bad)):
        program.keep({**number, has: -1}, 0)
        program.keep({has: OBJECTS, **{variable: -weight for variable, weight in number.items()}}, 0)
    return objects, good, has_one, has_good, has_bad


def bound_block(program: Program, numbers: list[tuple[int, ...]], value: object) -> None:
    """What the level of a block tells, or its silence, whatever the number of its objects."""
    n = len(numbers)
    objects, good, people = (dict.fromkeys([row[column] for row in numbers], 1.0) for column in range(3))
    if isinstance(value, Level):
        totals = [total for total in range(OBJECTS * n + 1) if levels_of(total, n, n) == value.of]
        band = {program.variable(): (total, cut(total, value.of)[value.place]) for total in totals}
        program.keep(dict.fromkeys(band, 1), 1, 1)
        program.keep(objects | {chosen: -total for chosen, (total, _) in band.items()}, 0, 0)
        program.keep(good | {chosen: -told.low for chosen, (_, told) in band.items()}, 0)
        program.keep(good | {chosen: -told.high for chosen, (_, told) in band.items()}, -np.inf, 0)
        program.keep(people, 5)
    else:
        has_many = program.variable()  # more than ten objects, of four people at most
        program.keep(objects | {has_many: -OBJECTS * n}, -np.inf, 10)
        program.keep(people | {has_many: n}, -np.inf, 4 + n)


def bound_house(program: Program, numbers: list[tuple[int, ...]], states: list[State], value: object) -> None:
    """What the median of the house tells: on which side of a half are those answered in time."""
    lead = {row[0]: -1.0 for row in numbers} | {row[1]: 2.0 for row in numbers}
    objects = dict.fromkeys([row[0] for row in numbers], 1)
    if isinstance(value, Days):
        is_soon = value.median is not None and value.median <= 2
        program.keep(lead, 0 if is_soon else -np.inf, np.inf if is_soon else -1)
        program.keep(objects, 30)
    elif sum(len(state) for state in states) < 30:
        program.keep(objects, 0, 29)


def told_secrets(program: Program) -> list[int]:
    """The secrets that can be in one way only, among the worlds in which all that is known holds."""
    return sorted(int(secret) for part in program.parts() if len(part.secrets) for secret in part.told())


def prove(*, people: int, seed: int) -> int:
    """Try a random house over four quarters, all figures at once, against an insider; how many secrets are told."""
    begun, random = perf_counter(), Random(seed)
    found = list(quarters(random, people))
    program = program_of(found, random.choice(sorted(found[0].blocks.homes, key=str)))
    told = told_secrets(program)
    figures = sum(len(quarter.figures) for quarter in found)
    print(f"{people} people, {figures} figures, {len(program.secrets)} secrets: {len(told)} told")
    print(f"{len(program.high)} variables, {len(program.rows)} constraints, {perf_counter() - begun:.0f} s")
    return len(told)
