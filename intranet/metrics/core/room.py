"""Whether a share of the whole house may be told beside the levels of its blocks.

The same objects stand behind both, and together they could tell more than either: where two blocks in three say "few",
one says "most" and the house "half", it may be that everybody in the third must have answered. So it is asked
beforehand, of what is published already and not of the facts, whether either side of the share leaves enough freedom.
The answer tells nothing that was not known (simulatable auditing: Kenthapadi, Mishra and Nissim, PODS 2005).
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import product

from intranet.metrics.core.bands import FINE_BLOCK, FINE_OBJECTS, LEAST_OBJECTS, Level, cut
from intranet.metrics.core.bounded import INSIDERS, OBJECTS
from intranet.metrics.core.figures import Value

ROOM = OBJECTS * (INSIDERS + 1)  # objects that an insider and the one asked about move together
ENOUGH = 30  # objects, from which the house is told


def has_room(levels: Mapping[str, tuple[int, Value]], share: Fraction) -> bool:
    """Whether "at least `share` of the objects are good" may be told, beside the blocks' sizes and `levels`.

    Either side must be out of the question or leave `ROOM` objects, those that make it enough included. In what
    follows the lead of a world is the number of its good objects less `share` of all, times the denominator of `share`.
    """
    above, below = (lead(levels, share, best=best, least=ENOUGH) for best in (True, False))
    roomy_above, roomy_below = (lead(levels, share, best=best, least=ENOUGH + ROOM) for best in (True, False))
    if above is None or below is None or roomy_above is None or roomy_below is None:
        return False
    room = ROOM * share.denominator
    return (above < 0 or roomy_above >= room) and (below >= 0 or roomy_below < -room)


def lead(levels: Mapping[str, tuple[int, Value]], share: Fraction, *, best: bool, least: int) -> int | None:
    """The highest or the lowest lead of the worlds of these levels and of `least` objects or more; None for no world."""
    told = [(n, value) for n, value in levels.values() if isinstance(value, Level)]
    untold = (LEAST_OBJECTS - 1) * (len(levels) - len(told))  # the more of these the further goes the lead
    leads = {min(untold, least): lead_of(untold if best else 0, untold, share)}
    for n, level in told:
        each = {m: lead_of(high if best else low, m, share) for m, (low, high) in options(n, level).items()}
        leads = beside(leads, each, least, best=best)
    return leads.get(least)


def lead_of(good: int, objects: int, share: Fraction) -> int:
    return share.denominator * good - share.numerator * objects


def beside(one: Mapping[int, int], other: Mapping[int, int], least: int, *, best: bool) -> dict[int, int]:
    """The furthest leads of two together by their number of objects, where `least` stands for that or more."""
    found: dict[int, int] = {}
    for (objects, mine), (more, theirs) in product(one.items(), other.items()):
        total, both = min(objects + more, least), mine + theirs
        if total not in found or (both > found[total]) is best:
            found[total] = both
    return found


@cache
def options(n: int, level: Level) -> dict[int, tuple[int, int]]:
    """For each number of objects that a block of `n` may have behind `level`, the fewest and most good ones."""
    most = OBJECTS * n
    if level.of == 5:
        numbers = range(FINE_OBJECTS, most + 1)
    else:
        numbers = range(LEAST_OBJECTS, min(most, FINE_OBJECTS - 1 if n >= FINE_BLOCK else most) + 1)
    among = {objects: cut(objects, level.of)[level.place] for objects in numbers}
    return {objects: (band.low, band.high) for objects, band in among.items()}
