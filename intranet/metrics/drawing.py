"""How a curve of Kaplan and Meier is drawn: what is known of it between the days that are told, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from intranet.metrics.core.figures import Curve

HIGH, A_DAY = 72, 8  # of the drawing, and of a working day along it, in its units
LEGIBLE = 3  # the least height of a bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of the drawing, from the left and the top."""

    left: int
    top: int
    width: int
    height: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve: `between` is where it runs from one told day to the next, `told` what is said of each of these days."""

    between: Sequence[Bar]
    told: Sequence[Bar]
    width: int


def drawn(curve: Curve) -> Drawn:
    """The curve only rises: between two days it is no lower than at the first and no higher than at the second."""
    between, told = [], []
    days, low = 0, Fraction(0)
    for point in curve.points:
        left, right = days * A_DAY, point.days * A_DAY
        between.append(bar(left, right - left, low, point.high))
        told.append(bar(right - 2, 4, point.low, point.high, _("%(days)s d") % {"days": point.days}))
        days, low = point.days, point.low
    return Drawn(between, told, days * A_DAY)


def bar(left: int, width: int, low: Fraction, high: Fraction, label: str = "") -> Bar:
    height = max(LEGIBLE, round((high - low) * HIGH))
    return Bar(left, min(HIGH - height, round((1 - high) * HIGH)), width, height, label)
