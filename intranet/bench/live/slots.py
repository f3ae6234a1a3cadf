"""The turns that servers took, and what can be said of two servers that took turns."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Slot:
    """One turn of a server in a scenario, `at` a moment of the run in seconds, with what the generator counted."""

    server: str
    scenario: str
    at: float
    processor: float  # seconds, of all the server's processes
    counted: dict[str, Any] = field(default_factory=dict)

    @property
    def deliveries(self) -> int:
        return int(self.counted["delivered"])

    @property
    def microseconds(self) -> float:
        """Of the processor, for one delivery."""
        return self.processor * 1e6 / max(1, self.deliveries)

    @property
    def deliveries_a_second(self) -> float:
        return self.deliveries / (self.counted["seconds"] or 1.0)

    @property
    def acknowledged_a_second(self) -> float:
        return float(self.counted["acked"] / (self.counted["ack_seconds"] or 1.0))

    @property
    def faults(self) -> int:
        """Deliveries lost, doubled or late, and clients that were told another order."""
        return sum(abs(int(self.counted[name])) for name in ("lost", "doubled", "late", "orders", "resets", "closed"))


class Quartiles(NamedTuple):
    """The middle of some figures, and the two that half of them stand between."""

    low: float
    median: float
    high: float


def quartiles(figures: Iterable[float]) -> Quartiles:
    """Raises ValueError without a figure."""
    found = sorted(figures)
    if not found:
        raise ValueError("no figure")
    if len(found) == 1:
        return Quartiles(found[0], found[0], found[0])
    return Quartiles(*statistics.quantiles(found, n=4, method="inclusive"))


def pairs(slots: Sequence[Slot], ours: str, other: str) -> list[tuple[Slot, Slot]]:
    """Each slot of `ours` with the slot of `other` nearest to it in time, no slot in two pairs; nearest pairs first."""
    mine = [slot for slot in slots if slot.server == ours]
    theirs = [slot for slot in slots if slot.server == other]
    near = sorted(((abs(a.at - b.at), i, j) for i, a in enumerate(mine) for j, b in enumerate(theirs)))
    taken: tuple[set[int], set[int]] = set(), set()
    found = []
    for _, i, j in near:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            found.append((mine[i], theirs[j]))
    return found


def ratio(
    slots: Sequence[Slot], ours: str, other: str, figure: Callable[[Slot], float], *, of_peer: bool = False
) -> Quartiles | None:
    """What `figure` is with us against `other`, pair by pair (or theirs against ours, with `of_peer`).

    None when there is no pair, or nothing to divide by.
    """
    found = []
    for mine, theirs in pairs(slots, ours, other):
        above, below = (figure(theirs), figure(mine)) if of_peer else (figure(mine), figure(theirs))
        if below > 0:
            found.append(above / below)
    return quartiles(found) if found else None
