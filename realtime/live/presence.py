"""Who is here and who is typing: in memory only, forgotten as it fades, unseen by guests and without them.

Other processes are told over the channel layer, by ids (docs/adr: Presence beside the doorbell).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from intranet.accounts.models import User
from realtime.live import frames, limits
from realtime.live.database import in_database
from realtime.streams.watch import watchable_kind

if TYPE_CHECKING:
    from realtime.live.connection import Connection
    from realtime.live.hub import Hub
    from realtime.live.ring import Ring


class Presence:
    """What this process knows of who is where. `elsewhere` holds ids by stream and process, until they expire."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.elsewhere: dict[str, dict[str, tuple[frozenset[int], float]]] = {}
        self.typists: dict[str, dict[int, float]] = {}
        self.due: set[str] = set()
        self.told: dict[str, tuple[int, tuple[int, ...]]] = {}
        self.names: dict[int, str] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    # --- who is here ---

    def changed(self, ring: Ring) -> None:
        """Somebody came to a stream or left it: its watchers are told soon, once for all that happens meanwhile."""
        watchable = watchable_kind(ring.kind)
        if watchable and watchable.shows_presence and ring.name not in self.due:
            self.due.add(ring.name)
            pace = limits.PRESENCE_PACE if len(ring.watches) <= 2 * limits.PRESENCE_NAMES else limits.HEARTBEAT
            self.hub.loop.call_later(pace, self._start, self._tell, ring)

    def chose(self, connection: Connection) -> None:
        """Somebody let it be seen where they are, or no longer: so it is, wherever they are now."""
        for name, watch in connection.watches.items():
            self.wrote(connection, name)
            self.changed(watch.ring)

    def here(self, ring: Ring) -> set[int]:
        """The people who watch a stream in this process and let it be seen."""
        visitors = (connection.visitor for connection, watch in ring.watches.items() if not watch.is_quiet)
        return {visitor.user.pk for visitor in visitors if visitor.shows_presence}

    def hear(self, process: str, streams: dict[str, list[int]], typing: dict[str, int]) -> None:
        """Another process says who is there, by stream; nobody for a stream they all left."""
        until = self.hub.loop.time() + limits.PRESENCE
        for name, people in streams.items():
            ring = self.hub.rings.get(name)
            if ring is None or not ring.watches or process == self.hub.name:
                continue
            before = self.elsewhere.setdefault(name, {}).get(process, (frozenset(), 0.0))[0]
            self.elsewhere[name][process] = (frozenset(people), until)
            if before != self.elsewhere[name][process][0]:
                self.changed(ring)
        for name, person in typing.items():
            if process != self.hub.name:
                self._note_typing(name, person)

    def announce_all(self) -> None:
        """Says again who is here, so that processes that began since, or were deaf, know; forgets who faded."""
        now = self.hub.loop.time()
        for name, processes in list(self.elsewhere.items()):
            faded = [process for process, (_, until) in processes.items() if until < now]
            for process in faded:
                del processes[process]
            if not processes:
                del self.elsewhere[name]
            if faded and name in self.hub.rings:
                self.changed(self.hub.rings[name])
        for name in list(self.typists):
            self._still_typing(name)
        self.names.clear()
        streams = {ring.name: sorted(self.here(ring)) for ring in self.hub.rings.values() if ring.watches}
        self._announce(streams={name: people for name, people in streams.items() if people})

    async def _tell(self, ring: Ring) -> None:
        self.due.discard(ring.name)
        local = self.here(ring)
        people = sorted(local.union(*(ids for ids, _ in self.elsewhere.get(ring.name, {}).values())))
        version, known = self.told.get(ring.name, (0, ()))
        if tuple(people) != known:
            version += 1
            self.told[ring.name] = (version, tuple(people))
            self._announce(streams={ring.name: sorted(local)})
        await self._learn_names(people[: limits.PRESENCE_NAMES])
        self._send_here(ring, people, version)
        if not ring.watches:
            self.told.pop(ring.name, None)

    def _send_here(self, ring: Ring, people: list[int], version: int) -> None:
        named = self._named(people[: limits.PRESENCE_NAMES])
        more = max(0, len(people) - limits.PRESENCE_NAMES)
        data = frames.encode({"is": "here", "stream": ring.name, "people": named, "more": more})
        for connection, watch in ring.watches.items():
            if watch.told != version and not connection.visitor.is_guest:
                watch.told = version
                connection.mention(data)

    # --- who is typing ---

    def typing(self, connection: Connection, name: str) -> None:
        """This person is writing in a stream they watch; seen by others for a few seconds."""
        if name in connection.watches and connection.visitor.shows_presence:
            self._note_typing(name, connection.person_id)
            self._announce(typing={name: connection.person_id})

    def wrote(self, connection: Connection, name: str) -> None:
        """What this person was writing in a stream is said: they are no longer among those who write."""
        self.typists.get(name, {}).pop(connection.person_id, None)

    def _note_typing(self, name: str, person: int) -> None:
        ring = self.hub.rings.get(name)
        if ring is None or not ring.watches:
            return
        self.typists.setdefault(name, {})[person] = self.hub.loop.time() + limits.TYPING
        if f"typing {name}" not in self.due:
            self.due.add(f"typing {name}")
            self.hub.loop.call_later(limits.PRESENCE_PACE / 2, self._start, self._tell_typing, ring)

    async def _tell_typing(self, ring: Ring) -> None:
        self.due.discard(f"typing {ring.name}")
        people = self._still_typing(ring.name)
        await self._learn_names(people)
        data = frames.encode({"is": "typing", "stream": ring.name, "people": self._named(people)})
        for connection in ring.watches:
            if not connection.visitor.is_guest:
                connection.mention(data)

    def _still_typing(self, name: str) -> list[int]:
        """Those who wrote in a stream in the last few seconds; the others are forgotten."""
        now = self.hub.loop.time()
        typists = {person: until for person, until in self.typists.pop(name, {}).items() if until > now}
        if typists:
            self.typists[name] = typists
        return list(typists)

    # --- names, and the other processes ---

    def _named(self, people: Iterable[int]) -> list[dict[str, Any]]:
        return [{"id": person, "name": self.names[person]} for person in people if person in self.names]

    async def _learn_names(self, people: Iterable[int]) -> None:
        unknown = [person for person in people if person not in self.names]
        if unknown:
            self.names.update(await in_database(_names_of, unknown))

    def _announce(self, *, streams: dict[str, list[int]] | None = None, typing: dict[str, int] | None = None) -> None:
        self.hub.ringer.tell_presence(streams or {}, typing or {})

    def _start(self, tell: Any, ring: Ring) -> None:
        task = self.hub.loop.create_task(tell(ring))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def _names_of(people: list[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=people, is_active=True).values_list("pk", "name"))
