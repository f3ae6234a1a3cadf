"""Bad clients: they are answered or cut, the server lives, and the others notice nothing."""

import asyncio
import contextlib
import json
import random
import socket as sockets
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from intranet.accounts.models import User
from realtime.live import limits
from realtime.threads.models import Thread
from tests.realtime.live.cast import person, session_of, tell, thread
from tests.realtime.live.client import Client, client
from tests.realtime.live.served import Served, serving
from tests.realtime.live.test_frames import HOSTILE

FRAMES = 3_000
pytestmark = pytest.mark.engine("sqlite")  # no database in what is shown here


@pytest.fixture(scope="module")
def served(database: str, bell: str) -> Iterator[Served]:
    """One process that lets a client ask as fast as it likes."""
    with serving(database, PARVIS_REDIS_URL=bell, UNLIMITED="1") as running:
        yield running


@pytest.fixture
def ada(database: str) -> User:
    return person()


async def test_thousands_of_hostile_frames_crash_nothing(served: Served, url: str, ada: User) -> None:
    """Each is answered with an error; the twentieth closes with 4400, or what is no WebSocket ends the line."""
    chance, session, codes, sent = random.Random(7), session_of(ada), [], 0
    before = memory(served)
    while sent < FRAMES:
        async with client(url, session) as socket:
            for _ in range(limits.BAD_FRAMES):
                sent += 1
                with contextlib.suppress(ConnectionClosed):
                    await socket.socket.send(hostile(chance))
            codes.append(await ending(socket))
        refusals = [frame for frame in socket.frames if frame["is"] == "error"]
        assert all(frame["code"] != "internal" and frame["message"] for frame in refusals)
    assert set(codes) <= {limits.BAD_CLIENT, 1006}
    assert codes.count(limits.BAD_CLIENT) > len(codes) / 2
    assert memory(served) - before < 40_000
    assert "Traceback" not in served.log.read_text()


async def ending(socket: Client) -> int | None:
    """How the server ended it; a client that did not do enough does the rest."""
    with contextlib.suppress(ConnectionClosed):
        for _ in range(limits.BAD_FRAMES):
            await socket.socket.send("[]")
    return await socket.code()


def hostile(chance: random.Random) -> str | bytes:
    kind = chance.randrange(6)
    if kind == 0:
        return chance.choice(HOSTILE).encode("utf-8", "replace").decode()
    if kind == 1:
        return chance.randbytes(chance.randrange(200))
    if kind == 2:
        return "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(50)))
    good = {"do": chance.choice(["watch", "unwatch", "say", "typing", "ping", "no"]), "ref": 1, "stream": "thread:1"}
    if kind == 3:
        good[chance.choice(["do", "ref", "stream", "x"])] = chance.choice([None, -1, 1.5, [], {}, "", "x" * 5000, True])
        return json.dumps({**good, "after": chance.choice([-1, "1", None, 2**60, []])})
    if kind == 4:
        text = list(json.dumps({**good, "thread": 1, "cid": "no", "body": 5}))
        for _ in range(3):
            text[chance.randrange(len(text))] = chance.choice('{}[]",:\\0')
        return "".join(text) + "}"
    return json.dumps({**good, "stream": chance.choice(["thread:0", "Thread:1", "a:b", "thread:1\n", "x" * 99])}) + "]"


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
            told = await socket.told(60, wait=20)
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
