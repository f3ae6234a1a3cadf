"""Numbers said coarsely: the bands of people, the levels of shares, and what is said above teams (R5, R6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise

MOST_BANDS = 10
SEEN = 3  # values of a band, for acts that colleagues see anyway
PRIVATE = 4  # for private acts, and for objects
LEAST_OBJECTS = 11
LEAST_PEOPLE = 5  # who are accountable for them
FINE_OBJECTS = 19  # from here on five levels
FINE_BLOCK = 12  # people of a block, for five levels
LEAST_BELOW = 3  # teams that are said together


@dataclass(frozen=True, slots=True)
class Band:
    """The numbers from `low` to `high`, both included."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"

    def __contains__(self, value: int) -> bool:
        return self.low <= value <= self.high

    @property
    def size(self) -> int:
        return self.high - self.low + 1

    @property
    def middle(self) -> Fraction:
        return Fraction(self.low + self.high, 2)


@dataclass(frozen=True, slots=True)
class Level:
    """The place of a share among `of` levels, from 0: of three, few, about half and most."""

    place: int
    of: int

    def __str__(self) -> str:
        return f"{self.place + 1} of {self.of}"


FEW, ABOUT_HALF, MOST = (Level(place, 3) for place in range(3))


@cache
def cut(n: int, parts: int) -> tuple[Band, ...]:
    """{0..n} in `parts` consecutive bands, as alike as can be; what is over goes to the middle ones.

    The bands are the same seen from either end; of an odd rest in an even number of bands, the lower one of the two in
    the middle has it.
    """
    base, rest = divmod(n + 1, parts)
    half, pairs = parts // 2, (rest - parts % 2) // 2
    edges = [place * base + max(0, place - half + pairs) for place in range(half + 1)]
    edges = edges[: (parts + 1) // 2] + [n + 1 - edge for edge in reversed(edges)]
    return tuple(Band(low, end - 1) for low, end in pairwise(edges))


@cache
def bands(n: int, width: int, *, most: int | None = MOST_BANDS) -> tuple[Band, ...]:
    """{0..n} in bands of at least `width` values, at most `most` of them: `bands(8, 3)` is 0-2, 3-5, 6-8."""
    parts = max(1, (n + 1) // width)
    return cut(n, parts if most is None else min(parts, most))


def band_of(value: int, among: Sequence[Band]) -> Band:
    """The band that holds `value`. Raises `ValueError` when none does."""
    for band in among:
        if value in band:
            return band
    raise ValueError(f"{value} is in none of {', '.join(map(str, among))}")


def levels_of(objects: int, people: int, n: int) -> int:
    """How many levels a share of `objects` may have, of which `people` of a block of `n` are accountable: 0, 3 or 5."""
    if objects < LEAST_OBJECTS or people < LEAST_PEOPLE:
        return 0
    return 5 if objects >= FINE_OBJECTS and n >= FINE_BLOCK else 3


def level_of(good: int, objects: int, people: int, n: int) -> Level | None:
    """The level of `good` among `objects`, None when there are not enough of them or of those who answer for them."""
    levels = levels_of(objects, people, n)
    if not levels:
        return None
    among = cut(objects, levels)
    return Level(among.index(band_of(good, among)), levels)


def summed(below: Sequence[Band]) -> Band | None:
    """What a parent shows of the published bands of its blocks: their sum as a range; None for fewer than three."""
    if len(below) < LEAST_BELOW:
        return None
    return Band(sum(band.low for band in below), sum(band.high for band in below))


def company_bands(n: int) -> tuple[Band, ...]:
    """The bands of a whole house of `n` people: one in a hundred wide, and never under five."""
    return bands(n, max(5, -(-n // 100)), most=None)


def company_band(value: int, n: int, whole: Band, *, width: int) -> Band:
    """What is said of `value` in the whole house, beside the published bands of its blocks, whose sum is `whole`.

    That range, narrowed by those cuts of the house that leave `width` values on either side. Which cuts
    stay follows from what is published already, so their choice tells nothing (simulatable auditing: Kenthapadi,
    Mishra and Nissim, PODS 2005); why the room suffices is in docs/measures.md.
    """
    low, high = whole.low, whole.high
    ends = [band.high for band in company_bands(n)]
    roomy = [end for end in ends if end - low + 1 >= width and high - end >= width]
    return Band(
        max([low, *(end + 1 for end in roomy if end < value)]),
        min([high, *(end for end in roomy if end >= value)]),
    )
