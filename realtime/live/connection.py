"""One open socket: who is at the other end, what they watch, and what they still lack. Never a queue of events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from realtime.live import frames, limits
from realtime.live.outlet import Outlet
from realtime.live.rates import Bucket

if TYPE_CHECKING:
    from realtime.live.mail import Mail
    from realtime.live.people import Visitor
    from realtime.live.ring import Watch

PIECES_A_TURN = 4


class Connection:
    """A socket's state. Everything here runs on the hub's loop and never waits.

    `fetch(watch)` is asked for events that the ring no longer holds; it must end by calling `catch_up`.
    """

    pile_bytes = limits.PILE_BYTES

    def __init__(self, visitor: Visitor, outlet: Outlet, *, fetch: Callable[[Watch], None], slot: int = 0) -> None:
        self.visitor = visitor
        self.outlet = outlet
        self.fetch = fetch
        self.slot = slot
        self.watches: dict[str, Watch] = {}
        self.pending: list[bytes] = []
        self.pending_bytes = 0
        self.strikes = 0
        self.in_flight = 0
        self.bucket = Bucket.of_socket()
        self.is_level = False  # nothing waits: its rings write straight to its socket
        self.is_closed = False
        self.closed_with: int | None = None  # by us
        self.mail: Mail | None = None  # once a hub has taken it in
        self.room = asyncio.Event()
        self.room.set()
        outlet.drained = self.catch_up
        outlet.held = self.lower

    @property
    def person_id(self) -> int:
        return self.visitor.user.pk

    @property
    def deadline(self) -> datetime:
        return self.visitor.deadline

    def reply(self, frame: dict[str, Any]) -> None:
        """Sends a frame that must arrive: an answer, a reset, a farewell."""
        self.send(frames.encode(frame))

    def send(self, data: bytes) -> None:
        """As `reply`, for a frame already encoded. A reader that lets more than 2 MiB pile up is cut."""
        if self.is_closed:
            return
        self.lower()
        self.pending.append(data)
        self.pending_bytes += len(data)
        if self.pending_bytes > limits.REPLIES_BYTES:
            self.room.clear()
        if self.pending_bytes > self.pile_bytes:
            self.is_closed = True
            self.outlet.cut()
        else:
            asyncio.get_running_loop().call_soon(self.catch_up)

    def mention(self, data: bytes) -> None:
        """Sends a frame that may be lost, such as who is typing: not to a connection that lags."""
        if not self.is_closed and not self.outlet.is_full:
            self.outlet.write(data)

    def hold(self, data: bytes) -> None:
        """Keeps the rest of what its socket did not take at once; nothing is left where the socket is gone."""
        self.lower()
        if data:
            self.outlet.keep(data)

    def catch_up(self) -> None:
        """Writes what the client lacks, until it is level, its socket is full or the database must be asked."""
        self.lower()
        for _ in range(PIECES_A_TURN):
            if self.is_closed:
                return
            if self.outlet.is_full:
                self.outlet.wait_for_room()
                return
            piece = self._next_piece()
            if not piece:
                self.rise()
                return
            if not self.outlet.write(piece):
                return
        asyncio.get_running_loop().call_soon(self.catch_up)

    def rise(self) -> None:
        """Lets its rings write straight to its socket, where it lacks nothing and nothing waits."""
        send = self.outlet.straight()
        if send is None:
            return
        self.is_level = True
        for watch in self.watches.values():
            watch.ring.rise(watch, send)

    def lower(self) -> None:
        """Ends that: something waits, so that it must be asked before more is written."""
        if self.is_level:
            self.is_level = False
            for watch in self.watches.values():
                watch.ring.lower(watch)

    def close(self, code: int) -> None:
        """Says what must still be said, and goodbye."""
        if self.is_closed:
            return
        self.lower()
        if self.pending:
            self.outlet.write(self._take_pending())
        self.is_closed, self.closed_with = True, code
        self.room.set()
        self.outlet.close(code)

    def _next_piece(self) -> bytes:
        piece = self._take_pending()
        for watch in self.watches.values():
            if len(piece) >= limits.PIECE_BYTES:
                break
            if watch.cursor < watch.ring.head and not watch.fetching:
                piece += self._events(watch)
        return piece

    def _events(self, watch: Watch) -> bytes:
        if not watch.ring.holds_after(watch.cursor):
            watch.fetching = True
            self.fetch(watch)
            return b""
        data, watch.cursor = watch.ring.after(watch.cursor)
        return data

    def _take_pending(self) -> bytes:
        if not self.pending:
            return b""
        data = b"".join(self.pending)
        self.pending.clear()
        self.pending_bytes = 0
        self.room.set()
        return data
