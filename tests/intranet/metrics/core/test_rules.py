"""Bands, levels, sums, and how much one person may weigh."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.metrics.core.bands import (
    ABOUT_HALF,
    FEW,
    MOST,
    Band,
    Level,
    band_of,
    bands,
    company_band,
    company_bands,
    cut,
    level_of,
    summed,
)
from intranet.metrics.core.bounded import Object, count_bits, first_objects
from tests.intranet.metrics.core.houses import house_of


@pytest.mark.parametrize(
    ("n", "width", "words"),
    [
        (8, 3, "0-2 3-5 6-8"),
        (9, 3, "0-2 3-6 7-9"),
        (12, 4, "0-3 4-8 9-12"),
        (10, 4, "0-5 6-10"),
        (11, 3, "0-2 3-5 6-8 9-11"),
        (4, 3, "0-4"),
    ],
)
def test_bands_are_wide_enough_and_the_rest_is_in_the_middle(n: int, width: int, words: str) -> None:
    assert " ".join(map(str, bands(n, width))) == words


@given(st.integers(0, 300), st.integers(1, 9))
def test_bands_cut_all_numbers_once(n: int, width: int) -> None:
    found = bands(n, width)
    assert [value for band in found for value in range(band.low, band.high + 1)] == list(range(n + 1))
    assert len(found) <= 10
    assert all(band.size >= min(width, n + 1) for band in found)
    assert max(band.size for band in found) - min(band.size for band in found) <= 2
    assert found[-1].size == min(band.size for band in found)


def test_a_number_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="9 is in none"):
        band_of(9, bands(8, 3))


@pytest.mark.parametrize(
    ("good", "objects", "people", "n", "level"),
    [
        (3, 11, 7, 9, FEW),
        (4, 11, 7, 9, ABOUT_HALF),
        (7, 11, 7, 9, ABOUT_HALF),
        (8, 11, 7, 9, MOST),
        (9, 12, 5, 9, MOST),
        (9, 10, 7, 9, None),
        (9, 12, 4, 9, None),
        (0, 19, 12, 12, Level(0, 5)),
        (4, 19, 12, 12, Level(1, 5)),
        (19, 19, 12, 12, Level(4, 5)),
        (0, 18, 12, 12, FEW),
        (0, 19, 11, 11, FEW),
    ],
)
def test_a_share_has_three_levels_or_five_or_none(
    good: int, objects: int, people: int, n: int, level: Level | None
) -> None:
    assert level_of(good, objects, people, n) == level


@given(st.integers(11, 200), st.sampled_from([3, 5]))
def test_few_is_to_few_what_most_is_to_most(objects: int, levels: int) -> None:
    sizes = [band.size for band in cut(objects, levels)]
    assert sizes == sizes[::-1]


def test_a_parent_is_the_range_of_three_blocks_or_more() -> None:
    below = [Band(3, 5), Band(0, 2), Band(6, 8)]
    assert summed(below) == Band(9, 15)
    assert summed(below[:2]) is None


def test_the_house_has_wide_bands() -> None:
    assert company_bands(24) == cut(24, 5)
    assert min(band.size for band in company_bands(2_000)) == 20


def test_the_house_is_told_more_closely_only_where_there_is_room() -> None:
    loose = summed([Band(3, 5)] * 4)
    tight = summed([Band(0, 2), Band(3, 5), Band(6, 8)])
    assert loose is not None
    assert tight is not None
    assert company_band(16, 32, loose, width=3) == Band(12, 16)  # the bands of 32 are cut after 16
    assert company_band(9, 24, tight, width=3) == Band(9, 15)  # under ten, the first block could only be at 0


@given(st.lists(st.tuples(st.integers(8, 40), st.integers(0, 40)), min_size=3, max_size=12), st.sampled_from([3, 4]))
def test_the_figure_of_the_house_holds_its_number_and_the_range_of_the_blocks(
    blocks: list[tuple[int, int]], width: int
) -> None:
    values = [min(n, value) for n, value in blocks]
    below = [band_of(value, bands(n, width)) for (n, _), value in zip(blocks, values, strict=True)]
    whole = summed(below)
    assert whole is not None
    found = company_band(sum(values), sum(n for n, _ in blocks), whole, width=width)
    assert sum(values) in found
    assert whole.low <= found.low <= found.high <= whole.high
    assert found.high - whole.low + 1 >= width
    assert whole.high - found.low + 1 >= width


def test_a_bit_counts_once_and_not_for_those_who_are_not_to_be_counted() -> None:
    house = house_of(8, 9)
    people = ["T1.0", "T1.0", "T1.1", "T2.0", "T1.7", "nobody"]
    assert count_bits(people, house.partition, without={"T1.7"}) == {"T1": 2, "T2": 1}


def test_the_first_two_objects_count_whatever_their_order() -> None:
    house = house_of(8)
    days = [date(2026, 10, day) for day in (4, 3, 3, 2)]
    objects = [Object("T1.0", on, key, is_good=True) for key, on in zip((1, 9, 5, 7), days, strict=True)]
    assert sorted(found.key for found in first_objects(objects, house.partition)) == [5, 7]
    assert first_objects([Object("nobody", days[0], 1, is_good=True)], house.partition) == []
    assert first_objects(objects, house.partition, without={"T1.0"}) == []


def test_the_middle_of_a_band_may_be_a_half() -> None:
    assert Band(3, 6).middle == Fraction(9, 2)
