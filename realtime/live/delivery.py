"""Handing the same bytes to everybody: what a stream has ready in one turn of the loop goes out as one write."""

import asyncio
from collections.abc import Callable

from realtime.live.log import Frames
from realtime.live.ring import Ring, Watch


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
        for ring in rings:
            broadcast(ring)


def broadcast(ring: Ring) -> None:
    """Brings the watchers of a ring to its head: those who are level with one write each, the others as they can."""
    data, head = ring.after(ring.sent) if ring.holds_after(ring.sent) else (b"", ring.sent)
    if head != ring.head:  # it is too much for one write
        for watch in list(ring.level):
            ring.lower(watch)
    short = _send(ring, data)
    ring.sent = ring.head
    for watch, sent in short:
        watch.connection.hold(data[sent:])
    for watch in list(ring.behind):
        watch.connection.catch_up()


def _send(ring: Ring, data: bytes) -> list[tuple[Watch, int]]:
    """Sends `data` to those who are level; returns those whose socket did not take all of it, with how much it took.

    Of each watcher only the socket is touched: with thousands of them, what is not in the processor's cache is the cost.
    """
    short: list[tuple[int, int]] = []
    size = len(data)
    for place, send in enumerate(ring.level.values()):
        try:
            sent = send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            short.append((place, size))  # gone: the reactor is about to notice
            continue
        if sent != size:
            short.append((place, sent))
    level = list(ring.level) if short else []
    return [(level[place], sent) for place, sent in short]
