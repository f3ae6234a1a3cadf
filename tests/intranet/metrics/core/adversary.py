"""Whoever knows everything that was ever published, and tries every world that would have led to it.

A house is a few groups of people who are alike to the publisher; a world says in what state each of them is. Worlds
that differ only by who is who inside a group are one world here: that the publisher does not tell them apart is shown
elsewhere (test_identities.py). The publisher is a black box: it is called on every world.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations_with_replacement, product
from math import comb, prod
from random import Random
from time import perf_counter
from typing import TypeAlias

from intranet.metrics.core.blocks import Person, Unit, partition
from intranet.metrics.core.release import House
from tests.intranet.metrics.core.houses import opened, publish
from tests.intranet.metrics.core.worlds import DAYS, OTHER, SECRETS, STATES, State, rows_of

World: TypeAlias = tuple[tuple[State, ...], ...]  # the states of each group's people, in the order of `Game.states`
Secret: TypeAlias = Callable[[State], bool]


@dataclass(frozen=True)
class Game:
    """Groups of so many people who are alike, the states of a person, the publisher, and what nobody must learn."""

    groups: tuple[int, ...]
    states: tuple[State, ...]
    publish: Callable[[World], Hashable]
    secrets: Mapping[str, Secret]

    @property
    def size(self) -> int:
        """How many worlds there are."""
        return prod(comb(size + len(self.states) - 1, size) for size in self.groups)

    def worlds(self) -> Iterator[World]:
        return product(*(combinations_with_replacement(self.states, size) for size in self.groups))


@dataclass(frozen=True)
class Disclosure:
    """Where `output` is published, an insider of a group in some state knows a secret of everybody else of `group`."""

    output: Hashable
    insider: tuple[int, State] | None
    group: int
    secret: str
    value: bool


def disclosures(game: Game, *, insiders: int) -> Iterator[Disclosure]:
    """What an adversary who knows the states of `insiders` people, none or one, would learn with certainty."""
    seen: dict[tuple[Hashable, tuple[int, State] | None], list[set[State]]] = {}
    for world in game.worlds():
        output = game.publish(world)
        for insider, others in views(world) if insiders else [(None, [set(states) for states in world])]:
            known = seen.setdefault((output, insider), [set() for _ in game.groups])
            for states, more in zip(known, others, strict=True):
                states |= more
    for (output, insider), groups in seen.items():
        for group, states in enumerate(groups):
            for name, secret in game.secrets.items():
                values = {bool(secret(state)) for state in states}
                if len(values) == 1:
                    yield Disclosure(output, insider, group, name, values.pop())


def views(world: World) -> Iterator[tuple[tuple[int, State], list[set[State]]]]:
    """For each person who may be the insider, their group and state, and the states of the others of each group."""
    for group, mine in enumerate(world):
        counts = Counter(mine)
        for state in counts:
            others = [set(states) for states in world]
            if counts[state] == 1:
                others[group].discard(state)
            yield (group, state), others


@dataclass(frozen=True)
class Small:
    """A small house: how many people are at home in each unit, the root "C" first, each a group of its own."""

    sizes: tuple[int, ...]

    @property
    def people(self) -> list[list[Person]]:
        return [[f"{unit}.{i}" for i in range(size)] for unit, size in enumerate(self.sizes)]

    def house(self, others: int) -> House:
        """Its people, beside a block of `others` of whom nothing is asked and who do nothing but answer."""
        units = [Unit("0"), *(Unit(str(unit), "0") for unit in range(1, len(self.sizes))), Unit("x", "0")]
        homes: dict[Person, str] = {person: str(unit) for unit, mine in enumerate(self.people) for person in mine}
        return opened(partition(units, homes | {f"{OTHER[0]}{i}": "x" for i in range(others)}))


def game_of(small: Small, keys: Sequence[str], states: Sequence[State] | None = None, *, others: int = 8) -> Game:
    """The real publisher of some measures at once, in a small house. A state is a tuple, one of each measure."""
    house, people = small.house(others), [person for group in small.people for person in group]
    chosen = tuple(states if states is not None else product(*(STATES[key] for key in keys)))

    def call(world: World) -> Hashable:
        by_person = dict(zip(people, (state for group in world for state in group), strict=True))
        facts = {
            key: list(rows_of(key, {who: state[place] for who, state in by_person.items()}))
            for place, key in enumerate(keys)
        }
        return publish(house, facts).figures

    secrets = {
        f"{key}: {name}": (lambda state, place=place, secret=secret: secret(state[place]))
        for place, key in enumerate(keys)
        for name, secret in SECRETS[key].items()
    }
    return Game(tuple(len(group) for group in small.people if group), chosen, call, secrets)


SMALL = {"eight": Small((0, 8)), "nine": Small((0, 9)), "eight and four": Small((0, 8, 4)), "head": Small((1, 5, 2))}
THREADS_AND_QUESTIONS = tuple(
    (threads, questions)
    for threads in ((), (False,), (True,), (False, False), (True, True))
    for questions in ((), (False,), (True,), (False, False), (True, True))
    if len(questions) <= len(threads)  # a question opens a thread
)
NESTED: Mapping[tuple[str, ...], tuple[State, ...]] = {
    ("B1", "B3"): tuple((days, days) for days in DAYS),
    ("E1", "E2"): tuple((state, state) for state in STATES["E1"]),
    ("A2", "C1"): THREADS_AND_QUESTIONS,
    ("B1", "B3", "E1", "E2"): tuple(
        (days, days, tried, tried) for days in DAYS for tried in STATES["E1"] if days or not tried[0]
    ),
}


def a_random_game(random: Random, *, most: int) -> tuple[str, Game]:
    """One measure, or two that hang together, in a random house of at most 14 people and `most` worlds."""
    while True:
        keys = random.choice([*((key,) for key in STATES), ("B1", "B3"), ("E1", "E2")])
        sizes = (random.randint(0, 2), *(random.randint(0, 9) for _ in range(random.randint(1, 3))))
        game = game_of(Small(sizes), keys, NESTED.get(keys))
        if 8 <= sum(sizes) <= 14 and game.size <= most:
            return f"{'+'.join(keys)} in {sizes}", game


def prove(*, houses: int, worlds: int, seed: int) -> int:
    """Try every measure in the named houses, then `houses` random ones of at most `worlds`; how much was learned."""
    random, found = Random(seed), 0
    games = (a_random_game(random, most=worlds) for _ in range(houses))
    for name, game in chain(the_named_games(), games):
        begun = perf_counter()
        learned = [each for insiders in (0, 1) for each in disclosures(game, insiders=insiders)]
        found += len(learned)
        verdict = f"DISCLOSES {learned[0]}" if learned else "nobody is singled out"
        print(f"{name}, {game.size} worlds: {verdict} ({perf_counter() - begun:.1f} s)", flush=True)
    return found


def the_named_games() -> Iterator[tuple[str, Game]]:
    for name, small in SMALL.items():
        games = ((key, game_of(small, [key])) for key in STATES)
        yield from ((f"{key} in {name}", game) for key, game in games if game.size < 50_000)
    for places in (2, 3, 4):  # and what is told of the house beside them
        yield f"A1 in {places} eights", game_of(Small((0, *[8] * places)), ["A1"], others=0)
    for keys, states in NESTED.items():
        yield f"{'+'.join(keys)} in eight", game_of(SMALL["eight"], keys, states)
