"""The one hub of a process: who is connected, what they watch, and what has been heard."""

import asyncio
import logging
import secrets
from datetime import UTC, datetime
from typing import Protocol

from realtime.live import limits
from realtime.live.actions import Refused
from realtime.live.connection import Connection
from realtime.live.database import Together, in_database
from realtime.live.delivery import Delivery
from realtime.live.log import Asked, Door, Frames, Place, open_doors, read_between
from realtime.live.mail import Mail
from realtime.live.people import Visitor, admit
from realtime.live.presence import Presence
from realtime.live.rates import Bucket
from realtime.live.ring import Ring, Watch
from realtime.live.ringer import Ringer

logger = logging.getLogger(__name__)
FOREVER = datetime.max.replace(tzinfo=UTC)


class Listener(Protocol):
    """Somebody else in this process who lives by the same bell, as the rooms of shared documents do."""

    def hear(self, moved: dict[str, int]) -> None:
        """These names moved, to these heads."""

    def hear_access(self) -> None:
        """A right was taken away somewhere."""

    async def end(self) -> None:
        """The server stops: finish what was begun."""


class Hub:
    """Holds the connections and rings of this process. Everything runs on its loop unless said otherwise.

    `seen` is the newest access epoch heard of, `people_epoch` the one at which everybody connected was
    last found signed in. What is read at an older epoch than `seen` is asked again.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.mail = Mail(loop)
        self.name = secrets.token_hex(4)
        self.connections: dict[Connection, None] = {}
        self.rings: dict[str, Ring] = {}
        self.buckets: dict[int, Bucket] = {}
        self.sockets: dict[int, int] = {}
        self.kept_out: dict[str, float] = {}
        self.rung: set[Ring] = set()
        self.wake = asyncio.Event()
        self.is_access_rung = False
        self.seen = self.people_epoch = 0
        self.next_deadline = FOREVER
        self.beat_at = loop.time()
        self.doors: Together[Asked, Door] = Together(open_doors)
        self.admissions: Together[str, Visitor | None] = Together(admit)
        self.delivery = Delivery(loop, before=self.dismiss_overdue)
        self.ringer = Ringer(self.name)
        self.presence = Presence(self)
        self.tasks: list[asyncio.Task[None]] = []
        self.fetches: set[asyncio.Task[None]] = set()
        self.listeners: list[Listener] = []

    # --- coming and going ---

    async def admit(self, session_key: str) -> Visitor | None:
        """The visitor with this session, found after everything this hub has heard of; None when signed out."""
        while True:
            visitor = await self.admissions.ask(session_key)
            if visitor is None or visitor.epoch >= self.seen:
                return visitor

    def keep_out(self, session_key: str) -> None:
        """Lets no socket of this session in for half a minute: coming back at once would cost the others as much."""
        now = self.loop.time()
        self.kept_out = {key: until for key, until in self.kept_out.items() if until > now}
        self.kept_out[session_key] = now + limits.KEPT_OUT

    def is_kept_out(self, session_key: str) -> bool:
        return self.kept_out.get(session_key, 0.0) > self.loop.time()

    def join(self, connection: Connection) -> bool:
        """Takes in a connection; False when the person has too many sockets already."""
        person = connection.person_id
        if self.sockets.get(person, 0) >= limits.SOCKETS_A_PERSON:
            return False
        self.hear_epoch(connection.visitor.epoch)
        connection.mail = self.mail
        self.sockets[person] = self.sockets.get(person, 0) + 1
        self.buckets.setdefault(person, Bucket.of_person())
        self.connections[connection] = None
        self.next_deadline = min(self.next_deadline, connection.deadline)
        return True

    def leave(self, connection: Connection) -> None:
        """Forgets a connection, as often as one likes."""
        connection.is_closed = True
        connection.room.set()
        if connection not in self.connections:
            return
        del self.connections[connection]
        for name in list(connection.watches):
            self.unwatch(connection, name)
        person = connection.person_id
        self.sockets[person] -= 1
        if not self.sockets[person]:
            del self.sockets[person], self.buckets[person]

    def dismiss(self, connection: Connection, code: int) -> None:
        """Closes a socket from our side."""
        connection.close(code)
        self.leave(connection)

    def dismiss_overdue(self) -> None:
        """Closes the sockets whose time is over: the session's, the account's or their own."""
        now = datetime.now(UTC)
        if now < self.next_deadline:
            return
        for connection in [connection for connection in self.connections if connection.deadline <= now]:
            is_signed_out = connection.visitor.signed_in_until <= now
            self.dismiss(connection, limits.SIGNED_OUT if is_signed_out else limits.LIFE_OVER)
        self.set_next_deadline()

    def set_next_deadline(self) -> None:
        self.next_deadline = min((connection.deadline for connection in self.connections), default=FOREVER)

    # --- watching ---

    async def watch(
        self, connection: Connection, kind: str, key: int, after: int | None, *, quiet: bool = False
    ) -> int:
        """Begins to send the stream's events after `after`, from its head for None; returns the head.

        Who watches a stream is shown to its other watchers, but for the `quiet` ones.
        Raises Refused `not_found` when the person may not see it, or `too_many`.
        """
        if len(connection.watches) >= limits.WATCHES_A_SOCKET:
            raise Refused("too_many")
        door = await self._door(Asked(kind, key, connection.person_id))
        if not door.is_open or connection.is_closed:
            raise Refused("not_found")
        ring = self._ring(kind, key, door)
        watch = Watch(connection, ring, ring.head if after is None else after, is_quiet=quiet)
        ring.add(watch)
        connection.watches[ring.name] = watch
        if not 0 <= ring.head - watch.cursor <= limits.GAP_EVENTS and not door.head >= watch.cursor > ring.head:
            self.reset(watch)
        self.presence.changed(ring)
        self.loop.call_soon(connection.catch_up)
        return ring.head

    def unwatch(self, connection: Connection, name: str) -> None:
        """Stops sending a stream; nothing happens when it was not watched."""
        watch = connection.watches.pop(name, None)
        if watch is None:
            return
        watch.ring.remove(connection)
        watch.ring.left_at = self.loop.time()
        self.presence.changed(watch.ring)

    def reset(self, watch: Watch) -> None:
        """Tells a client that lacks too much to fetch afresh; it goes on from the head."""
        watch.cursor = watch.ring.head
        watch.connection.reply({"is": "reset", "stream": watch.ring.name, "head": watch.cursor})

    async def _door(self, asked: Asked) -> Door:
        while True:
            door = await self.doors.ask(asked)
            if door.epoch >= self.seen:
                self.hear_epoch(door.epoch)
                return door

    def _ring(self, kind: str, key: int, door: Door) -> Ring:
        name = f"{kind}:{key}"
        ring = self.rings.get(name)
        if ring is None or ring.stream_id != door.stream_id:
            ring = self.rings[name] = Ring(kind, key, stream_id=door.stream_id, head=door.head, epoch=door.epoch)
        if not ring.watches:
            ring.epoch, ring.asked_at = door.epoch, self.loop.time()
            if door.head > ring.head + limits.RING_EVENTS:
                ring.skip_to(door.head)
        if door.head > ring.head:
            self.ring(ring)
        return ring

    # --- hearing ---

    def hear(self, moved: dict[str, int]) -> None:
        """Somebody says that streams moved, by name and head: to be read unless it is old news."""
        for name, head in moved.items():
            ring = self.rings.get(name)
            if ring and ring.watches and head > ring.head:
                self.ring(ring)
        for listener in self.listeners:
            listener.hear(moved)

    def hear_access(self) -> None:
        """Somebody says that a right was taken away somewhere: everybody is to be asked about."""
        self.is_access_rung = True
        for listener in self.listeners:
            listener.hear_access()
        self.wake.set()

    def hear_epoch(self, epoch: int) -> None:
        """An access epoch was read."""
        if epoch > self.seen:
            self.seen = epoch
            self.wake.set()
            for listener in self.listeners:
                listener.hear_access()

    def hear_committed(self, events: dict[str, Frames], epoch: int) -> None:
        """Events as this process committed them, `epoch` read after the commit. Spares reading them again.

        Delivered at once where they follow the ring and its watchers were asked about at `epoch`.
        """
        for name, frames in events.items():
            ring = self.rings.get(name)
            if ring is None or not ring.watches:
                continue
            is_next = frames[0].seq <= ring.head + 1 and ring not in self.rung
            if is_next and epoch <= self.people_epoch and ring.is_sure(epoch, self.loop.time()):
                self.delivery.publish(ring, frames)
            else:
                self.hear({name: frames[-1].seq})

    def ring(self, ring: Ring) -> None:
        """Marks a ring as behind its stream."""
        self.rung.add(ring)
        self.wake.set()

    # --- those who lag ---

    def fetch(self, watch: Watch) -> None:
        """Refills a connection from the database, in a task of its own."""
        task = self.loop.create_task(self._fetch(watch))
        self.fetches.add(task)
        task.add_done_callback(self.fetches.discard)

    async def _fetch(self, watch: Watch) -> None:
        ring, connection = watch.ring, watch.connection
        try:
            events = await in_database(read_between, Place(ring.stream_id, ring.name, watch.cursor), ring.head)
        except Exception:
            logger.exception("A refill failed and will be tried again.")
            await asyncio.sleep(1)
            events = None
        watch.fetching = False
        if connection.is_closed or connection.watches.get(ring.name) is not watch:
            return
        if events is not None:
            self._refill(watch, events)
        connection.catch_up()

    def _refill(self, watch: Watch, events: Frames) -> None:
        if not events or events[0].seq != watch.cursor + 1:
            self.reset(watch)
            return
        size, sent = 0, list[bytes]()
        for told in events:
            size += len(told.frame)
            if sent and size > limits.REFILL_BYTES:
                break
            sent.append(told.frame)
            watch.cursor = told.seq
        watch.connection.outlet.write(b"".join(sent))
