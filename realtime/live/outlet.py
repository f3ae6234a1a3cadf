"""The two ways out to a client: straight into the socket that Daphne holds, or through any server's `send`."""

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from realtime.live import frames, limits

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outlet(Protocol):
    """Where a connection writes whole frames. `held` is called when bytes begin to wait, `drained` when there is room again."""

    drained: Callable[[], None]
    held: Callable[[], None]

    @property
    def is_full(self) -> bool:
        """Whether earlier bytes still wait: write nothing but what must not be lost, until `drained`."""

    def write(self, data: bytes) -> bool:
        """Sends or keeps all of `data`; False when from now on the outlet is full."""

    def keep(self, data: bytes) -> None:
        """Keeps what the socket did not take; it goes out before anything else."""

    def straight(self) -> Callable[[bytes], int] | None:
        """The socket's own `send`, good until `held` is called; None where nobody may write past this outlet."""

    def wait_for_room(self) -> None:
        """Promises to call `drained` once the bytes that wait have left, whoever wrote them."""

    def close(self, code: int) -> None:
        """Says goodbye with `code`, 1000 or 4xxx."""

    def cut(self) -> None:
        """Drops the client without waiting for it."""


class SocketOutlet:
    """Writes framed bytes to the socket of a Daphne protocol; what does not fit goes to its transport.

    While bytes wait in the transport, this is its pull producer and hears when they have left. It also hears whatever
    others give to the transport (a pong, a goodbye): nothing is written to the socket past bytes that wait.
    """

    def __init__(self, protocol: Any) -> None:
        self.protocol = protocol
        self.transport = protocol.transport
        self.socket: socket.socket = protocol.transport.socket
        self.drained: Callable[[], None] = _nothing
        self.held: Callable[[], None] = _nothing
        self.open = protocol.STATE_OPEN
        self.is_pulling = False
        self.to_transport: Callable[[bytes], None] = self.transport.write
        self.transport.write = self._overhear

    @staticmethod
    def fits(protocol: Any) -> bool:
        """Whether this version of Twisted has the private attributes used here, and the transport is plain TCP."""
        transport = getattr(protocol, "transport", None)
        return (
            isinstance(getattr(transport, "dataBuffer", None), bytes)
            and isinstance(getattr(transport, "_tempDataBuffer", None), list)
            and isinstance(getattr(transport, "socket", None), socket.socket)
            and not getattr(transport, "TLS", False)
            and hasattr(protocol, "STATE_OPEN")
        )

    @property
    def is_full(self) -> bool:
        return bool(self.transport.dataBuffer or self.transport._tempDataBuffer)

    def write(self, data: bytes) -> bool:
        if self.is_full:
            self.keep(data)
            return False
        if self.protocol.state != self.open:
            return True  # a goodbye was said: nothing may follow it
        try:
            sent = self.socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return True  # gone: the reactor is about to notice
        if sent != len(data):
            self.keep(data[sent:])
        return not self.is_full

    def keep(self, data: bytes) -> None:
        if self.protocol.state == self.open:
            self.transport.write(data)
            self.wait_for_room()

    def straight(self) -> Callable[[bytes], int] | None:
        return self.socket.send if self.protocol.state == self.open and not self.is_full else None

    def wait_for_room(self) -> None:
        if not self.is_pulling and self.protocol.state == self.open and self.transport.connected:
            self.is_pulling = True
            self.transport.registerProducer(self, False)

    def close(self, code: int) -> None:
        self._stop_pulling()
        self.protocol.serverClose(code)

    def cut(self) -> None:
        self._stop_pulling()
        self.transport.abortConnection()

    def resumeProducing(self) -> None:  # noqa: N802  # Twisted's name
        if self.protocol.state != self.open:
            self._stop_pulling()
        elif not self.is_full:
            self._stop_pulling()
            self.drained()

    def stopProducing(self) -> None:  # noqa: N802  # Twisted's name
        self.is_pulling = False

    def _overhear(self, data: bytes) -> None:
        self.held()
        self.to_transport(data)

    def _stop_pulling(self) -> None:
        if self.is_pulling:
            self.is_pulling = False
            self.transport.unregisterProducer()


class SendOutlet:
    """Sends one frame after another through the ASGI `send` of any server."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.drained: Callable[[], None] = _nothing
        self.held: Callable[[], None] = _nothing
        self.waiting: deque[dict[str, Any]] = deque()
        self.sending: asyncio.Task[None] | None = None
        self.is_closed = False

    @property
    def is_full(self) -> bool:
        return self.sending is not None

    def write(self, data: bytes) -> bool:
        for each in frames.unframed(data):
            self._put({"type": "websocket.send", "text" if isinstance(each, str) else "bytes": each})
        return False

    def keep(self, data: bytes) -> None:
        self.write(data)

    def straight(self) -> None:
        return None

    def wait_for_room(self) -> None:
        """Nothing to do: `drained` follows every sending."""

    def close(self, code: int) -> None:
        self._put({"type": "websocket.close", "code": code})
        self.is_closed = True

    def cut(self) -> None:
        self.waiting.clear()
        self.close(limits.TOO_SLOW)

    def _put(self, *messages: dict[str, Any]) -> None:
        if self.is_closed:
            return
        self.waiting.extend(messages)
        if self.sending is None:
            self.sending = asyncio.ensure_future(self._send_waiting())

    async def _send_waiting(self) -> None:
        try:
            while self.waiting:
                await self.send(self.waiting.popleft())
        finally:
            self.sending = None
        self.drained()


def _nothing() -> None:
    """Until a connection asks to be told."""
