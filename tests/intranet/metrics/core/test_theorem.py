"""The theorem, exhaustively for blocks of up to thirty: a bit or an object of anybody may be there and may not."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random

import pytest

from intranet.metrics.core.bands import Level, bands, level_of
from intranet.metrics.core.figures import NOT_ENOUGH, Value
from intranet.metrics.core.room import has_room
from tests.intranet.metrics.core.worlds import OBJECTS, SECRETS, State

SIZES = range(8, 31)
SHARES = [Fraction(1, 2), *(Fraction(part, 5) for part in range(1, 5))]
WAITS = 30


def bits_left_open(n: int, width: int, insiders: int) -> Iterator[bool]:
    """For each band, each sum of what insiders know and each bit of another, whether the others' may make it so."""
    for band, known, bit in product(bands(n, width), range(insiders + 1), (0, 1)):
        free = n - insiders - 1
        may_be_published = any(known + others in band for others in range(free + 2))
        if may_be_published:
            yield any(known + bit + others in band for others in range(free + 1))


@pytest.mark.parametrize("width", [3, 4])
def test_every_bit_is_open_in_every_band(width: int) -> None:
    for n in SIZES:
        for insiders in range(width - 1):
            assert all(bits_left_open(n, width, insiders)), n


@pytest.mark.parametrize(("width", "insiders"), [(1, 0), (2, 1), (3, 2), (4, 3)])
def test_a_narrower_band_would_not_do(width: int, insiders: int) -> None:
    assert not all(bits_left_open(8, width, insiders))


def tally(state: State) -> tuple[int, int, int]:
    """Whether a person has objects, how many, and how many good ones."""
    return int(bool(state)), len(state), sum(state)


@cache
def outputs(n: int, free: int, people: int, objects: int, good: int) -> frozenset[Hashable]:
    """What may be published when so much is known and `free` others may have any objects, two each at most."""
    found: set[Hashable] = set()
    for more in range(2 * free + 1):
        accountable = {-(-more // 2), min(more, free)}  # the fewest and the most people
        found |= {level_of(good + well, objects + more, people + k, n) for k in accountable for well in range(more + 1)}
    return frozenset(found)


def secrets_told(n: int) -> Iterator[str]:
    """The secrets of a person that somebody who knows only their own objects may learn from an output."""
    for insider in OBJECTS:
        for name, secret in SECRETS["C1"].items():
            told: dict[bool, set[Hashable]] = {True: set(), False: set()}
            for state in OBJECTS:
                known = (mine + theirs for mine, theirs in zip(tally(insider), tally(state), strict=True))
                told[bool(secret(state))] |= outputs(n, n - 2, *known)
            if told[True] != told[False]:
                yield name


def test_every_object_is_open_in_every_level() -> None:
    assert [n for n in SIZES if list(secrets_told(n))] == []


def test_seven_people_would_not_do() -> None:
    assert "took part" in list(secrets_told(7))


@pytest.mark.parametrize("n", SIZES)
def test_what_is_told_is_reached_without_an_insider_and_any_other(n: int) -> None:
    without = outputs(n, n - 2, 0, 0, 0)
    assert without == outputs(n, n, 0, 0, 0)
    assert {level.of for level in without if isinstance(level, Level)} == ({3, 5} if n >= 12 else {3})


@cache
def block_leads(
    n: int, value: Value, free: int, known: tuple[int, int, int], share: Fraction
) -> dict[int, tuple[Fraction, Fraction]]:
    """For each number of objects of a block that published `value`, its lowest and highest lead over `share`."""
    people, objects, good = known
    found: dict[int, list[Fraction]] = {}
    for more in range(2 * free + 1):
        for k, well in product({-(-more // 2), min(more, free)}, range(more + 1)):
            if (level_of(good + well, objects + more, people + k, n) or NOT_ENOUGH) == value:
                found.setdefault(objects + more, []).append(good + well - share * (objects + more))
    return {total: (min(leads), max(leads)) for total, leads in found.items()}


def sides(blocks: Iterable[dict[int, tuple[Fraction, Fraction]]]) -> set[bool]:
    """Whether the house may be at the share or over it, and under it, with thirty objects or more."""
    sums: dict[int, tuple[Fraction, Fraction]] = {0: (Fraction(0), Fraction(0))}
    for block in blocks:
        joined: dict[int, list[tuple[Fraction, Fraction]]] = {}
        for (total, (low, high)), (more, (lower, higher)) in product(sums.items(), block.items()):
            joined.setdefault(min(total + more, WAITS), []).append((low + lower, high + higher))
        sums = {total: (min(low for low, _ in both), max(high for _, high in both)) for total, both in joined.items()}
    if WAITS not in sums:
        return set()
    low, high = sums[WAITS]
    return {side for side, is_open in ((True, high >= 0), (False, low < 0)) if is_open}


def house_tells(blocks: Sequence[tuple[int, Value]], share: Fraction, insider_at: int, asked_at: int) -> bool:
    """Whether some secret of somebody at `asked_at` is told to somebody at `insider_at` by the side of the house."""
    for insider in OBJECTS:
        known = {state: known_of(blocks, share, insider_at, asked_at, insider, state) for state in OBJECTS}
        for secret in SECRETS["C1"].values():
            open_to = [set().union(*(known[s] for s in OBJECTS if bool(secret(s)) is value)) for value in (True, False)]
            if open_to[0] != open_to[1]:
                return True
    return False


def known_of(
    blocks: Sequence[tuple[int, Value]], share: Fraction, insider_at: int, asked_at: int, insider: State, state: State
) -> set[bool]:
    """The sides that the house may be on, when two people are in these states."""
    rows = []
    for place, (n, value) in enumerate(blocks):
        here = [tally(insider)] * (place == insider_at) + [tally(state)] * (place == asked_at)
        people, objects, good = (sum(each) for each in zip((0, 0, 0), *here, strict=True))
        rows.append(block_leads(n, value, n - len(here), (people, objects, good), share))
    return sides(rows)


def some_blocks(random: Random) -> list[tuple[int, Value]]:
    values: list[Value] = [NOT_ENOUGH, *(Level(place, 3) for place in range(3))]
    return [(random.choice([8, 8, 9, 11]), random.choice(values)) for _ in range(random.randint(2, 6))]


def test_the_house_tells_a_share_only_where_it_leaves_everything_open() -> None:
    random, kept = Random(7), 0
    for _ in range(50):
        blocks, share = some_blocks(random), random.choice(SHARES)
        if has_room({str(place): block for place, block in enumerate(blocks)}, share):
            kept += 1
            insider_at, asked_at = (random.randrange(len(blocks)) for _ in range(2))
            assert not house_tells(blocks, share, insider_at, asked_at), (blocks, share)
    assert kept > 10


@pytest.mark.parametrize("blocks", [[(8, Level(1, 3)), (11, Level(0, 3))], [(8, Level(0, 3)), (9, Level(1, 3))]])
def test_thirty_objects_that_are_hardly_reached_leave_no_room(blocks: list[tuple[int, Value]]) -> None:
    half = SHARES[0]
    assert any(house_tells(blocks, half, place, place) for place in range(2))
    assert not has_room({str(place): block for place, block in enumerate(blocks)}, half)


def test_a_house_that_would_tell_is_kept_silent() -> None:
    """Three blocks say few and one most: with half of the house, everybody of that one must have been answered."""
    half, blocks = SHARES[0], [(8, Level(0, 3))] * 3 + [(8, Level(2, 3))]
    assert house_tells(blocks, half, 0, 3)
    assert not has_room({str(place): block for place, block in enumerate(blocks)}, half)
