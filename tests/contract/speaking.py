"""One speaker of the protocol: asks, and waits for the frames that docs/protocol.md tells of."""

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.crash.speaker import Away, Frame, Line

WAIT = 30.0  # seconds; machines of tests are full


class Speaker:
    """A socket whose frames are all kept in `heard`."""

    def __init__(self, line: Line, session: str = "") -> None:
        self.line, self.session = line, session
        self.heard: list[Frame] = []

    async def ask(self, do: str, **fields: Any) -> Frame:
        """The answer to an action."""
        return await self.line.ask(do, **fields)

    async def raw(self, data: str | bytes) -> None:
        await self.line.socket.send(data)

    async def watch(self, thread: int, after: int | None = None, **more: Any) -> Frame:
        place = {} if after is None else {"after": after}
        return await self.ask("watch", stream=f"thread:{thread}", **place, **more)

    async def say(self, thread: int, body: str, cid: str | None = None, **more: Any) -> Frame:
        return await self.ask("say", thread=thread, cid=cid or str(uuid.uuid4()), body=body, **more)

    async def next(self, kind: str, wanted: Callable[[Frame], bool] = lambda frame: True, wait: float = WAIT) -> Frame:
        """The next frame whose `is` is `kind` and which is `wanted`, those before it kept in `heard`."""
        until = time.monotonic() + wait
        while (left := until - time.monotonic()) > 0:
            frame = await self.line.receive(left)
            if frame is not None:
                self.heard.append(frame)
                if frame["is"] == kind and wanted(frame):
                    return frame
        raise TimeoutError(f"no {kind} among {self.heard}")

    async def events(self, count: int) -> list[Frame]:
        """The next `count` events."""
        return [await self.next("event") for _ in range(count)]

    async def silence(self, seconds: float) -> list[Frame]:
        """What is heard in the next seconds, but for who is here and where streams stand."""
        before, until = len(self.heard), time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                frame = await self.line.receive(left)
            except Away:
                break
            self.heard += [frame] if frame else []
        return [frame for frame in self.heard[before:] if frame["is"] not in ("here", "heads")]

    async def end(self, wait: float = WAIT) -> int | None:
        """The code that the server closes with; what it says before is kept in `heard`."""
        try:
            async with asyncio.timeout(wait):
                while True:
                    frame = await self.line.receive(wait)
                    self.heard += [frame] if frame else []
        except (Away, ConnectionClosed):
            await self.line.socket.wait_closed()
            return self.line.code


def documented(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table after a heading of a document, without its head."""
    lines = text.partition(f"\n## {heading}\n")[2].splitlines()
    rows: list[list[str]] = []
    for line in lines:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").replace(r"\|", "/").split("|")])
        elif rows:
            break
    return rows[2:]
