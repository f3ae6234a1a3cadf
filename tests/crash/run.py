"""One crash run: people talk while everything breaks around them, then what they saw is held against the database."""

import asyncio
import json
import random
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.crash.actors import Person, PollReader, Scene, SocketReader, Writer
from tests.crash.checker import HEARTBEAT, KINDS, LATEST, Anomaly, check, said
from tests.crash.faults import Breaker
from tests.crash.history import History, Row, Stored, Told
from tests.crash.house import House, house
from tests.crash.speaker import Away, fetch
from tests.support.engines import ROOT

CALM = 4.0  # seconds before the first fault
PATIENCE = 90.0  # for the last answers, when all is well again
STALL = 0.5  # seconds of standing still that count
END = 2**31  # a place after every message


@dataclass(frozen=True, slots=True)
class Options:
    seed: int
    seconds: float = 60.0  # of it all; a round of faults is played to its end all the same
    writers: int = 8
    readers: int = 8  # every fourth one polls
    threads: int = 3
    pace: float = 0.2  # seconds between two acts of a writer, on average
    engine: str = "postgresql"


@dataclass(slots=True)
class Report:
    options: Options
    seconds: float
    history: History
    anomalies: list[Anomaly]
    left_out: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.anomalies

    @property
    def acknowledged(self) -> Counter[str]:
        return Counter(call.verb for call in self.history.calls if call.outcome == "ok")

    @property
    def delivered(self) -> int:
        return sum(len(reader.sights) for reader in self.history.readers)

    @property
    def faults(self) -> Counter[str]:
        return Counter(fault.kind for fault in self.history.faults)

    def delays(self) -> list[float]:
        """Seconds from the asking to the sight on a live socket, of what was said away from every fault."""
        calls = {(call.thread, call.told["seq"]): call for call in said(self.history).values() if call.outcome == "ok"}
        found = []
        for reader in self.history.readers:
            for sight in reader.sights if not reader.polls else []:
                call = calls.get((sight.thread, sight.seq))
                if call and call.tries == 1 and sight.since < call.invoked and self.is_calm(call.invoked, sight.at):
                    found.append(sight.at - call.invoked)
        return sorted(found)

    def is_calm(self, since: float, until: float) -> bool:
        return all(until < fault.begun or since > fault.ended + LATEST for fault in self.history.faults)

    def lines(self) -> list[str]:
        acked, delays, options = self.acknowledged, self.delays(), self.options
        found = Counter(anomaly.kind for anomaly in self.anomalies)
        tries = sum(call.tries for call in self.history.calls)
        verbs = ", ".join(f"{verb} {count}" for verb, count in acked.items())
        crowd = f"{options.writers} writers, {options.readers} readers"
        lines = [
            f"crash run on {options.engine}, seed {options.seed}: {self.seconds:.1f} s, {crowd}",
            f"  acknowledged  {acked.total()} ({verbs}) in {tries} tries",
            f"  delivered     {self.delivered}",
            f"  faults        {self.faults.total()}",
            *(f"                {count} x {kind}" for kind, count in sorted(self.faults.items())),
            *(f"  left out      {words}" for words in self.left_out),
            f"  anomalies     {len(self.anomalies)}",
            *(f"                {found[kind]} {kind}: {words}" for kind, words in KINDS.items()),
        ]
        if delays:
            p50, p99 = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
            lines.append(f"  delivery      p50 {1000 * p50:.0f} ms, p99 {1000 * p99:.0f} ms away from faults")
        lines += [f"  ! {anomaly.kind}: {anomaly.words}" for anomaly in self.anomalies[:40]]
        return lines


def run(options: Options, *, say: Callable[[str], None] = lambda words: None) -> Report:
    """Plays a run from its seed and judges it. `say` is told how it goes."""
    with house(options.engine) as built:
        say(f"served on {options.engine}; people are talking")
        report = asyncio.run(play(built, options, say))
        if report.anomalies:
            print(built.site.log()[-20_000:])
        return report


async def play(built: House, options: Options, say: Callable[[str], None]) -> Report:
    begun = time.monotonic()
    scene = invite(built, options)
    writers, readers = cast(scene, options)
    working = [asyncio.create_task(one.work()) for one in (*writers, *readers)]
    watching = asyncio.create_task(watch_machine(scene.history))
    breaker = Breaker(built, scene.history, f"{options.seed} faults")
    await asyncio.sleep(CALM)
    await break_everything(breaker, until=begun + options.seconds - LATEST - 1, say=say)
    await asyncio.sleep(LATEST + 1)  # what the last fault delayed must have come by now
    await settle(scene, built, working[: len(writers)], readers)
    scene.is_done = True
    await asyncio.gather(*working)
    watching.cancel()
    stored = read_stored(built, scene)
    stored.pages = await load_pages(scene)
    left_out = [] if built.disk.is_mounted else ["full disk: mounting a small one needs root and its permission"]
    anomalies = check(scene.history, stored)
    return Report(options, time.monotonic() - begun, scene.history, anomalies, left_out)


def invite(built: House, options: Options) -> Scene:
    """People in a space, signed in, with conversations to talk in."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.crash.people"]
    numbers = [str(options.writers + options.readers), str(options.threads)]
    made = subprocess.run(
        [*command, *numbers], cwd=ROOT, env=built.site.environment, capture_output=True, text=True, check=True
    )
    found = json.loads(made.stdout)
    return Scene(built.site.urls, {int(pk): key for pk, key in found["sessions"].items()}, found["threads"])


def cast(scene: Scene, options: Options) -> tuple[list[Writer], list[SocketReader]]:
    people = list(scene.sessions)
    writers = [Writer(scene, who, f"{options.seed} {who}", options.pace) for who in people[: options.writers]]
    readers: list[SocketReader] = [
        (PollReader if number % 4 == 3 else SocketReader)(scene, who, f"{options.seed} {who}")
        for number, who in enumerate(people[options.writers :])
    ]
    return writers, readers


async def break_everything(breaker: Breaker, *, until: float, say: Callable[[str], None]) -> None:
    """One fault after the other until the time is over, and each kind at least once."""
    for number, kind in enumerate(breaker.deal()):
        if number >= len(breaker.strikes) and time.monotonic() > until:
            return
        await breaker.strike(kind)
        say(f"{kind}: {breaker.history.faults[-1].ended - breaker.history.faults[-1].begun:.1f} s")
        await breaker.last(0.2, 1.2)


async def settle(scene: Scene, built: House, writing: list[asyncio.Task[None]], readers: list[SocketReader]) -> None:
    """Lets the writers hear their last answers, and the readers what they lack: no longer than is promised."""
    scene.is_over = True
    await asyncio.wait(writing, timeout=PATIENCE)
    patience = time.monotonic() + LATEST + HEARTBEAT
    heads = dict(await asyncio.to_thread(built.site.rows, "SELECT key, head FROM streams_stream WHERE kind = 'thread'"))
    while time.monotonic() < patience:
        if all(reader.places[thread] >= heads[thread] for reader in readers for thread in scene.threads):
            return
        await asyncio.sleep(0.1)


async def watch_machine(history: History) -> None:
    """Notes when this machine stood still: nobody can be blamed for that time."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.05)
        late = time.monotonic() - before - 0.05
        if late > STALL:
            history.stalls.append((before, late))


def read_stored(built: House, scene: Scene) -> Stored:
    rows = built.site.rows(
        "SELECT id, thread_id, author_id, client_id, seq, body, html, deleted_at FROM threads_message ORDER BY id"
    )
    stored = Stored(events={thread: [] for thread in scene.threads})
    for pk, thread, author, cid, seq, body, html, deleted_at in rows:
        is_deleted = deleted_at is not None
        stored.rows.append(Row(pk, thread, author, str(uuid.UUID(str(cid))), seq, body, html, is_deleted))
    for thread, seq, kind, payload in built.site.rows(
        "SELECT s.key, e.seq, e.kind, e.payload FROM streams_streamevent e JOIN streams_stream s ON s.id = e.stream_id "
        "WHERE s.kind = 'thread' ORDER BY e.stream_id, e.seq"
    ):
        stored.events[thread].append(Told(seq, kind, decoded(payload)))
    signs = built.site.rows("SELECT message_id, user_id, emoji FROM threads_reaction")
    stored.signs = {(message, who, emoji) for message, who, emoji in signs}
    return stored


def decoded(payload: Any) -> Any:
    return json.loads(payload) if isinstance(payload, str) else payload


async def load_pages(scene: Scene) -> dict[int, str]:
    """The end of each conversation, loaded afresh: the page itself opens where its reader left off."""
    who = random.Random(0).choice(list(scene.sessions))
    person = Person(scene, who, "pages")
    addresses = {
        thread: (f"/threads/{thread}/", f"/threads/{thread}/messages/?before={END}") for thread in scene.threads
    }
    return {thread: "".join([await load(person, each) for each in both]) for thread, both in addresses.items()}


async def load(person: Person, address: str) -> str:
    """What an address answers, tried five times."""
    for _ in range(5):
        with suppress(Away):
            reply = await fetch(person.url(), address, person.session, patience=30)
            if reply.status == 200:
                return reply.body.decode()
    person.scene.breaks("a fresh load", f"{address} does not open")
    return ""
