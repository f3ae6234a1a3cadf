"""How many places or teams it is as if there were, if all had the same share: the numbers of Hill.

M. O. Hill, "Diversity and evenness: a unifying notation and its consequences", Ecology 54 (1973).
"""

from collections.abc import Collection
from fractions import Fraction
from math import exp, log


def variety(counts: Collection[Fraction | int]) -> float | None:
    """N1, the exponential of Shannon's entropy, in equivalent places; None when all counts are 0."""
    total = sum(counts)
    if not total:
        return None
    shares = [count / total for count in counts if count]
    return exp(-sum(share * log(share) for share in shares))


def concentration(weights: Collection[Fraction | int]) -> Fraction | None:
    """N2, the inverse of Simpson's index, in equivalent teams; None when all weights are 0."""
    squares = sum(Fraction(weight) ** 2 for weight in weights)
    return Fraction(sum(weights)) ** 2 / squares if squares else None


def effective_share(weights: Collection[Fraction | int]) -> Fraction | None:
    """N2 as a share of their number, 1 when all weigh the same; None when all weights are 0."""
    found = concentration(weights)
    return None if found is None else found / len(weights)
