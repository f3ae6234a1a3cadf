"""What protects the process from one client: its frames wait their turn, its unread answers are bounded."""

import asyncio
import random
import socket
from contextlib import suppress
from typing import Any

from realtime.live import limits


class Inbox:
    """The queue between a Daphne protocol and its application: reading pauses while 64 frames wait.

    Daphne puts with `put_nowait`; the application takes with `get`.
    """

    def __init__(self, protocol: Any) -> None:
        self.protocol = protocol
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.is_paused = False

    def put_nowait(self, message: dict[str, Any]) -> None:
        self.messages.put_nowait(message)
        if not self.is_paused and self.messages.qsize() >= limits.INBOX_FRAMES:
            self.is_paused = True
            self.protocol.transport.pauseProducing()

    async def get(self) -> dict[str, Any]:
        if self.is_paused and self.messages.qsize() <= limits.INBOX_FRAMES // 2:
            self.is_paused = False
            self.protocol.transport.resumeProducing()
        return await self.messages.get()


def protect(protocol: Any, *, ping_interval: float) -> Inbox:
    """Sets a new WebSocket protocol up and returns its inbox.

    The kernel may hold 256 kB for it and no more; the pings of all clients are spread in time; a client
    that sends pings and never reads the pongs is cut.
    """
    transport = protocol.transport
    with suppress(AttributeError, OSError):
        transport.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.SEND_BUFFER)
    transport.unregisterProducer()  # HTTP's, which has no part in a WebSocket
    protocol.last_ping -= random.uniform(0, ping_interval)  # noqa: S311  # to spread, not to hide
    answer_ping = protocol.onPing

    def answer_or_cut(payload: bytes) -> None:
        if len(transport.dataBuffer) + transport._tempDataLen > limits.PILE_BYTES:
            transport.abortConnection()
        else:
            answer_ping(payload)

    if hasattr(transport, "_tempDataLen"):
        protocol.onPing = answer_or_cut
    return Inbox(protocol)
