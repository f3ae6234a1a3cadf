"""Bad clients in a process of their own, so that their work is not taken for the server's.

`python -m tests.realtime.live.bad HOW URL SESSION...` prints "ready", then obeys lines: "on", "off", "end".
"""

import asyncio
import contextlib
import os
import socket as sockets
import sys
from collections.abc import Awaitable, Callable

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

FRAMES_A_SECOND = 400  # of one flooding socket: twenty times what it may
Stage = Callable[["Crowd"], Awaitable[None]]


class Crowd:
    """Sockets of some sessions, twenty each at most."""

    def __init__(self, url: str, sessions: list[str], stream: str) -> None:
        self.url, self.sessions, self.stream = url, sessions, stream
        self.sockets: list[ClientConnection] = []
        self.jobs: list[asyncio.Task[None]] = []

    async def open(self, session: str) -> ClientConnection:
        socket = await connect(
            f"ws://{self.url}/live/socket?protocol=1",
            origin=f"http://{self.url}",  # type: ignore[arg-type]  # a NewType of str
            additional_headers={"Cookie": f"sessionid={session}"},
            compression=None,
            ping_interval=None,
            open_timeout=60,
            max_queue=1,
        )
        await socket.recv()
        self.sockets.append(socket)
        return socket

    async def leave(self) -> None:
        for job in self.jobs:
            job.cancel()
        await asyncio.gather(*self.jobs, return_exceptions=True)
        for socket in self.sockets:
            socket.transport.abort()
        self.jobs, self.sockets = [], []


async def idle(crowd: Crowd) -> None:
    """Twenty sockets a session that watch, and say nothing."""
    for session in crowd.sessions:
        opened = await asyncio.gather(*(crowd.open(session) for _ in range(20)))
        for socket in opened:
            await socket.send(f'{{"do":"watch","ref":1,"stream":"{crowd.stream}","quiet":true}}')


async def slow(crowd: Crowd) -> None:
    """A socket a session that watches and never reads what comes."""
    for session in crowd.sessions:
        socket = await crowd.open(session)
        await socket.send(f'{{"do":"watch","ref":1,"stream":"{crowd.stream}","after":0}}')
        raw = socket.transport.get_extra_info("socket")
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        socket.transport.pause_reading()


async def flood(crowd: Crowd) -> None:
    """A socket a session that asks far more than it may, and comes back when it is closed."""
    crowd.jobs = [asyncio.create_task(keep_flooding(crowd, session)) for session in crowd.sessions]


async def keep_flooding(crowd: Crowd, session: str) -> None:
    while True:
        with contextlib.suppress(ConnectionClosed, OSError, TimeoutError):
            socket = await crowd.open(session)
            reading = asyncio.create_task(read_all(socket))
            crowd.jobs.append(reading)
            while True:
                for number in range(FRAMES_A_SECOND // 20):
                    await socket.send(f'{{"do":"ping","ref":{number}}}')
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)


async def read_all(socket: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for _ in socket:
            pass


STAGES: dict[str, Stage] = {"idle": idle, "slow": slow, "flood": flood}


async def obey(how: str, crowd: Crowd) -> None:
    print("ready", flush=True)
    while (word := (await asyncio.to_thread(sys.stdin.readline)).strip()) in ("on", "off"):
        await (STAGES[how](crowd) if word == "on" else crowd.leave())
        print("done", flush=True)
    await crowd.leave()


if __name__ == "__main__":
    os.nice(5)
    asyncio.run(obey(sys.argv[1], Crowd(sys.argv[2], sys.argv[4:], sys.argv[3])))
