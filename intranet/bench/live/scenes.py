"""The scenarios of `bench live`, A to E. Each takes the field as it stands and leaves its turns there."""

import time
from dataclasses import dataclass, field

from intranet.bench.live.field import Field, Side, weigh
from intranet.bench.live.processes import processor_seconds, resident_bytes
from intranet.bench.live.slots import Slot
from intranet.bench.live.sockets import queued_for_sending

QUIET = 1500  # milliseconds without a frame: what has not come is lost
SENDERS = 50
LATENCY_WATCHERS = 500
LARGE_BODY = 8000  # characters: an event of about 16 kB


@dataclass(frozen=True, slots=True)
class Size:
    """How large a run is."""

    rounds: int = 7
    slot: tuple[int, int] = (500, 800)  # milliseconds
    fan_out: tuple[int, ...] = (200, 1000, 2000)
    latency_watchers: int = LATENCY_WATCHERS
    reconnects: tuple[int, ...] = (1000, 2000)
    readers: int = 150
    stalled: int = 50
    stall: int = 2500  # milliseconds
    senders: int = SENDERS

    @property
    def clients(self) -> int:
        return max(*self.fan_out, *self.reconnects, self.latency_watchers, self.readers, self.senders)


QUICK = Size(
    rounds=1, slot=(120, 160), fan_out=(20,), latency_watchers=20, reconnects=(20,), readers=20, stalled=5, stall=400,
    senders=5,
)  # fmt: skip


@dataclass(slots=True)
class Stall:
    """What readers who do not read cost a server: bytes for each, in its memory and in the kernel's."""

    user: list[float] = field(default_factory=list)
    kernel: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Findings:
    """What the turns do not hold."""

    stalls: dict[str, Stall] = field(default_factory=dict)
    connection_bytes: dict[str, float] = field(default_factory=dict)


def length(run: Field, size: Size) -> int:
    return run.random.randint(*size.slot)


def warm(run: Field, *command: object) -> None:
    """A turn of each that does not count."""
    for side in run.sides:
        side.turn("warm", *command, at=run.now())


def senders(run: Field, size: Size) -> None:
    """C: as many senders as may be, each saying its next when the last was acknowledged."""
    run.connect(size.senders)
    warm(run, "acks", 150, size.senders, QUIET)
    run.rounds(size.rounds, lambda side: run.take(side, "C", "acks", length(run, size), size.senders, QUIET))


def fan_out(run: Field, size: Size, watchers: int) -> None:
    """A: everybody is told; the next is said when everybody was, with one outstanding and with eight."""
    for outstanding in (1, 8):
        warm(run, "window", 150, outstanding, QUIET)
        scenario = f"A{watchers}/{outstanding}"
        run.rounds(
            size.rounds,
            lambda side, name=scenario, window=outstanding: run.take(  # type: ignore[misc]  # bound in the loop
                side, name, "window", length(run, size), window, QUIET
            ),
        )


def latency(run: Field, size: Size) -> None:
    """B: twenty messages a second, and ten."""
    for rate in (20, 10):
        warm(run, "rate", 200, rate, QUIET)
        run.rounds(
            size.rounds,
            lambda side, each=rate: run.take(  # type: ignore[misc]  # bound in the loop
                side, f"B{each}", "rate", length(run, size), each, QUIET
            ),
        )


def widen(run: Field, findings: Findings, count: int, begin: int) -> None:
    """More watchers; the widest step tells what a connection weighs."""
    for side in list(run.sides):
        if run.lets_in(side, count, lambda each=side: weigh(each, count, begin)):  # type: ignore[misc]  # bound in the loop
            findings.connection_bytes[side.name] = side.connection_bytes
    time.sleep(0.3)  # who is here is told before the first turn


def reconnects(run: Field, size: Size, count: int) -> None:
    """D: everybody but one leaves, misses twenty messages, and is back at once with the gap."""
    run.connect(count)
    run.rounds(max(1, size.rounds // 2), lambda side: run.lets_in(side, count, lambda: reconnect(run, side, count)))


def reconnect(run: Field, side: Side, count: int) -> Slot:
    """Where nothing can be resumed nothing is missed: only the coming back is counted."""
    side.generator.ask("drop", 1)
    time.sleep(0.5)
    if side.server.can_resume:
        side.generator.ask("say", 20, QUIET)
    family = side.server.processes()
    before, at, begun = processor_seconds(family), run.now(), time.monotonic()
    side.connect(count, at_once=count)
    counted = side.generator.ask("level", QUIET)
    spent = processor_seconds(family) - before
    expected = 20 * (count - 1) if side.server.can_resume else 0
    counted |= {"expected": expected, "seconds": time.monotonic() - begun}
    slot = Slot(side.name, f"D{count}", at, spent, counted)
    run.slots.append(slot)
    return slot


def stalls(run: Field, size: Size, findings: Findings) -> None:
    """E: a calm turn, then one in which some do not read, who afterwards read everything."""
    first = size.readers - size.stalled
    for side in run.sides:
        side.generator.ask("drop", 0)
        side.generator.ask("small", first, 8192)
        side.connect(size.readers)
        side.generator.ask("body", LARGE_BODY)
    warm(run, "rate", 400, 20, QUIET)
    for side in run.sides:
        findings.stalls[side.name] = Stall()
    run.rounds(max(1, size.rounds // 2), lambda side: calm_and_stalled(run, side, size, findings.stalls[side.name]))
    for side in run.sides:
        side.generator.ask("body", 60)


def calm_and_stalled(run: Field, side: Side, size: Size, stall: Stall) -> None:
    run.take(side, "E calm", "rate", size.stall, 20, QUIET)
    before = resident_bytes(side.server.processes())
    side.generator.ask("stall", size.readers - size.stalled)
    run.take(side, "E stalled", "rate", size.stall, 20, QUIET)
    stall.user.append(max(0.0, resident_bytes(side.server.processes()) - before) / size.stalled)
    queues = sorted(queue for port in side.server.ports for queue in queued_for_sending(port))
    stall.kernel.append(sum(queues[-size.stalled :]) / size.stalled)
    side.generator.ask("free")
    at = run.now()
    counted = side.generator.ask("level", QUIET)
    run.slots.append(Slot(side.name, "E level", at, 0.0, counted))


def play(run: Field, size: Size, chosen: str) -> Findings:
    """The scenarios whose letters are `chosen`, from few clients to many."""
    findings = Findings()
    if "C" in chosen:
        run.say(f"C: {size.senders} senders")
        senders(run, size)
    connected = size.senders
    steps = sorted({*(size.fan_out if "A" in chosen else ()), *([size.latency_watchers] if "B" in chosen else ())})
    run.connect(connected)
    for watchers in steps:
        widen(run, findings, watchers, connected)
        connected = watchers
        if "A" in chosen and watchers in size.fan_out:
            run.say(f"A: fan-out to {watchers}")
            fan_out(run, size, watchers)
        if "B" in chosen and watchers == size.latency_watchers:
            run.say(f"B: latency before {watchers}")
            latency(run, size)
    if "D" in chosen:
        for count in sorted(size.reconnects, reverse=True):  # who stays away in a step is not asked for its gap later
            run.say(f"D: {count} come back")
            reconnects(run, size, count)
    if "E" in chosen:
        run.say(f"E: {size.stalled} of {size.readers} do not read")
        stalls(run, size, findings)
    return findings
