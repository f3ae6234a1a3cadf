"""Who is counted together: every person once, in a block of eight or more, or nowhere."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.metrics.core.blocks import Block, Part, Person, ThresholdTooLow, TreeBroken, Unit, partition


def people(**sizes: int) -> dict[Person, str]:
    return {f"{unit}.{i}": unit for unit, size in sizes.items() for i in range(size)}


def test_small_teams_and_heads_climb_until_they_are_enough() -> None:
    units = [Unit("C"), Unit("D1", "C"), Unit("T1", "D1"), Unit("T2", "D1"), Unit("D2", "C"), Unit("T3", "D2")]
    blocks = partition(units, people(C=2, D1=1, T1=9, T2=4, D2=2, T3=5))
    assert blocks.blocks == (
        Block("C", 14, True, (Part("C", 2), Part("D1", 1), Part("D2", 2), Part("T2", 4), Part("T3", 5))),
        Block("T1", 9, False, (Part("T1", 9),)),
    )
    assert blocks.n == 23


def test_who_is_left_at_the_root_is_counted_nowhere() -> None:
    blocks = partition([Unit("C"), Unit("T1", "C"), Unit("T2", "C")], people(T1=8, T2=4))
    assert blocks.sizes == {"T1": 8}
    assert blocks.block_of("T2.0") is None


def test_a_head_and_a_small_team_are_told_together() -> None:
    units = [Unit("C"), Unit("T1", "C"), Unit("T2", "C")]
    assert partition(units, people(C=1, T1=5, T2=2)).sizes == {"C": 8}


def test_the_threshold_is_raised_and_never_lowered() -> None:
    assert partition([Unit("T")], people(T=9), least=10).blocks == ()
    with pytest.raises(ThresholdTooLow):
        partition([Unit("T")], people(T=9), least=7)


@pytest.mark.parametrize(
    "units", [[Unit("A", "B"), Unit("B", "A")], [Unit("A", "X")], [Unit("A"), Unit("A")], [Unit("B")]]
)
def test_a_broken_tree_is_refused(units: list[Unit]) -> None:
    with pytest.raises(TreeBroken):
        partition(units, people(A=8))


@st.composite
def organisations(draw: st.DrawFn) -> tuple[list[Unit], dict[str, int]]:
    parents = [draw(st.integers(-1, place - 1)) for place in range(draw(st.integers(1, 14)))]
    units = [Unit(f"U{place}", f"U{parent}" if parent >= 0 else None) for place, parent in enumerate(parents)]
    return units, {unit.key: draw(st.integers(0, 14)) for unit in units}


@given(organisations(), st.integers(8, 12), st.randoms())
def test_blocks_are_those_found_by_asking_each_unit_for_what_is_left_below(
    found: tuple[list[Unit], dict[str, int]], least: int, random: Random
) -> None:
    units, sizes = found
    expected: dict[str, int] = {}

    def left(key: str) -> int:
        """How many climb out of a unit; the others are in a block."""
        n = sizes[key] + sum(left(unit.key) for unit in units if unit.parent == key)
        if n >= least:
            expected[key] = n
        return 0 if n >= least else n

    for unit in units:
        if unit.parent is None:
            left(unit.key)
    shuffled = list(units)
    random.shuffle(shuffled)
    blocks = partition(shuffled, people(**sizes), least=least)
    assert blocks.sizes == expected
    assert all(sum(part.n for part in block.parts) == block.n for block in blocks.blocks)
    assert len(blocks.homes) == blocks.n
