"""K17: one bad client does not hurt the others: whoever talks beside it is heard by everyone, once and in order.

How soon is a figure, judged by `manage.py prove others` alone: calm and disturbed phases take turns, so that a noisy
machine strikes both, and the medians of their p99 are compared: at most doubled.
"""

import asyncio
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intranet.accounts.models import User
from realtime.threads.models import Thread
from tests.realtime.live.cast import person, session_of, space, thread
from tests.realtime.live.client import Client, client
from tests.realtime.live.served import Served, serving
from tests.support.engines import ROOT

PHASE = 1.5  # seconds of steady talk
ROUNDS = 9  # of a calm and a disturbed phase, where the figures are judged
LEAVING = 1.0  # seconds for the crowd to be forgotten before the next calm phase
PACE = 0.05  # seconds between two messages of the conversation
CROWDS = {"slow": 15, "flood": 4, "idle": 50}  # sessions; the idle ones have twenty sockets each
MOST_A_SOCKET = 60  # kilobytes of the server's memory for an idle socket
pytestmark = [pytest.mark.engine("sqlite"), pytest.mark.timeout(600)]  # no database in what is shown here


@pytest.fixture(scope="module")
def served(database: str, bell: str) -> Iterator[Served]:
    """One process with the rates of the product."""
    with serving(database, PARVIS_REDIS_URL=bell) as running:
        yield running


class Bad:
    """A process of bad clients, on or off."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.hear()

    def tell(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        self.hear()

    def hear(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() in ("ready", "done")


@contextmanager
def bad(how: str, url: str, where: Thread, people: list[User]) -> Iterator[Bad]:
    command = [sys.executable, "-m", "tests.realtime.live.bad", how, url, f"thread:{where.pk}"]
    with subprocess.Popen(
        [*command, *map(session_of, people)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Bad(process)
        finally:
            process.kill()


class Conversation:
    """Two people who talk at a steady pace, and ten who hear them: eight others, and both."""

    def __init__(self, where: Thread, speakers: list[Client], hearers: list[Client]) -> None:
        self.where, self.speakers, self.hearers = where, speakers, hearers
        self.said: dict[str, float] = {}
        self.orders: dict[Client, list[str]] = {one: [] for one in hearers}
        self.delays: list[float] = []
        self.heard = asyncio.Condition()

    async def phase(self, seconds: float) -> float:
        """The p99 of the seconds from the saying to the hearing, by everyone."""
        self.delays, count = [], 0
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await self.say(self.speakers[count % len(self.speakers)])
            count += 1
            await asyncio.sleep(PACE)
        async with asyncio.timeout(30), self.heard:
            await self.heard.wait_for(lambda: len(self.delays) >= count * len(self.hearers))
        return sorted(self.delays)[int(len(self.delays) * 0.99)]

    async def say(self, speaker: Client) -> None:
        cid = str(uuid.uuid4())
        self.said[cid] = time.monotonic()
        await speaker.send(do="say", thread=self.where.pk, cid=cid, body="steady " * 20)

    async def hear(self, hearer: Client) -> None:
        while True:
            frame = await hearer.receive(60)
            assert frame["is"] != "error", frame
            if frame["is"] == "event" and frame["payload"]["cid"] in self.said:
                self.delays.append(time.monotonic() - self.said[frame["payload"]["cid"]])
                self.orders[hearer].append(frame["payload"]["cid"])
                async with self.heard:
                    self.heard.notify_all()


@pytest.mark.parametrize("how", CROWDS)
async def test_the_others_notice_nothing(served: Served, how: str, pytestconfig: pytest.Config) -> None:
    is_judged = bool(pytestconfig.getoption("--judge-delays"))
    crowd = [person() for _ in range(CROWDS[how])]
    speakers, hearers = [person() for _ in range(2)], [person() for _ in range(8)]
    where = thread(place=space(*speakers, *hearers, *crowd))
    calm: list[float] = []
    disturbed: list[float] = []
    async with asyncio.TaskGroup() as tasks, connected(served.urls[0], where, speakers, hearers) as talk:
        listening = [tasks.create_task(talk.hear(one)) for one in talk.hearers]
        with bad(how, served.urls[0], where, crowd) as clients:
            await talk.phase(1.0)
            for _ in range(ROUNDS if is_judged else 1):
                calm.append(await talk.phase(PHASE))
                await asyncio.to_thread(clients.tell, "on")
                disturbed.append(await talk.phase(PHASE))
                await asyncio.to_thread(clients.tell, "off")
                await asyncio.sleep(LEAVING)
        for one in listening:
            one.cancel()
    print(f"{how}: p99 calm {shown(calm)}, disturbed {shown(disturbed)}: {ratio(calm, disturbed):.2f} times")
    heard = list(talk.orders.values())
    assert all(sorted(order) == sorted(talk.said) for order in heard)
    assert all(order == heard[0] for order in heard)
    assert not is_judged or ratio(calm, disturbed) <= 2


def ratio(calm: list[float], disturbed: list[float]) -> float:
    return statistics.median(disturbed) / statistics.median(calm)


def shown(phases: list[float]) -> str:
    return f"{statistics.median(phases) * 1000:.0f} ms"


class connected:  # noqa: N801  # a context manager
    """The conversation's sockets, open while the block lasts."""

    def __init__(self, url: str, where: Thread, speakers: list[User], hearers: list[User]) -> None:
        self.where, self.count = where, len(speakers)
        self.opening = [client(url, session_of(one), ping_interval=None) for one in (*speakers, *hearers)]

    async def __aenter__(self) -> Conversation:
        opened = [await one.__aenter__() for one in self.opening]
        for one in opened:
            await one.watch(self.where, after=None)
        return Conversation(self.where, opened[: self.count], opened)

    async def __aexit__(self, *error: object) -> None:
        for one in self.opening:
            await one.__aexit__(None, None, None)


async def test_an_idle_socket_costs_little(database: str, bell: str) -> None:
    """Measured on a process that had no such crowd before: what it frees it keeps for the next."""
    crowd = [person() for _ in range(CROWDS["idle"])]
    where = thread(*crowd)
    with serving(database, PARVIS_REDIS_URL=bell) as fresh:
        async with client(fresh.urls[0], session_of(crowd[0])) as first:
            await first.watch(where)
            before = memory(fresh)
        with bad("idle", fresh.urls[0], where, crowd) as clients:
            await asyncio.to_thread(clients.tell, "on")
            grown = memory(fresh) - before
    each = grown / (20 * len(crowd))
    print(f"{20 * len(crowd)} idle sockets: {each:.1f} kB each")
    assert 0 < each < MOST_A_SOCKET


def memory(served: Served) -> int:
    """Kilobytes that the process holds."""
    status = Path(f"/proc/{served.processes[0].pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
