"""One crash run on a text: people write a page while everything breaks, then its copies are held against each other."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from tests.crash.checker import Anomaly
from tests.crash.coedit.actors import Scene, Writer
from tests.crash.coedit.checker import KINDS, check
from tests.crash.coedit.copies import from_process, in_database, in_revision, in_tab
from tests.crash.coedit.faults import TextBreaker
from tests.crash.coedit.history import Round, TextHistory
from tests.crash.house import House, house
from tests.support.engines import ROOT

CALM = 1.0  # seconds before the first fault
PATIENCE = 60.0  # for the last answers of a round, when all is well again
KEPT = 2  # times before the revision is looked at
LOOKS = 0.5  # seconds between two looks at the database


@dataclass(frozen=True, slots=True)
class Options:
    seed: int
    rounds: int = 3  # in each, every fault once
    writers: int = 5
    pace: float = 0.15  # seconds between two acts of a writer, on average
    engine: str = "postgresql"
    only: Collection[str] = ()  # of the faults


@dataclass(slots=True)
class Report:
    options: Options
    seconds: float
    history: TextHistory
    anomalies: list[Anomaly]
    left_out: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        return sum(deed.answered is not None for deed in self.history.deeds)

    @property
    def faults(self) -> Counter[str]:
        return Counter(fault.kind for fault in self.history.faults)

    def lines(self) -> list[str]:
        history, found = self.history, Counter(anomaly.kind for anomaly in self.anomalies)
        verbs = Counter(deed.verb for deed in history.deeds)
        dropped = sum(deed.is_dropped for deed in history.deeds)
        return [
            (
                f"a text on {self.options.engine}, seed {self.options.seed}: {self.seconds:.1f} s,"
                f" {self.options.writers} writers, {len(history.rounds)} rounds"
            ),
            f"  edits         {len(history.deeds)} ({', '.join(f'{verb} {count}' for verb, count in verbs.items())})",
            f"  acknowledged  {self.acknowledged}, {dropped} went with a lost tab before they were",
            f"  lost          {found['lost']}",
            (
                f"  looked at     {len(history.looks)} times in the database while it went on,"
                f" {sum(len(one.copies) for one in history.rounds)} copies at the ends of rounds"
            ),
            f"  faults        {self.faults.total()}",
            *(f"                {count} x {kind}" for kind, count in sorted(self.faults.items())),
            *(f"  left out      {words}" for words in self.left_out),
            f"  anomalies     {len(self.anomalies)}",
            *(f"                {found[kind]} {kind}: {words}" for kind, words in KINDS.items()),
            *(f"  ! {anomaly.kind}: {anomaly.words}" for anomaly in self.anomalies[:40]),
        ]


def run(options: Options, *, say: Callable[[str], None] = lambda words: None) -> Report:
    """Plays a run from its seed and judges it. `say` is told how it goes."""
    with house(options.engine) as built:
        say(f"served on {options.engine}; people are writing")
        report = asyncio.run(play(built, options, say))
        if report.anomalies:
            print(built.site.log()[-20_000:])
        return report


async def play(built: House, options: Options, say: Callable[[str], None]) -> Report:
    begun = time.monotonic()
    scene = invite(built, options)
    writers = [Writer(scene, who, f"{options.seed} {who}", options.pace) for who in range(options.writers)]
    breaker = TextBreaker(built, scene.history, f"{options.seed} faults", writers, options.only)
    working = [asyncio.create_task(act()) for writer in writers for act in (writer.work, writer.write)]
    looking = asyncio.create_task(look_again(built, scene))
    for number in range(options.rounds):
        await one_round(breaker, scene, say)
        await settle(writers)
        scene.history.rounds.append(await compare(built, scene, writers))
        say(f"round {number + 1}: {len(scene.history.deeds)} edits so far")
    scene.is_done = True
    looking.cancel()
    await asyncio.gather(*working)
    left_out = [] if built.disk.is_mounted else ["full disk: mounting a small one needs root and its permission"]
    return Report(options, time.monotonic() - begun, scene.history, check(scene.history), left_out)


def invite(built: House, options: Options) -> Scene:
    """People in a space, signed in, with a page to write."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.crash.coedit.page", str(options.writers)]
    made = subprocess.run(command, cwd=ROOT, env=built.site.environment, capture_output=True, text=True, check=True)
    return Scene(built.site.urls, **json.loads(made.stdout))


async def one_round(breaker: TextBreaker, scene: Scene, say: Callable[[str], None]) -> None:
    """People type, and every fault comes once."""
    scene.is_still = False
    await asyncio.sleep(CALM)
    for kind in breaker.chance.sample(sorted(breaker.strikes), len(breaker.strikes)):
        await breaker.strike(kind)
        say(f"{kind}: {breaker.history.faults[-1].ended - breaker.history.faults[-1].begun:.1f} s")
        await breaker.last(0.2, 1)
    scene.is_still = True


async def settle(writers: list[Writer]) -> None:
    """Lets everybody hear their last answers and what the others typed."""
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        if all(writer.is_settled for writer in writers):
            first, *others = [writer.sheet.shape for writer in writers]
            if all(other == first for other in others):
                return
        await asyncio.sleep(0.2)


async def look_again(built: House, scene: Scene) -> None:
    """Looks at the database again and again; not while it is away."""
    while True:
        await asyncio.sleep(LOOKS)
        with suppress(psycopg.Error, sqlite3.OperationalError):
            scene.history.looks.append(await asyncio.to_thread(in_database, built.site, scene))


async def compare(built: House, scene: Scene, writers: list[Writer]) -> Round:
    """All the copies there are, with the page's revision once the text was kept."""
    ended = time.monotonic()
    await keep(writers)
    copies = [in_tab(writer.name, writer.sheet, ended) for writer in writers]
    copies += [look for url in built.site.urls if (look := await from_process(url, scene))]
    copies.append(await asyncio.to_thread(in_database, built.site, scene))
    copies.append(await asyncio.to_thread(in_revision, built.site, scene))
    return Round(ended, copies)


async def keep(writers: list[Writer]) -> None:
    """Has the text kept as a revision of its page, twice: the first may have been on its way before the last words."""
    kept = 0
    for writer in writers * 2:
        with suppress(TimeoutError):
            writer.sheet.frames.clear()
            await writer.save()
            await writer.sheet.frame("saved")
            kept += 1
        if kept == KEPT:
            return
