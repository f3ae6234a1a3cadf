"""How long things take while some are still open: the estimator of Kaplan and Meier."""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple


class Wait(NamedTuple):
    """How many days something took, or has been waited for where it is not over (censored)."""

    days: int
    is_over: bool


class Step(NamedTuple):
    """From `days` on the share `waiting` is not over; `at_risk` were still followed on that day."""

    days: int
    at_risk: int
    waiting: Fraction


def curve(waits: Iterable[Wait]) -> tuple[Step, ...]:
    """The steps of the estimated share that still waits after each day on which something was over.

    What is censored on a day is at risk on that day. Kaplan and Meier, "Nonparametric estimation from incomplete
    observations", JASA 53 (1958).
    """
    over: Counter[int] = Counter()
    left: Counter[int] = Counter()
    for days, is_over in waits:
        (over if is_over else left)[days] += 1
    at_risk, waiting, steps = over.total() + left.total(), Fraction(1), []
    for days in sorted({*over, *left}):
        if over[days]:
            waiting *= Fraction(at_risk - over[days], at_risk)
            steps.append(Step(days, at_risk, waiting))
        at_risk -= over[days] + left[days]
    return tuple(steps)


def median(steps: Sequence[Step]) -> int | None:
    """The first day after which at most half still wait; None when more than half wait to the end."""
    return next((step.days for step in steps if step.waiting <= Fraction(1, 2)), None)


def waiting_after(steps: Sequence[Step], days: int) -> Fraction:
    """The share that still waits after `days`."""
    return next((step.waiting for step in reversed(steps) if step.days <= days), Fraction(1))
