"""What is published, and nothing else: figures of blocks and of the house."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from intranet.metrics.core.bands import Band, Level


class Silence(Enum):
    """The one thing that is said where nothing is said, whatever the cause (R7)."""

    NOT_ENOUGH = "not enough different contributions"

    def __str__(self) -> str:
        return self.value


NOT_ENOUGH = Silence.NOT_ENOUGH


class Standing(Enum):
    """How the managers stand beside the others."""

    BEHIND = "behind"
    ON_PAR = "on par"
    AHEAD = "ahead"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Days:
    """A median in working days, None when more than half still wait."""

    median: int | None

    def __str__(self) -> str:
        return "over half still wait" if self.median is None else f"{self.median} working days"


@dataclass(frozen=True, slots=True)
class Reached:
    """Within `days` working days it was over for a share from `low` on and under `high` (at 1, up to all)."""

    days: int
    low: Fraction
    high: Fraction

    def __str__(self) -> str:
        return f"{self.days} days: {float(self.low):.0%} to {float(self.high):.0%}"


@dataclass(frozen=True, slots=True)
class Curve:
    """How much is over after some numbers of days."""

    points: tuple[Reached, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.points))


@dataclass(frozen=True, slots=True)
class Places:
    """How many places of exchange live, and how many it is as if there were, were all alike; None for too few."""

    living: int
    variety: int | None

    def __str__(self) -> str:
        return f"{self.living} living" + ("" if self.variety is None else f", as varied as {self.variety}")


@dataclass(frozen=True, slots=True)
class Share:
    """A share computed from published figures alone."""

    value: Fraction

    def __str__(self) -> str:
        return f"{float(self.value):.0%}"


Value: TypeAlias = Silence | Band | Level | Standing | Days | Curve | Places | Share


@dataclass(frozen=True, slots=True)
class Figure:
    """What one measure says of one block in one window, or of the house where `block` is None."""

    window: str
    measure: str
    block: str | None
    value: Value

    def __str__(self) -> str:
        return f"{self.window} {self.measure} {self.block or '*'}: {self.value}"
