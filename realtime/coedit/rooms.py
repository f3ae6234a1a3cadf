"""The rooms of this process: opened when somebody comes, looked after while they last, closed a while after they empty."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils import timezone
from wagtail import hooks

from realtime.coedit import limits, messages
from realtime.coedit.access import Rights, rights_of
from realtime.coedit.bell import MOVED, RIGHTS, named
from realtime.coedit.copy import Copy
from realtime.coedit.couriers import Courier
from realtime.coedit.database import in_database, in_keeping
from realtime.coedit.messages import Told
from realtime.coedit.owners import owner_of
from realtime.coedit.room import Room
from realtime.coedit.services import keep_document
from realtime.coedit.store import load, stands
from realtime.live.frames import stamp
from realtime.live.ringer import reaches_others

if TYPE_CHECKING:
    from realtime.live.hub import Hub

logger = logging.getLogger(__name__)
LOOK = limits.POLL_FAST  # how often the rooms are looked at


class Rooms:
    """All of them, by document. Lives on the hub's loop and hears its bell.

    What others want done beside the rooms of a process they say by the hook `coedit_rooms_opened`: a coroutine each.
    """

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.rooms: dict[int, Room] = {}
        self.opening: dict[int, asyncio.Future[Room]] = {}
        self.keeping: dict[int, asyncio.Task[None]] = {}
        self.polled_at = 0.0
        self.courier = Courier(hub.name, self._hear_awareness)
        jobs = [
            self._look_around(),
            self._tell_awareness(),
            *(job(self) for job in hooks.get_hooks("coedit_rooms_opened")),
        ]
        self.tasks = [hub.loop.create_task(job) for job in jobs]
        if reaches_others():
            self.tasks.append(hub.loop.create_task(self.courier.listen()))
        hub.listeners.append(self)

    async def rights(self, document_id: int, person_id: int) -> Rights:
        """What somebody may do with a document, at an access epoch this process heard of nothing later than."""
        while True:
            found: Rights = await in_database(rights_of, document_id, {person_id})
            if found.epoch >= self.hub.seen:
                self.hub.hear_epoch(found.epoch)
                return found

    async def open(self, document_id: int) -> Room:
        """The room of a document, opened when it is not yet. Raises store.Shut, Broken and DatabaseError."""
        room = self.rooms.get(document_id)
        while room is None or room.is_over:  # it may have ended while one waited for it
            if document_id not in self.opening:
                self.opening[document_id] = asyncio.ensure_future(self._open(document_id))
            room = await asyncio.shield(self.opening[document_id])
        return room

    async def _open(self, document_id: int) -> Room:
        try:
            loaded = await in_database(load, document_id)
            copy = await in_database(Copy.of, loaded.news, owner_of(loaded.kind).schema())
            room = self.rooms[document_id] = Room(self.hub, document_id, loaded, copy, self._forget)
        finally:
            del self.opening[document_id]
        await self.courier.enter(document_id)
        return room

    def _forget(self, room: Room) -> None:
        if self.rooms.get(room.document_id) is room:
            del self.rooms[room.document_id]
            self.courier.leave(room.document_id)

    # --- the hub's listener ---

    def hear(self, moved: dict[str, int]) -> None:
        for document_id, head in named(moved, MOVED).items():
            if room := self.rooms.get(document_id):
                room.hear(head)
        for document_id in named(moved, RIGHTS):
            if room := self.rooms.get(document_id):
                room.hear_access()

    def hear_access(self) -> None:
        for room in self.rooms.values():
            room.hear_access()

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, *self.keeping.values(), return_exceptions=True)
        for room in list(self.rooms.values()):
            await room.end(limits.AWAY)
        await self.courier.end()

    # --- looking after them ---

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self._poll()
            except DatabaseError as error:
                logger.warning("The rooms could not be looked after: %r", error)
            except Exception:
                logger.exception("The rooms could not be looked after.")

    async def _poll(self) -> None:
        """Finds what the bell missed, by asking where the documents stand; keeps and closes what is due."""
        now = self.hub.loop.time()
        if self.rooms and now - self.polled_at >= (limits.POLL_FAST if self.hub.ringer.is_failing else limits.POLL):
            self.polled_at = now
            asked = dict(self.rooms)  # one that is opened meanwhile is not among the answers
            found = await in_database(stands, list(asked))
            for document_id, room in asked.items():
                stand = found.get(document_id)
                if stand is None:
                    await room.end(limits.GONE)
                elif stand.epoch != room.epoch:
                    await room.end(limits.RESYNC)
                else:
                    room.hear(stand.head)
                    room.hear_closed(is_closed=stand.is_closed)
        for room in list(self.rooms.values()):
            await self._look_after(room, now)

    async def _look_after(self, room: Room, now: float) -> None:
        room.awareness.fade(now=now)
        if room.must_ask:
            room.wake.set()
        if self._is_due(room, now):
            self.keep(room)
        is_kept = not room.unkept_since and room.document_id not in self.keeping
        if room.is_idle and is_kept and now - room.here.left_at > limits.ROOM_LINGERS:
            await room.end(1000)

    def _is_due(self, room: Room, now: float) -> bool:
        """Whether a document is to be kept: after a rest, at the latest after a minute, when the last one left."""
        if not room.unkept_since or room.document_id in self.keeping or now < room.keep_after:
            return False
        return not room.editors or now - room.written_at >= limits.IDLE or now - room.unkept_since >= limits.KEEP

    def keep(self, room: Room) -> None:
        """Has the document kept where it belongs, beside everything else; everyone in the room is told.

        Asked meanwhile, it is kept again: what was written since is not in what is being kept.
        """
        room.is_save_asked = True
        if room.document_id not in self.keeping:
            task = self.keeping[room.document_id] = self.hub.loop.create_task(self._keep(room))
            task.add_done_callback(lambda _: self.keeping.pop(room.document_id, None))

    async def _keep(self, room: Room) -> None:
        while room.is_save_asked:
            room.is_save_asked = False
            await self._keep_once(room)

    async def _keep_once(self, room: Room) -> None:
        since, room.unkept_since = room.unkept_since, 0.0
        try:
            kept = await in_keeping(lambda: keep_document(document_id=room.document_id, at=timezone.now()))
        except Exception:
            logger.exception("A document could not be kept; its log is, and it will be tried again.")
            room.unkept_since, room.keep_after = since, self.hub.loop.time() + limits.IDLE
            return
        if kept:
            for editor in list(room.editors):
                editor.reply({"is": "saved", "revision": kept.revision, "at": stamp(kept.at)})

    # --- cursors ---

    async def _tell_awareness(self) -> None:
        while True:
            await asyncio.sleep(limits.AWARENESS_GATHER)
            self._tell_news()  # not here: a room that ended would live on in a name of this loop

    def _tell_news(self) -> None:
        for document_id, room in list(self.rooms.items()):
            if room.awareness.news:
                told, ours = room.awareness.take_news()
                self._show(room, told)
                self.courier.tell(document_id, ours)

    def _show(self, room: Room, told: list[Told]) -> None:
        frame = messages.awareness(told)
        for editor in list(room.editors):
            if editor.sees_others:
                editor.mention(frame)

    def _hear_awareness(self, document_id: int, process: str, told: list[Told] | None) -> None:
        """Another process tells of its cursors or, with None, asks for ours."""
        room = self.rooms.get(document_id)
        if room is None:
            return
        if told is None:
            self.courier.tell(document_id, room.awareness.everyone(here=True))
        for one in told or ():
            room.awareness.hear(one, process, now=self.hub.loop.time())


def rooms_of(hub: Hub) -> Rooms:
    """The rooms of this hub's process, begun when there are none yet."""
    for listener in hub.listeners:
        if isinstance(listener, Rooms):
            return listener
    return Rooms(hub)
