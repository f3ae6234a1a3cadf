"""Nobody can be singled out by whoever tries every world; and the one who tries would find what is badly made."""

from collections.abc import Hashable
from random import Random

import pytest

from intranet.metrics.core.bands import Band, band_of, bands, company_bands, level_of
from tests.intranet.metrics.core.adversary import NESTED, SMALL, Game, Small, World, a_random_game, disclosures, game_of
from tests.intranet.metrics.core.houses import house_of, opened, publish
from tests.intranet.metrics.core.worlds import BITS, OBJECTS, SECRETS, STATES, rows_of

PEOPLE = ("A1", "B1", "B3", "D1", "E1", "E2", "F1")
OF_OBJECTS = ("A2", "A3", "C1", "F2")


def learned(game: Game) -> list[object]:
    return [each for insiders in (0, 1) for each in disclosures(game, insiders=insiders)]


@pytest.mark.parametrize("small", SMALL)
@pytest.mark.parametrize("key", PEOPLE)
def test_no_bit_is_learned(small: str, key: str) -> None:
    assert learned(game_of(SMALL[small], [key])) == []


@pytest.mark.parametrize("key", OF_OBJECTS)
def test_no_object_is_learned(key: str) -> None:
    assert learned(game_of(SMALL["eight"], [key], [(state,) for state in OBJECTS])) == []


@pytest.mark.parametrize("keys", [("B1", "B3"), ("E1", "E2")])
def test_what_hangs_together_is_not_learned(keys: tuple[str, ...]) -> None:
    assert learned(game_of(SMALL["eight"], keys, NESTED[keys])) == []
    assert learned(game_of(SMALL["nine"], keys, NESTED[keys])) == []


def test_a_release_of_all_is_the_releases_of_each() -> None:
    """So that together they tell no more than those that hang together, which are tried together."""
    random, house = Random(4), house_of(8)
    people = sorted(house.partition.homes, key=str)
    for _ in range(30):
        states = {key: {person: random.choice(STATES[key]) for person in people} for key in STATES}
        facts = {key: list(rows_of(key, states[key])) for key in STATES}
        alone = [figure for key in STATES for figure in publish(house, {key: facts[key]}).figures]
        assert [str(each) for each in publish(house, facts).figures if each.block] == [str(e) for e in alone if e.block]


def test_no_bit_is_learned_of_a_house_that_is_told_beside_its_blocks() -> None:
    assert learned(game_of(Small((0, 8, 8, 8)), ["A1"], others=0)) == []


@pytest.mark.parametrize("seed", range(6))
def test_no_bit_is_learned_in_a_random_house(seed: int) -> None:
    name, game = a_random_game(Random(seed), most=400)
    assert learned(game) == [], name


def sums(world: World) -> list[int]:
    return [sum(states) for states in world]


def bands_of_two(world: World) -> Hashable:
    (number,) = sums(world)
    return band_of(number, bands(8, 2))


def exact_parent(world: World) -> Hashable:
    return tuple(band_of(each, bands(8, 3)) for each in sums(world)), sum(sums(world))


def parent_with_its_own_band(world: World) -> Hashable:
    told = tuple(band_of(each, bands(8, 3)) for each in sums(world))
    return told, band_of(sum(sums(world)), company_bands(24))


def overlapping_group(world: World) -> Hashable:
    both, team, other = sums(world)
    return band_of(both + team, bands(8, 3)), band_of(both + other, bands(8, 3))


def recomputed_after_a_leaver(world: World) -> Hashable:
    staying, leaver = sums(world)
    return band_of(staying + leaver, bands(9, 3)), band_of(staying, bands(8, 3))


def hidden_below_five(world: World) -> Hashable:
    (number,) = sums(world)
    return number if number >= 5 else None


def objects_of(world: World, n: int) -> Hashable:
    held = [is_good for state in world[0] for is_good in state]
    return level_of(sum(held), len(held), sum(map(bool, world[0])), n)


def objects_of_seven(world: World) -> Hashable:
    return objects_of(world, 7)


MUTANTS = [
    (bands_of_two, (8,)),
    (exact_parent, (8, 8, 8)),
    (parent_with_its_own_band, (8, 8, 8)),
    (overlapping_group, (7, 1, 1)),
    (recomputed_after_a_leaver, (8, 1)),
    (hidden_below_five, (8,)),
]


@pytest.mark.parametrize(("publisher", "groups"), MUTANTS, ids=lambda each: getattr(each, "__name__", ""))
def test_what_is_badly_made_is_found(publisher: object, groups: tuple[int, ...]) -> None:
    assert callable(publisher)
    assert learned(Game(groups, BITS, publisher, SECRETS["A1"]))


def test_objects_of_seven_people_are_found_and_those_of_eight_are_not() -> None:
    assert learned(Game((7,), OBJECTS, objects_of_seven, SECRETS["C1"]))
    assert not learned(Game((8,), OBJECTS, lambda world: objects_of(world, 8), SECRETS["C1"]))


def test_a_figure_that_changes_when_a_roster_changed_says_nothing() -> None:
    house = house_of(8, 9)
    changed = opened(house.partition)
    facts: dict[str, list[object]] = {"A1": [], "C1": [], "B2": []}
    before = publish(changed, facts).figures
    moved = house_of(9, 8)
    after = publish(type(moved)(moved.partition, house.partition.sizes), facts).figures
    assert [(each.measure, each.block) for each in before] == [(each.measure, each.block) for each in after]
    assert {str(each.value) for each in after} == {"not enough different contributions"}
    assert any(isinstance(each.value, Band) for each in before)
