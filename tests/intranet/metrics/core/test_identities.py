"""Who is who inside a block makes no difference to a single byte of what is published."""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intranet.metrics.core.blocks import Person
from intranet.metrics.core.facts import Contribution
from intranet.metrics.core.release import House
from tests.intranet.metrics.core.facts import FACTS, a_house
from tests.intranet.metrics.core.houses import MONDAY, house_of, publish


def renamed(rows: Iterable[Any], names: Mapping[Person, Person]) -> list[Any]:
    """The same facts of others: every person in them by another name, each in the same row."""
    return [type(row)(*(names.get(each, each) if isinstance(each, str) else each for each in row)) for row in rows]


def exchanged(house: House, random: Random) -> dict[Person, Person]:
    """A new name for each person, out of those of their block."""
    names: dict[Person, Person] = {}
    for block in house.partition.blocks:
        mine = sorted((who for who, home in house.partition.homes.items() if home == block.key), key=str)
        names |= dict(zip(mine, random.sample(mine, len(mine)), strict=True))
    return names


@settings(max_examples=30)
@given(st.data(), st.randoms(use_true_random=False))
def test_exchanging_people_inside_blocks_changes_nothing(data: st.DataObject, random: Random) -> None:
    house = data.draw(a_house())
    people = sorted(house.partition.homes, key=str)
    keys = data.draw(st.sets(st.sampled_from(sorted(FACTS)), min_size=1, max_size=4))
    facts = {key: data.draw(FACTS[key](people), label=key) for key in sorted(keys)}
    names = exchanged(house, random)
    moved = House(
        house.partition,
        house.opened,
        frozenset(names[who] for who in house.managers),
        frozenset(names[who] for who in house.without),
    )
    others = {key: renamed(rows, names) for key, rows in facts.items()}
    assert str(publish(house, facts)) == str(publish(moved, others))


def test_another_figure_would_be_seen() -> None:
    house = house_of(8, 8)
    first = [Contribution("T1.0", MONDAY)] * 2
    assert str(publish(house, {"E1": first})) == str(publish(house, {"E1": renamed(first, {"T1.0": "T1.5"})}))
    five = [Contribution(f"T1.{i}", MONDAY) for i in range(5)]
    assert str(publish(house, {"E1": first})) != str(publish(house, {"E1": five}))
