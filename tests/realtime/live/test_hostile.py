"""Bad clients: they are answered or cut, the server lives, and the others notice nothing."""

import asyncio
import contextlib
import random
import socket as sockets
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from intranet.accounts.models import User
from realtime.live import limits
from realtime.threads.models import Thread
from tests.crash.speaker import exchange
from tests.realtime.live import hostile
from tests.realtime.live.cast import person, session_of, tell, thread
from tests.realtime.live.client import Client, client
from tests.realtime.live.served import Served, serving

SEED = random.randrange(10**6)
AT_ONCE = 6  # hostile people
FLAT = 16_000  # kilobytes that the process may grow by after the first quarter
pytestmark = pytest.mark.engine("sqlite")  # no database in what is shown here


@pytest.fixture(scope="module")
def served(database: str, bell: str) -> Iterator[Served]:
    """One process that lets a client ask as fast as it likes."""
    with serving(database, PARVIS_REDIS_URL=bell, UNLIMITED="1") as running:
        yield running


@pytest.fixture
def ada(database: str) -> User:
    return person()


@pytest.mark.timeout(900)
async def test_thousands_of_hostile_frames_crash_nothing(
    served: Served, url: str, ada: User, pytestconfig: pytest.Config
) -> None:
    """Each is answered with an error; the twentieth closes with 4400, or what is no WebSocket ends the line.

    Meanwhile two well-behaved people talk and miss nothing.
    """
    frames = int(pytestconfig.getoption("--frames"))
    siege = Siege(url, [person() for _ in range(AT_ONCE)], thread(ada), frames)
    memories: list[int] = []
    async with talking(url) as talk, asyncio.TaskGroup() as tasks:
        talk.start(tasks)
        attackers = [tasks.create_task(siege.attack(number)) for number in range(AT_ONCE)]
        while not all(attacker.done() for attacker in attackers):
            memories.append(memory(served))
            await asyncio.wait(attackers, timeout=0.5)
        memories.append(memory(served))
        await talk.stop()
    grown = memories[-1] - memories[len(memories) // 4]
    print(f"{siege.sent} frames, {siege.endings}; {siege.answers}; grown by {grown} kB; {talk.count} heard beside")
    assert siege.sent >= frames
    assert set(siege.endings) <= {limits.BAD_CLIENT, *CUT}
    assert siege.endings[limits.BAD_CLIENT] > siege.endings.total() / 4
    assert siege.failures == []
    assert grown < FLAT
    assert talk.count > 10
    assert talk.heard == [str(number) for number in range(talk.count)]
    assert served.processes[0].poll() is None


CUT = (None, 1000, 1002, 1003, 1006, 1007, 1009)  # ends of a line that breaks the protocol itself: never 1011


class Siege:
    """Hostile people at work on one process: so many `frames` over their sockets, and an HTTP request now and then."""

    def __init__(self, url: str, people: list[User], where: Thread, frames: int) -> None:
        self.url, self.where, self.frames = url, where, frames
        self.sessions = [session_of(one) for one in people]
        self.sent = 0
        self.endings: Counter[int | None] = Counter()
        self.answers: Counter[int] = Counter()
        self.failures: list[tuple[int, bytes]] = []  # statuses over 499, and what was asked

    async def attack(self, number: int) -> None:
        chance, session = random.Random(f"{SEED} {number}"), self.sessions[number]
        while self.sent < self.frames:
            if chance.random() < 0.8:
                await self.send_frames(chance, session)
            else:
                await self.break_framing(chance, session)
            await self.ask(chance, session)

    async def send_frames(self, chance: random.Random, session: str) -> None:
        async with client(self.url, session, ping_interval=None) as socket:
            for _ in range(limits.BAD_FRAMES + 5):
                self.sent += 1
                with contextlib.suppress(ConnectionClosed):
                    bad = hostile.binary(chance) if chance.random() < 0.1 else hostile.text(chance)
                    await socket.socket.send(bad)
            self.endings[await ending(socket)] += 1
        refusals = [frame for frame in socket.frames if frame["is"] == "error"]
        assert all(frame["code"] != "internal" and frame["message"] for frame in refusals)

    async def break_framing(self, chance: random.Random, session: str) -> None:
        """Bytes on an open socket, read until the server ends the line or says nothing more."""
        host, port = self.url.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = [
            "GET /live/socket?protocol=1 HTTP/1.1",
            f"Host: {self.url}",
            f"Origin: http://{self.url}",
            f"Cookie: sessionid={session}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
        ]
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            writer.write("\r\n".join(head).encode() + b"\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            for _ in range(chance.randrange(1, 6)):
                self.sent += 1
                writer.write(hostile.broken_framing(chance))
                await writer.drain()
            async with asyncio.timeout(0.5):
                self.endings[await ending_of(reader)] += 1
        writer.transport.abort()

    async def ask(self, chance: random.Random, session: str) -> None:
        request = hostile.request(chance, self.url, session, self.where.pk)
        with contextlib.suppress(OSError, TimeoutError, EOFError, ValueError):
            async with asyncio.timeout(10):
                status = (await exchange(f"http://{self.url}", request)).status
                self.answers[status] += 1
                if status >= 500:
                    self.failures.append((status, request[:700]))


async def ending_of(reader: asyncio.StreamReader) -> int | None:
    """The code that the server closes with, None where it hangs up without one."""
    read = b""
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            read += piece
    return closing_code(read)


def closing_code(read: bytes) -> int | None:
    """The code of the close frame that ends these frames, None without one."""
    start, code = 0, None
    while start + 2 <= len(read):
        opcode, size, start = read[start] & 15, read[start + 1] & 127, start + 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(read[start : start + width]), start + width
        if opcode == 8:
            code = int.from_bytes(read[start : start + 2]) if size >= 2 else 1005
        start += size
    return code


class Talk:
    """Somebody says numbers at a steady pace, and somebody else hears them."""

    def __init__(self, where: Thread, speaker: Client, hearer: Client) -> None:
        self.where, self.speaker, self.hearer = where, speaker, hearer
        self.count, self.heard = 0, list[str]()
        self.is_over = False
        self.tasks: list[asyncio.Task[None]] = []

    def start(self, tasks: asyncio.TaskGroup) -> None:
        self.tasks = [tasks.create_task(self.say()), tasks.create_task(self.hear())]

    async def say(self) -> None:
        while not self.is_over:
            answer = await self.speaker.ask("say", thread=self.where.pk, cid=str(uuid.uuid4()), body=str(self.count))
            assert answer["is"] == "ok", answer
            self.count += 1
            await asyncio.sleep(0.05)

    async def hear(self) -> None:
        while not (self.is_over and len(self.heard) >= self.count):
            frame = await self.hearer.receive(15)
            if frame["is"] == "event":
                self.heard.append(frame["payload"]["body"])

    async def stop(self) -> None:
        """What was said is heard, within the time of a heartbeat."""
        self.is_over = True
        await asyncio.wait(self.tasks, timeout=15)


@contextlib.asynccontextmanager
async def talking(url: str) -> AsyncIterator[Talk]:
    speaker, hearer = person(), person()
    where = thread(speaker, hearer)
    async with client(url, session_of(speaker)) as one, client(url, session_of(hearer)) as other:
        await other.watch(where)
        yield Talk(where, one, other)


async def ending(socket: Client) -> int | None:
    """How the server ended it; a client that did not do enough does the rest."""
    with contextlib.suppress(ConnectionClosed):
        for _ in range(limits.BAD_FRAMES):
            await socket.socket.send("[]")
    return await socket.code(20)


def memory(served: Served) -> int:
    """Kilobytes that the process holds."""
    status = Path(f"/proc/{served.processes[0].pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


async def test_an_error_is_in_the_language_of_the_person(url: str, database: str) -> None:
    async with client(url, session_of(person(language="en"))) as socket:
        assert (await socket.ask("nothing"))["message"] == "This is not possible here. Reload the page."


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"do": "nothing"}, "unknown_action"),
        ({"do": "watch"}, "bad_fields"),
        ({"do": "watch", "stream": "thread:1", "more": 1}, "bad_fields"),
        ({"do": "watch", "stream": "thread:1", "after": "1"}, "bad_fields"),
        ({"do": "say", "thread": 1, "cid": "not one", "body": "x"}, "bad_fields"),
    ],
)
async def test_errors_say_what_is_wrong(url: str, ada: User, frame: dict[str, Any], code: str) -> None:
    async with client(url, session_of(ada)) as socket:
        assert (await socket.ask(**frame))["code"] == code


async def test_frames_over_the_protocol_s_limit_end_the_line(url: str, ada: User) -> None:
    async with client(url, session_of(ada)) as socket:
        with contextlib.suppress(ConnectionClosed):
            await socket.socket.send("x" * (limits.PROTOCOL_BYTES + 1))
        assert await socket.code() != 1011


async def test_too_many_streams_on_a_socket(url: str, ada: User) -> None:
    threads = [thread(ada)]
    async with client(url, session_of(ada)) as socket:
        await socket.watch(threads[0])
        refs = [await socket.send(do="watch", stream=f"thread:{10**9 + n}") for n in range(5)]
        await socket.until(lambda frame: frame.get("ref") == refs[-1])
        assert [frame["code"] for frame in socket.frames if frame["is"] == "error"] == ["not_found"] * 5


class TestOthersNoticeNothing:
    """What a quiet pair of people measures, alone and beside a bad client."""

    async def test_beside_readers_that_stall(self, served: Served, url: str, ada: User) -> None:
        where = thread(ada)
        alone = await delays(url, ada, where)
        before = memory(served)
        async with stalled(url, ada, where, 15):
            beside = await delays(url, ada, where, size=20_000, count=60)
            grown = memory(served) - before
        assert beside < max(0.35, 4 * alone)
        assert grown < 40_000

    async def test_a_stalled_reader_gets_everything_when_it_reads_again(self, url: str, ada: User) -> None:
        where = thread(ada)
        async with client(url, session_of(ada), max_queue=1) as socket:
            await socket.watch(where, after=0)
            reader: asyncio.Transport = socket.socket.transport
            reader.pause_reading()
            for number in range(60):
                tell(where, f"{number} " + "x" * 30_000)
            await asyncio.sleep(0.5)
            reader.resume_reading()
            told = await socket.told(60, wait=60)
            assert [int(text.split()[0]) for text in told] == list(range(60))

    async def test_beside_one_that_never_reads_its_answers(self, served: Served, url: str, ada: User) -> None:
        where = thread(ada)
        before = memory(served)
        async with client(url, session_of(ada), max_queue=1, ping_interval=None) as socket:
            stop_reading(socket)
            with contextlib.suppress(ConnectionClosed, TimeoutError):
                async with asyncio.timeout(4):
                    for number in range(200_000):
                        await socket.socket.send(f'{{"do":"ping","ref":{number}}}')
            assert await delays(url, person(), where, watcher=ada) < 0.5
            assert memory(served) - before < 40_000
            socket.socket.transport.abort()

    async def test_beside_one_that_pings_and_never_reads(self, served: Served, url: str, ada: User) -> None:
        before = memory(served)
        async with client(url, session_of(ada), max_queue=1, ping_interval=None) as socket:
            stop_reading(socket)
            ping = b"\x89\xfd" + b"\0\0\0\0" + b"x" * 125
            with contextlib.suppress(ConnectionClosed, TimeoutError, OSError):
                async with asyncio.timeout(4):
                    while not socket.socket.transport.is_closing():
                        socket.socket.transport.write(ping * 200)
                        await asyncio.sleep(0.001)
        assert memory(served) - before < 60_000

    async def test_beside_two_hundred_idle_sockets(self, url: str, ada: User) -> None:
        where, people = thread(ada), [person() for _ in range(10)]
        async with contextlib.AsyncExitStack() as stack:
            for one in people:
                for _ in range(20):
                    await stack.enter_async_context(client(url, session_of(one), ping_interval=None))
            assert await delays(url, ada, where) < 0.35


@contextlib.asynccontextmanager
async def stalled(url: str, ada: User, where: Thread, count: int) -> AsyncIterator[None]:
    """Sockets that watch and never read what comes."""
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(count):
            socket = await stack.enter_async_context(client(url, session_of(ada), max_queue=1, ping_interval=None))
            await socket.watch(where, after=None)
            stop_reading(socket)
            stack.callback(socket.socket.transport.abort)
        yield


def stop_reading(socket: Client) -> None:
    """Reads no more, and lets the kernel hold little of what comes."""
    raw = socket.socket.transport.get_extra_info("socket")
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    socket.socket.transport.pause_reading()


async def delays(
    url: str, ada: User, where: Thread, *, size: int = 10, count: int = 30, watcher: User | None = None
) -> float:
    """The 95th percentile of the seconds from before a commit to its receipt."""
    waits = []
    async with client(url, session_of(watcher or ada)) as socket:
        await socket.watch(where, after=None)
        for number in range(count):
            begun = time.monotonic()
            tell(where, "x" * size)
            await socket.told(number + 1)
            waits.append(time.monotonic() - begun)
    return sorted(waits)[int(len(waits) * 0.95)]


async def test_flooding_is_slowed_down_then_closed(database: str, bell: str, ada: User) -> None:
    with serving(database, PARVIS_REDIS_URL=bell) as slow:
        async with client(slow.urls[0], session_of(ada)) as socket:
            for _ in range(100):
                await socket.send(do="ping")
            assert await socket.code() == limits.TOO_MANY
            refused = [frame for frame in socket.frames if frame["is"] == "error"]
            assert len([frame for frame in socket.frames if frame["is"] == "ok"]) >= 60
            assert {frame["code"] for frame in refused} == {"slow_down"}
            assert len(refused) == limits.BAD_FRAMES
