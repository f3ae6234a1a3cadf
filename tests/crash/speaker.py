"""A small client of Parvis: it speaks docs/protocol.md and the forms of the pages, and knows nothing else of us."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.files import File
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

Frame = dict[str, Any]
PATIENCE = 4.0  # seconds for an answer: a process that stands still is given up, and asked elsewhere
FATAL = 1011  # what a server says that fell over
CSRF = "c" * 32


class Away(Exception):
    """The line broke, or no answer came in time: whatever was asked may or may not have been done."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """One socket. Answers are handed to who asked; other frames wait for `receive`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.ref, self.patience = 0, PATIENCE
        self.asked: dict[int, asyncio.Future[Frame]] = {}
        self.frames: asyncio.Queue[Frame | None] = asyncio.Queue()
        self.listening = asyncio.create_task(self._listen())

    async def ask(self, do: str, **fields: Any) -> Frame:
        """The answer to an action. Raises Away."""
        self.ref += 1
        ref = self.ref
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self.asked[ref] = answer
        try:
            async with asyncio.timeout(self.patience):
                await self.socket.send(json.dumps({"do": do, "ref": ref, **fields}))
                return await answer  # other questions may be asked meanwhile
        except (ConnectionClosed, TimeoutError) as error:
            raise Away from error
        finally:
            self.asked.pop(ref, None)

    async def receive(self, wait: float) -> Frame | None:
        """The next frame that answers nothing, None after `wait` seconds of silence. Raises Away at the end."""
        try:
            frame = await asyncio.wait_for(self.frames.get(), wait)
        except TimeoutError:
            return None
        if frame is None:
            raise Away
        return frame

    @property
    def code(self) -> int | None:
        """What it was closed with, None while it is open."""
        return self.socket.close_code

    async def close(self) -> None:
        self.listening.cancel()
        with suppress(Exception):
            self.socket.transport.abort()

    async def _listen(self) -> None:
        try:
            async for text in self.socket:
                self._take(json.loads(text))
        finally:
            self.frames.put_nowait(None)
            for answer in self.asked.values():
                if not answer.done():
                    answer.set_exception(Away())

    def _take(self, frame: Frame) -> None:
        answer = self.asked.get(frame.get("ref") or 0)
        if answer is None:
            self.frames.put_nowait(frame)
        elif not answer.done():
            answer.set_result(frame)


async def open_line(url: str, session: str) -> Line:
    """A socket with the cookie `session` at `url` (http://...). Raises Away."""
    place = urlsplit(url).netloc
    try:
        async with asyncio.timeout(PATIENCE):
            socket = await connect(
                f"ws://{place}/live/socket?protocol=1",
                origin=url,  # type: ignore[arg-type]  # a NewType of str
                additional_headers={"Cookie": f"sessionid={session}"},
                compression=None,
                max_size=None,
                ping_interval=None,
                open_timeout=None,
            )
    except (OSError, InvalidHandshake, InvalidMessage, TimeoutError, EOFError) as error:
        raise Away from error
    return Line(socket)


async def fetch(
    url: str, path: str, session: str, form: dict[str, Any] | None = None, *, patience: float = PATIENCE
) -> Reply:
    """GET `path`, or POST `form` as the script of a page does, with its files. Raises Away."""
    fields = form or {}
    has_files = any(isinstance(value, File) for value in fields.values())
    body = encode_multipart(BOUNDARY, fields) if has_files else urlencode(fields).encode()
    head = [
        f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        f"Cookie: sessionid={session}; csrftoken={CSRF}",
        f"Origin: {url}",
        f"X-CSRFToken: {CSRF}",
        "X-Requested-With: fetch",
        "Connection: close",
        f"Content-Type: {MULTIPART_CONTENT if has_files else 'application/x-www-form-urlencoded'}",
        f"Content-Length: {len(body)}",
    ]
    try:
        async with asyncio.timeout(patience):
            return await exchange(url, "\r\n".join(head).encode() + b"\r\n\r\n" + body)
    except (OSError, TimeoutError, EOFError, ValueError) as error:
        raise Away from error


async def exchange(url: str, request: bytes) -> Reply:
    """The whole answer to a request as it stands. Raises OSError, EOFError or ValueError."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        writer.write(request)
        await writer.drain()
        return _read(await reader.read(-1))
    finally:
        writer.close()


def _read(answer: bytes) -> Reply:
    """The parts of a whole answer. Raises ValueError for one that was cut."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        raise ValueError("no whole answer")
    first, *lines = head.decode("latin1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = _unchunked(body)
    elif len(body) != int(headers.get("content-length", len(body))):
        raise ValueError("the answer was cut")
    return Reply(int(first.split(" ")[1]), headers, body)


def _unchunked(body: bytes) -> bytes:
    whole = b""
    while True:
        size, found, body = body.partition(b"\r\n")
        length = int(size, 16)
        if not found or len(body) < length + 2:
            raise ValueError("the answer was cut")
        if length == 0:
            return whole
        whole, body = whole + body[:length], body[length + 2 :]
