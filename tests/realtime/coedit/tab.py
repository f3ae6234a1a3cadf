"""A client of docs/coediting.md: a copy of the text, what it wrote and was not answered yet, and what it was told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from pycrdt import Doc, XmlFragment
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime.coedit import limits
from realtime.coedit.wire import Reader, sized, uint
from tests.realtime.coedit.writing import new_doc, paragraph, shape, updates_of

WAIT = 30.0  # seconds; machines of tests are full
Frame = dict[str, Any]


class Tab:
    """One text in one tab, over one connection after the other."""

    def __init__(self, doc: Doc[XmlFragment] | None = None) -> None:
        self.doc = doc if doc is not None else new_doc()
        self.frames: list[Frame] = []
        self.cursors: dict[int, Any] = {}
        self.received = self.heard = 0  # updates, frames
        self.sent = self.acked = 0
        self.closed: int | None = None
        self.socket: ClientConnection | None = None
        self.moved = asyncio.Event()

    @property
    def text(self) -> Any:
        return self.doc.get("prosemirror", type=XmlFragment)

    @property
    def shape(self) -> Any:
        return shape(self.text)

    def words(self) -> list[str]:
        """The text of each paragraph."""
        return ["".join(str(piece) for piece, _ in child.children[0].diff()) for child in self.text.children]

    # --- writing ---

    async def write(self, act: Callable[[Any], Any]) -> int:
        """Changes the text and sends what that says; returns the number of the last update."""
        for update in updates_of(self.doc, act):
            await self.send(update)
        return self.sent

    async def add(self, words: str) -> int:
        """A paragraph at the end."""
        return await self.write(lambda text: text.children.append(paragraph(words)))

    async def type(self, words: str, place: int = 0) -> int:
        """Letter by letter at the end of a paragraph."""
        for letter in words:
            await self.write(lambda text, letter=letter: put_last(text, place, letter))  # type: ignore[misc]
        return self.sent

    async def send(self, update: bytes) -> None:
        self.sent += 1
        await self.say(uint(0) + uint(2) + sized(update))

    async def ask(self) -> None:
        """Says how far this tab has come."""
        await self.say(uint(0) + uint(0) + sized(self.doc.get_state()))

    async def point(self, state: Any, *, client: int | None = None, clock: int = 1) -> None:
        """Says where the cursor is."""
        told = json.dumps(state).encode()
        entry = uint(client or self.doc.client_id) + uint(clock) + sized(told)
        await self.say(uint(1) + sized(uint(1) + entry))

    async def say(self, data: bytes | str) -> None:
        assert self.socket
        with suppress(ConnectionClosed):
            await self.socket.send(data)

    # --- hearing ---

    async def listen(self) -> None:
        """Takes in what comes until the connection ends. Who stops listening by themselves has closed nothing yet."""
        assert self.socket
        try:
            async for frame in self.socket:
                self.heard += 1
                if isinstance(frame, str):
                    self.told(json.loads(frame))
                else:
                    await self.hear(Reader(frame))
                self.moved.set()
        except ConnectionClosed:
            pass
        finally:
            listening = asyncio.current_task()
            if listening and not listening.cancelling():
                self.closed = self.socket.close_code or 0
                self.moved.set()

    def told(self, frame: Frame) -> None:
        self.frames.append(frame)
        if frame["is"] == "ack":
            self.acked = frame["n"]

    async def hear(self, frame: Reader) -> None:
        if frame.uint() == 1:
            self.hear_cursors(Reader(frame.bytes()))
            return
        kind, data = frame.uint(), frame.bytes()
        if kind == 0:
            await self.answer(data)
        else:
            self.received += 1
            self.doc.apply_update(data)

    async def answer(self, clocks: bytes) -> None:
        """Gives what the server lacks: it counts as one update."""
        self.sent += 1
        await self.say(uint(0) + uint(1) + sized(self.doc.get_update(clocks)))

    def hear_cursors(self, reader: Reader) -> None:
        for _ in range(reader.uint()):
            client, _, state = reader.uint(), reader.uint(), json.loads(reader.text())
            self.cursors.pop(client, None) if state is None else self.cursors.__setitem__(client, state)

    async def until(self, wanted: Callable[[], Any], wait: float = WAIT) -> Any:
        """What `wanted` returns once it is something, looked at after every frame."""
        async with asyncio.timeout(wait):
            while not (found := wanted()):
                self.moved.clear()
                await self.moved.wait()
        return found

    async def syncs(self) -> bool:
        """Whether the server gave what this tab lacks before it closed the connection."""
        await self.ask()
        try:
            await self.until(lambda: self.closed is not None or "synced" in self.kinds())
        except TimeoutError:
            told = f"told {self.kinds()}, {self.heard} frames, {self.received} updates"
            raise AssertionError(f"neither synced nor closed, {told}") from None
        if "synced" not in self.kinds():
            return False
        await self.frame("synced")
        return True

    async def frame(self, kind: str, wait: float = WAIT) -> Frame:
        """The first frame of a kind, which is then forgotten."""
        found: Frame = await self.until(lambda: next((f for f in self.frames if f["is"] == kind), None), wait)
        self.frames.remove(found)
        return found

    async def saved(self, wait: float = WAIT) -> None:
        """Returns when everything sent is committed."""
        await self.until(lambda: self.acked == self.sent, wait)

    async def code(self, wait: float = WAIT) -> int | None:
        """The code the connection was closed with."""
        await self.until(lambda: self.closed is not None, wait)
        return self.closed

    def kinds(self) -> list[str]:
        return [frame["is"] for frame in self.frames]


@asynccontextmanager
async def online(
    tab: Tab, url: str, session: str | None, document_id: int, *, synced: bool = True, **more: Any
) -> AsyncIterator[Tab]:
    """A tab connected while the block lasts; synced with the document unless `synced=False`.

    As the protocol wants it of a client, it comes again where the database was away.
    """
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    options = {"origin": f"http://{url}", "compression": None, "max_size": None, "close_timeout": 2, **more}
    address = f"ws://{url}/live/documents/{document_id}?protocol=1"
    patience = asyncio.get_running_loop().time() + WAIT
    while True:
        async with connect(address, **{"additional_headers": headers, **options}) as socket:
            tab.socket, tab.closed, tab.sent, tab.acked = socket, None, 0, 0
            listening = asyncio.create_task(tab.listen())
            try:
                if not synced or await tab.syncs():
                    yield tab
                    return
            finally:
                listening.cancel()
                [ended] = await asyncio.gather(listening, return_exceptions=True)
            assert tab.closed == limits.AWAY, f"closed with {tab.closed}, {ended!r}, told {tab.kinds()}"
            assert asyncio.get_running_loop().time() < patience
        await asyncio.sleep(0.5)


def put_last(text: Any, place: int, letter: str) -> None:
    inside = text.children[place].children[0]
    inside.insert(sum(len(str(piece).encode()) for piece, _ in inside.diff()), letter)


async def meet(*tabs: Tab, wait: float = WAIT) -> None:
    """Returns when all tabs show the same text and everything they sent is committed."""
    await eventually(lambda: all(tab.acked == tab.sent and tab.shape == tabs[0].shape for tab in tabs), wait)


async def eventually(wanted: Callable[[], Any], wait: float = WAIT) -> None:
    """Returns once `wanted` is true of something that tells nobody when it changes."""
    until = asyncio.get_running_loop().time() + wait
    while not wanted():
        assert asyncio.get_running_loop().time() < until, "it never came"
        await asyncio.sleep(0.02)
