"""What the live transport is held to, in ratios of two servers that took turns; docs/benchmarks.md explains each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from intranet.bench.live.scenes import Findings
from intranet.bench.live.slots import Quartiles, Slot, quartiles, ratio

PROCESSOR = {200: 2.0, 1000: 1.5, 2000: 1.3}  # against the limit, by watchers
ACKS = {"sqlite": 3.0, "postgresql": 8.0}
KERNEL_BYTES = 256 * 1024  # of a stalled socket
USER_BYTES = 64 * 1024  # of a stalled reader in our memory: a cursor, and what moves while it is measured


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal: what was measured, whether it holds, and whether the run fails when it does not."""

    words: str
    measured: str
    goal: str
    holds: bool
    is_strict: bool = False


def verdicts(slots: Sequence[Slot], findings: Findings, ours: str, variants: Sequence[str]) -> list[Verdict]:
    """All goals that this run can judge. `ours` is the variant the ratios are of, `variants` all of ours."""
    return [
        *completeness(slots, variants),
        *processor(slots, ours),
        *receipt(slots, ours),
        *acknowledgments(slots, variants),
        *throughput(slots, ours),
        *stalled(slots, findings, variants),
        *returning(slots, ours),
    ]


def completeness(slots: Sequence[Slot], variants: Sequence[str]) -> Iterator[Verdict]:
    for name in variants:
        mine = [slot for slot in slots if slot.server == name]
        if not mine:
            continue
        expected = sum(int(slot.counted["expected"]) for slot in mine if slot.scenario != "E level")
        faults = sum(slot.faults for slot in mine)
        unsaid = sum(int(slot.counted["sent"]) - int(slot.counted["acked"]) for slot in mine if slot.scenario[0] != "D")
        words = f"{name}: gaps, doubles, reorders, lost, unacknowledged, of {expected:,} deliveries"
        yield Verdict(words, f"{faults + unsaid}", "0", faults == unsaid == 0, is_strict=True)


def processor(slots: Sequence[Slot], ours: str) -> Iterator[Verdict]:
    for watchers, goal in PROCESSOR.items():
        for outstanding in (1, 8):
            turns = of(slots, f"A{watchers}/{outstanding}")
            found = ratio(turns, ours, "limit", lambda slot: slot.microseconds)
            words = f"CPU a delivery against the limit, {watchers:,} watchers, {outstanding} outstanding"
            yield from at_most(words, found, goal, is_strict=True)


def receipt(slots: Sequence[Slot], ours: str) -> Iterator[Verdict]:
    found = ratio(of(slots, "B10"), ours, "limit", lambda slot: float(slot.counted["receipt_p50"]))
    yield from at_most("receipt p50 against the limit, 10 messages a second", found, 1.5)


def acknowledgments(slots: Sequence[Slot], variants: Sequence[str]) -> Iterator[Verdict]:
    for name in variants:
        goal = ACKS["postgresql" if "PostgreSQL" in name else "sqlite"]
        found = ratio(of(slots, "B10"), name, "limit", lambda slot: float(slot.counted["ack_p50"]))
        yield from at_most(f"ack p50 against the limit's, {name}", found, goal)


def throughput(slots: Sequence[Slot], ours: str) -> Iterator[Verdict]:
    watchers = max((int(s.scenario[1:].split("/")[0]) for s in slots if s.scenario[0] == "A"), default=0)
    for outstanding, goal in ((1, 3.0), (8, 10.0)):
        for peer in ("ejabberd", "prosody"):
            turns = of(slots, f"A{watchers}/{outstanding}")
            found = ratio(turns, ours, peer, lambda slot: slot.deliveries_a_second)
            words = f"deliveries a second against {peer} with archive, {watchers:,} watchers, {outstanding} outstanding"
            yield from at_least(words, found, goal)
    found = ratio(of(slots, "C"), ours, "tutorial", lambda slot: slot.acknowledged_a_second)
    yield from at_least("acknowledged messages a second of 50 senders, against the tutorial", found, 50.0)


def stalled(slots: Sequence[Slot], findings: Findings, variants: Sequence[str]) -> Iterator[Verdict]:
    for name in variants:
        found = stalled_ratio(slots, name)
        yield from at_most(f"p99 of the others while some do not read, against a calm turn, {name}", found, 1.2)
        if stall := findings.stalls.get(name):
            user, kernel = quartiles(stall.user).median, quartiles(stall.kernel).median
            yield Verdict(f"memory of a stalled reader in {name}", kilobytes(user), "no queue", user <= USER_BYTES)
            yield Verdict(f"of it in the kernel, {name}", kilobytes(kernel), "<= 256 kB", kernel <= KERNEL_BYTES)


def stalled_ratio(slots: Sequence[Slot], name: str) -> Quartiles | None:
    """The others' p99 while some do not read, against the calm turn before."""
    calm = [slot.counted["receipt_p99"] for slot in of(slots, "E calm") if slot.server == name]
    still = [slot.counted["receipt_p99"] for slot in of(slots, "E stalled") if slot.server == name]
    found = [after / before for before, after in zip(calm, still, strict=True) if before]
    return quartiles(found) if found else None


def returning(slots: Sequence[Slot], ours: str) -> Iterator[Verdict]:
    spent = [slot.processor for slot in of(slots, "D2000") if slot.server == ours]
    if spent:
        middle = quartiles(spent).median
        yield Verdict("2,000 reconnects with resume", f"{middle:.1f} s of CPU", "<= 2 s", middle <= 2.0)


def of(slots: Sequence[Slot], scenario: str) -> list[Slot]:
    return [slot for slot in slots if slot.scenario == scenario]


def at_most(words: str, found: Quartiles | None, goal: float, *, is_strict: bool = False) -> Iterator[Verdict]:
    yield from judged(words, found, f"<= {goal:g}", lambda middle: middle <= goal, is_strict)


def at_least(words: str, found: Quartiles | None, goal: float) -> Iterator[Verdict]:
    yield from judged(words, found, f">= {goal:g}", lambda middle: middle >= goal, False)


def judged(
    words: str, found: Quartiles | None, goal: str, holds: Callable[[float], bool], is_strict: bool
) -> Iterator[Verdict]:
    if found is not None:
        measured = f"{found.median:.2f} ({found.low:.2f} to {found.high:.2f})"
        yield Verdict(words, measured, goal, holds(found.median), is_strict)


def kilobytes(size: float) -> str:
    return f"{size / 1024:.0f} kB"
