"""What is released and what is not: the gate, those who do not want to be counted, and a measure of one's own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.metrics.core.bands import MOST, Band
from intranet.metrics.core.blocks import Block, Partition, Person
from intranet.metrics.core.days import CalendarMissing, calendar_of
from intranet.metrics.core.diversity import variety
from intranet.metrics.core.facts import Contribution, Presence
from intranet.metrics.core.figures import NOT_ENOUGH, Places, Share
from intranet.metrics.core.formulas.house import coarse_variety, living_places
from intranet.metrics.core.gate import GateClosed, check
from intranet.metrics.core.measures import FIRST, SIXTEEN, Axis, Kind, Measure
from intranet.metrics.core.release import release
from intranet.metrics.core.setting import Setting
from tests.intranet.metrics.core.adversary import Game, disclosures
from tests.intranet.metrics.core.houses import (
    BY_KEY,
    CALENDAR,
    MONDAY,
    WINDOW,
    house_of,
    opened,
    publish,
    setting,
    told,
)
from tests.intranet.metrics.core.worlds import STATES, rows_of


def test_sixteen_measures_of_which_twelve_come_first() -> None:
    assert " ".join(measure.key for measure in SIXTEEN) == "A1 A2 A3 B1 B2 B3 C1 C2 D1 D2 D3 E1 E2 E3 F1 F2"
    assert {measure.key for measure in SIXTEEN} - {measure.key for measure in FIRST} == {"C2", "D2", "D3", "E3"}


def test_every_measure_passes_the_gate_in_blocks_of_eight_and_more() -> None:
    report = check(SIXTEEN, house_of(8, 9, 11, 12, 30).partition)
    assert report.passes, str(report)
    assert len(report.cells) == 14 * 5 + 11
    assert "A1 T1 n=8: passes, bands: the narrowest of the bands has 3 values, 3 are needed, and n >= 8" in str(report)


def block_of(n: int) -> Partition:
    return Partition((Block("T1", n, False, ()),), {f"T1.{i}": "T1" for i in range(n)})


@pytest.mark.parametrize(
    ("measure", "n"),
    [(BY_KEY["A1"], 7), (BY_KEY["A2"], 7), (replace(BY_KEY["A1"], width=2), 8), (replace(BY_KEY["A1"], width=2), 100)],
)
def test_the_gate_is_closed_to_small_blocks_and_narrow_bands(measure: Measure, n: int) -> None:
    if n == 100:  # ten bands of ten are wide enough, whatever was asked for
        assert check([measure], block_of(n)).cells[0].passes
    else:
        with pytest.raises(GateClosed) as closed:
            release(WINDOW, opened(block_of(n)), CALENDAR, {measure: []})
        assert "FAILS" in str(closed.value.args[0])


def test_against_two_insiders_the_gate_asks_for_more() -> None:
    report = check([BY_KEY["A1"], BY_KEY["E1"], BY_KEY["C1"]], house_of(8).partition, insiders=2)
    assert [(cell.measure, cell.passes) for cell in report.cells if cell.block] == [
        ("A1", False),
        ("E1", True),
        ("C1", False),
    ]


def test_who_does_not_want_to_be_counted_counts_as_not_there_and_stays_in_the_roster() -> None:
    house = house_of(8)
    facts = [Contribution(f"T1.{i}", MONDAY) for i in range(5)]
    assert told(house, "E1", facts) == Band(5, 8)
    without = opened(house.partition, without=frozenset({"T1.0"}))
    assert told(without, "E1", facts) == Band(0, 4)
    present = [Presence(who, MONDAY, 1) for who in ("T1.0", "T1.1", "T2.0")]
    two = house_of(8, 8).partition
    assert told(opened(two), "B2", present, block=None) == Places(1, None)
    assert told(opened(two, without=frozenset({"T1.0"})), "B2", present, block=None) == Places(0, None)


def test_a_seventeenth_measure_needs_nothing_of_the_core() -> None:
    def welcome(facts: Iterable[tuple[Person, Person]], setting: Setting) -> set[Person]:
        return {host for host, guest in facts if setting.are_apart(host, guest)}

    ours = Measure("Z1", Axis.EXTERNALITIES, Kind.PEOPLE, welcome, width=4)
    facts = [(f"T1.{i}", "T2.0") for i in range(6)]
    assert told(house_of(12, 8), ours, facts) == Band(4, 8)


def test_facts_are_read_once_and_row_by_row() -> None:
    read = []

    def rows() -> Iterator[Contribution]:
        for i in range(6):
            read.append(i)
            yield Contribution(f"T1.{i}", MONDAY)

    assert told(house_of(8), "E1", rows()) == Band(5, 8)
    assert read == [*range(6)]


def states(key: str, each: Iterable[Any], house: Any) -> list[Any]:
    people = sorted(house.partition.homes, key=str)
    return list(rows_of(key, dict(zip(people, each, strict=False))))


def test_a_house_of_four_blocks_is_told_in_time_where_there_is_room() -> None:
    house = house_of(*[8] * 4)
    for key, words in (
        ("C1", "2 working days"),
        ("A3", "5 days: 80% to 100%, 10 days: 80% to 100%, 20 days: 80% to 100%"),
    ):
        facts = states(key, [(True, True)] * 32, house)
        figures = publish(house, {key: facts}).figures
        assert [figure.value for figure in figures[:4]] == [MOST] * 4
        assert str(figures[-1].value) == words


def test_few_questions_and_a_house_without_room_are_silent() -> None:
    house = house_of(*[8] * 5)
    few = states("C1", [(True, True)] * 14, house)
    assert told(house, "C1", few, block=None) == NOT_ENOUGH
    house = house_of(*[8] * 4)
    tight = [(False, True)] * 3 + [(False, False)] * 3 + [(), ()]
    facts = states("C1", [*tight * 3, *[(True, True)] * 8], house)
    values = [figure.value for figure in publish(house, {"C1": facts}).figures]
    assert [str(value) for value in values[:4]] == ["1 of 3"] * 3 + ["3 of 3"]
    assert values[-1] == NOT_ENOUGH


def test_the_voices_of_the_house_are_told_from_published_bands_alone() -> None:
    house = house_of(8, 8, 8)
    facts = [Contribution(f"T{team}.{i}", MONDAY + timedelta(days=day)) for team, size in ((1, 4), (2, 1), (3, 7)) for i in range(size) for day in range(2)]  # fmt: skip
    figures = publish(house, {"B3": facts, "B1": facts}).figures
    (share,) = (figure.value for figure in figures if figure.measure == "B3" and figure.block is None)
    assert isinstance(share, Share)
    assert str(share) == "73%"  # 8/11, whatever order the measures come in


WHERE = tuple(product((False, True), repeat=2))  # in the first place, in the second
NOBODY_MUST_LEARN = {"in the first": lambda at: at[0], "anywhere": any}


def places_of(world: tuple[Any, ...], *, coarse: bool = True) -> tuple[int, int | None]:
    """What B2 tells of two teams and two places, were two places enough for their variety."""
    both = [counts_of(group) for group in world]
    numbers = [sum(each) for each in zip(*both, strict=True) if all(each) and sum(each) >= 3]
    if coarse:
        return len(numbers), coarse_variety(numbers, 16) if len(numbers) == 2 else None
    everywhere = [sum(each) for each in zip(*both, strict=True)]
    return len(numbers), round(variety(everywhere) or 0) if all(everywhere) else None


@cache
def counts_of(group: tuple[tuple[bool, ...], ...]) -> list[int]:
    return [sum(each) for each in zip(*group, strict=True)]


def test_no_place_of_anybody_is_learned() -> None:
    game = Game((8, 8), WHERE, places_of, NOBODY_MUST_LEARN)
    assert not [each for insiders in (0, 1) for each in disclosures(game, insiders=insiders)]


def test_the_variety_of_exact_numbers_would_be_found() -> None:
    exact = Game((8, 8), WHERE, partial(places_of, coarse=False), NOBODY_MUST_LEARN)
    assert list(disclosures(exact, insiders=1))


@given(st.lists(st.sampled_from(WHERE), min_size=16, max_size=16))
def test_what_was_tried_is_what_is_released(at: list[tuple[bool, bool]]) -> None:
    house = house_of(8, 8)
    people = sorted(house.partition.homes, key=str)
    facts = [
        Presence(who, MONDAY, place) for who, here in zip(people, at, strict=True) for place in (0, 1) if here[place]
    ]
    found = living_places(facts, setting(house), spaces=2)
    assert (found.living, found.variety) == places_of((tuple(at[:8]), tuple(at[8:])))


def test_a_calendar_that_does_not_reach_is_refused() -> None:
    short = calendar_of([], {2026})
    with pytest.raises(CalendarMissing):
        release(WINDOW, house_of(8), short, {BY_KEY["F2"]: []})


def test_a_house_without_blocks_publishes_nothing_of_blocks() -> None:
    figures = publish(house_of(3), {key: [] for key in STATES}).figures
    assert {figure.block for figure in figures} == {None}
    assert {figure.value for figure in figures} == {NOT_ENOUGH}
