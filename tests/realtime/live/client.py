"""A client that speaks nothing but docs/protocol.md."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime.threads.models import Thread

WAIT = 30.0  # seconds; machines of tests are full
Frame = dict[str, Any]


class Client:
    """One socket. Frames are kept as they come; `until` waits for one."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self.ref = 0
        self.closed: int | None = None

    async def receive(self, wait: float = WAIT) -> Frame:
        """The next frame. Raises TimeoutError, and ConnectionClosed with `closed` set to the code."""
        try:
            async with asyncio.timeout(wait):
                frame: Frame = json.loads(await self.socket.recv())
        except ConnectionClosed:
            self.closed = self.socket.close_code
            raise
        self.frames.append(frame)
        return frame

    async def until(self, wanted: Callable[[Frame], bool], wait: float = WAIT) -> Frame:
        """The next frame that is `wanted`, the others kept."""
        async with asyncio.timeout(wait):
            while True:
                if wanted(frame := await self.receive(wait)):
                    return frame

    async def drain(self, quiet: float = 0.6) -> list[Frame]:
        """Everything that comes until nothing came for a while, or until the end."""
        before = len(self.frames)
        try:
            while True:
                await self.receive(quiet)
        except (TimeoutError, ConnectionClosed):
            return self.frames[before:]

    async def send(self, **frame: Any) -> int:
        """Sends a frame with a new `ref`, which is returned."""
        self.ref += 1
        await self.socket.send(json.dumps({"ref": self.ref, **frame}))
        return self.ref

    async def ask(self, do: str, **fields: Any) -> Frame:
        """The answer to an action."""
        ref = await self.send(do=do, **fields)
        return await self.until(lambda frame: frame.get("ref") == ref)

    async def watch(self, thread: Thread, after: int | None = 0) -> Frame:
        return await self.ask("watch", stream=f"thread:{thread.pk}", **({} if after is None else {"after": after}))

    async def code(self, wait: float = WAIT) -> int | None:
        """The code the server closes with."""
        try:
            async with asyncio.timeout(wait):
                while True:
                    await self.receive(wait)
        except ConnectionClosed:
            return self.closed

    def events(self) -> list[Frame]:
        return [frame for frame in self.frames if frame["is"] == "event"]

    def texts(self) -> list[str]:
        """What the events tell, in the order they came."""
        return [frame["payload"].get("text") or frame["payload"].get("body") for frame in self.events()]

    async def told(self, count: int, wait: float = WAIT) -> list[str]:
        """What was told, once there are `count` events."""
        async with asyncio.timeout(wait):
            while len(self.events()) < count:
                await self.receive(wait)
        return self.texts()


@asynccontextmanager
async def client(url: str, session: str | None, *, protocol: str = "1", **more: Any) -> AsyncIterator[Client]:
    """A socket with the cookie `session`, welcomed unless `welcomed=False`."""
    welcomed = more.pop("welcomed", True)
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    options = {"origin": f"http://{url}", "compression": None, "max_size": None, "close_timeout": 2, **more}
    async with connect(
        f"ws://{url}/live/socket?protocol={protocol}", **{"additional_headers": headers, **options}
    ) as socket:
        made = Client(socket)
        if welcomed:
            await made.until(lambda frame: frame["is"] == "welcome")
        yield made
