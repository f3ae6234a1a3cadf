"""Handing the same bytes to everybody: what is ready in one turn of the loop goes out as one write."""

import asyncio
from collections.abc import Callable

from realtime.live.connection import Connection
from realtime.live.log import Frames
from realtime.live.ring import Ring


class Delivery:
    """Publishes events into rings and writes them out once a turn. `before` runs before each write-out."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, before: Callable[[], None]) -> None:
        self.loop = loop
        self.before = before
        self.moved: set[Ring] = set()

    def publish(self, ring: Ring, events: Frames) -> None:
        """Adds what is new of `events` to the ring. The caller has asked who may still see them.

        Before an event that rewrites, those who are level are told the rest; whoever lags reads the log as it is now.
        """
        for told in events:
            if told.rewrites:
                self.write_out()
            if told.rewrites or told.seq > ring.head + 1:
                ring.skip_to(max(ring.head, told.seq - 1))
            if told.seq == ring.head + 1:
                ring.push(told.frame)
                self._mark(ring)

    def _mark(self, ring: Ring) -> None:
        if not self.moved:
            self.loop.call_soon(self.write_out)
        self.moved.add(ring)

    def write_out(self) -> None:
        """Writes what was published since the last turn."""
        rings, self.moved = self.moved, set()
        self.before()
        if len(rings) == 1:
            _broadcast(rings.pop())
            return
        lacking: dict[Connection, None] = {}
        for ring in rings:
            ring.sent = ring.head
            lacking.update(dict.fromkeys(ring.watches))
        for connection in lacking:
            connection.catch_up()


def _broadcast(ring: Ring) -> None:
    start, ring.sent = ring.sent, ring.head
    data, head = ring.after(start) if ring.holds_after(start) else (b"", start)
    for connection, watch in list(ring.watches.items()):
        if data and watch.cursor == start and not connection.pending and connection.outlet.offer(data):
            watch.cursor = head
        if watch.cursor != ring.head:
            connection.catch_up()
