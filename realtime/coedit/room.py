"""A document that is open in this process: its copy, the connections to it, and one task that does one thing at a time.

What a connection sends waits in the intake. A turn lets it through the gate into the copy, commits it, and only then
tells the others and answers. Between turns the copy holds nothing that is not committed, so what a newcomer is given is
durable too. Whatever goes wrong with the copy, it is thrown away and read anew: the database is the document.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils import timezone

from realtime.coedit import limits, messages
from realtime.coedit.attendance import Attendance
from realtime.coedit.awareness import Awareness
from realtime.coedit.bell import ring
from realtime.coedit.copy import Broken, Copy
from realtime.coedit.database import in_database
from realtime.coedit.editor import Editor
from realtime.coedit.intake import Batch, Intake
from realtime.coedit.owners import Owner, owner_of
from realtime.coedit.store import Appended, Loaded, NotYours, Overtaken, Shut, append, load, read_after

if TYPE_CHECKING:
    from realtime.live.hub import Hub

logger = logging.getLogger(__name__)
TRIES = 20  # of one commit, against other processes
END_SECONDS = 5.0  # a room may take to commit what waits
CODES = {"gone": limits.GONE, "epoch": limits.RESYNC}


class Room:
    """The room of one document. Lives on the hub's loop; `over` is called once it has ended."""

    def __init__(self, hub: Hub, document_id: int, loaded: Loaded, copy: Copy, over: Callable[[Room], None]) -> None:
        self.hub = hub
        self.document_id = document_id
        self.kind, self.key = loaded.kind, loaded.key
        self.epoch = loaded.news.stand.epoch
        self.is_closed = loaded.news.stand.is_closed
        self.owner: Owner = owner_of(loaded.kind)
        self.claims = loaded.claims
        self.copy = copy
        self.over = over
        self.awareness = Awareness()
        self.here = Attendance(hub, document_id, self.awareness)
        self.intake = Intake(self.here.dismiss)
        self.arrivals: deque[tuple[Editor, bytes]] = deque()
        self.heard = copy.seq
        self.written_at = self.unkept_since = 0.0
        self.wake = asyncio.Event()
        self.keep_after = 0.0
        self.is_save_asked = self.is_over = False
        self.ending: int | None = None
        self.task: asyncio.Task[None] = hub.loop.create_task(self._serve())

    # --- what others in the process call ---

    @property
    def editors(self) -> Collection[Editor]:
        """The connections to the document."""
        return self.here.editors

    @property
    def is_idle(self) -> bool:
        """Whether nobody is here and nothing waits."""
        return not self.here.editors and not self.intake.waiting

    def join(self, editor: Editor, epoch: int) -> None:
        """Takes in a connection whose right was found at access epoch `epoch`."""
        self.here.join(editor, epoch)
        self.wake.set()

    def leave(self, editor: Editor) -> None:
        """Forgets a connection, as often as one likes. What it sent is still committed."""
        self.here.leave(editor)

    def put(self, editor: Editor, update: bytes) -> None:
        """An update that somebody sends: it is answered once it is committed, or refused."""
        self.intake.put(editor, update)
        self.wake.set()

    def ask(self, editor: Editor, clocks: bytes) -> None:
        """Somebody says how far they have come, and wants the rest."""
        self.arrivals.append((editor, clocks))
        self.wake.set()

    def hear(self, head: int) -> None:
        """Somebody says that the document stands at `head`."""
        if head > self.heard:
            self.heard = head
            self.wake.set()

    def hear_closed(self, *, is_closed: bool) -> None:
        """The document is closed, or open: whoever is here may do less, or more, from then on."""
        if is_closed is not self.is_closed:
            self.is_closed = is_closed
            self.hear_access()

    def hear_access(self) -> None:
        """Somebody may have lost a right: everybody here is to be asked about."""
        self.here.is_rung = True
        self.wake.set()

    async def end(self, code: int) -> None:
        """Commits what waits, closes every connection, and ends."""
        self.ending = code
        self.wake.set()
        await asyncio.wait([self.task], timeout=END_SECONDS)
        self._close(code)
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    # --- the one task ---

    async def _serve(self) -> None:
        while not self.is_over:
            await self.wake.wait()
            try:
                if self.intake.waiting:
                    await asyncio.sleep(min(limits.GATHER, limits.GATHER_EACH * len(self.here.editors)))
                self.wake.clear()
                await self._turn()
            except Shut as shut:
                self._close(CODES.get(shut.why, limits.AWAY))
            except DatabaseError as error:
                logger.warning("A room is closed while the database is away: %r", error)
                self._close(limits.AWAY)
            except Exception:
                logger.exception("A room failed and is closed; its document is as it was committed.")
                self._close(limits.AWAY)
            if self.ending is not None and not self.intake.waiting:
                self._close(self.ending)

    async def _turn(self) -> None:
        if self.must_ask:
            await self._ask_rights()
        if self.heard > self.copy.seq:
            await self._catch_up()
        if self.intake.waiting:
            await self._commit()
        while self.arrivals and not self.must_ask:
            self._welcome(*self.arrivals.popleft())
        if self.intake.waiting or self.arrivals:
            self.wake.set()

    @property
    def must_ask(self) -> bool:
        """Whether it is time to ask who may still be here."""
        return not self.is_idle and self.here.is_old

    async def _ask_rights(self) -> None:
        """Asks about everybody here and all whose updates wait."""
        await self.here.ask(self.intake.people(), self._clocks)

    def _clocks(self) -> bytes:
        """How far the document has come."""
        clocks: bytes = self.copy.gate.known.state_vector()
        return clocks

    # --- committing ---

    async def _commit(self) -> None:
        try:
            batch = await self.intake.take(self.copy, self.here.rights, self.claims)
        except Broken:
            await self._rebuild()
            return
        try:
            appended = await self._append(batch) if batch.entries else None
        except (Overtaken, NotYours):
            appended = None
        if appended is not None:
            self._spread(batch, appended)
        elif batch.entries:
            self.intake.put_back(batch)
            await self._rebuild()
            return
        for job in batch.jobs:
            job.editor.answered()
        for editor, number in {job.editor: job.number for job in batch.jobs}.items():
            editor.reply({"is": "ack", "n": number})

    async def _append(self, batch: Batch) -> Appended | None:
        """The commit; None when somebody in the batch may not write any more. Raises Shut, Overtaken and NotYours."""
        for _ in range(TRIES):
            try:
                return await in_database(self._append_now, batch)
            except Shut as shut:
                if shut.why not in ("access", "locked", "closed"):
                    raise
                await self._ask_rights()
                if shut.why == "locked":
                    self.here.lock({job.editor.person_id for job in batch.jobs}, self._clocks)
                if not all(self.here.may_write(job.editor) for job in batch.jobs):
                    return None
        raise Shut("busy")

    def _append_now(self, batch: Batch) -> Appended:
        return append(
            self.document_id,
            batch.entries,
            base=self.copy.seq,
            epoch=self.epoch,
            at=timezone.now(),
            access_epoch=self.here.access_epoch,
            writable=self.owner.writable(self.key),
            claims=batch.claims,
        )

    def _spread(self, batch: Batch, appended: Appended) -> None:
        """Tells what is committed: what others committed before it, then this, each to all but its sender."""
        told: list[tuple[Editor | None, bytes]] = []
        for row in appended.missed:
            told += [(None, update) for update in self.copy.take_row(row)]
        told += [(sender, entry.data) for sender, entry in zip(batch.senders, batch.entries, strict=True)]
        self.copy.seq = appended.head
        self.heard = max(self.heard, appended.head)
        self.claims |= batch.claims
        self.written_at = self.hub.loop.time()
        self.unkept_since = self.unkept_since or self.written_at
        self.here.tell(told)
        ring(self.document_id, appended.head)

    # --- reading ---

    async def _catch_up(self) -> None:
        """Reads what others committed and tells it to those who may see it at the access epoch of the reading."""
        news = await in_database(read_after, self.document_id, self.copy.seq)
        if news.stand.epoch != self.epoch:
            raise Shut("epoch")
        if news.access_epoch > self.here.access_epoch:
            await self._ask_rights()
        try:
            told = self.copy.follow(news)
        except Broken:
            logger.exception("A document's copy broke while it followed the log.")
            await self._rebuild()
            told = [self.copy.whole()]
        if told:
            self.written_at = self.hub.loop.time()
            self.here.tell([(None, update) for update in told])
        if self.heard > self.copy.seq:
            if news.rows or news.state_seq:
                self.wake.set()
            else:
                self.heard = self.copy.seq  # the bell lied

    async def _rebuild(self) -> None:
        """Throws the copy away and reads the document anew. Raises Shut."""
        before = self.copy.seq
        self.copy.close()
        loaded = await in_database(load, self.document_id)
        if loaded.news.stand.epoch != self.epoch:
            raise Shut("epoch")
        self.claims = loaded.claims
        self.copy = await in_database(Copy.of, loaded.news, self.owner.schema())
        if loaded.news.access_epoch > self.here.access_epoch:
            await self._ask_rights()
        if self.copy.seq > before:  # what was read with it was told to nobody
            missed = [row.data for row in loaded.news.rows if row.seq > before]
            whole = missed if len(missed) == self.copy.seq - before else [self.copy.whole()]
            self.here.tell([(None, update) for update in whole])

    def _welcome(self, editor: Editor, clocks: bytes) -> None:
        """Gives somebody what they lack, and asks for what we lack. Nothing uncommitted is in the copy now."""
        if editor.is_closed or editor not in self.here.editors:
            return
        editor.give_whole(messages.step_2(self.copy.lacking(clocks)))
        if editor.right.writes:
            editor.send(messages.step_1(self._clocks()))
        if not editor.is_synced:
            editor.is_synced = True
            if (everyone := self.awareness.everyone()) and editor.sees_others:
                editor.send(messages.awareness(everyone))
        editor.reply({"is": "synced", "seq": self.copy.seq})

    def _close(self, code: int) -> None:
        """Closes every connection and lets go of the copy."""
        if self.is_over:
            return
        self.is_over = True
        for editor in list(self.here.editors):
            self.here.dismiss(editor, code)
        self.copy.close()
        self.over(self)
