"""Who is in a room, and what each of them may do there: asked about whenever it may have changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from realtime.coedit import limits, messages
from realtime.coedit.access import LOCKED, Rights, rights_of
from realtime.coedit.awareness import Awareness
from realtime.coedit.database import in_database
from realtime.coedit.editor import Editor
from realtime.coedit.owners import Right
from realtime.live.pump import check_people

if TYPE_CHECKING:
    from realtime.live.hub import Hub


class Attendance:
    """The connections of a room with the rights of their people. `clocks` says how far its document has come."""

    def __init__(self, hub: Hub, document_id: int, awareness: Awareness) -> None:
        self.hub = hub
        self.document_id = document_id
        self.awareness = awareness
        self.editors: dict[Editor, None] = {}
        self.rights: dict[int, Right] = {}
        self.access_epoch = -1
        self.asked_at = 0.0
        self.is_rung = False
        self.left_at = hub.loop.time()

    def join(self, editor: Editor, epoch: int) -> None:
        """Takes in a connection whose right was found at access epoch `epoch`."""
        self.editors[editor] = None
        self.rights[editor.person_id] = editor.right
        if epoch != self.access_epoch:
            self.is_rung = True

    def leave(self, editor: Editor) -> None:
        """Forgets a connection, as often as one likes."""
        if self.editors.pop(editor, editor) is None:
            self.awareness.leave(editor.source)
            self.left_at = self.hub.loop.time()

    def dismiss(self, editor: Editor, code: int) -> None:
        """Closes a connection and forgets it."""
        self.hub.dismiss(editor, code)
        self.leave(editor)

    @property
    def is_old(self) -> bool:
        """Whether it is time to ask who may still be here."""
        since = self.hub.loop.time() - self.asked_at
        return self.is_rung or since > limits.SEEN_AGAIN or self.access_epoch < self.hub.seen

    async def ask(self, others: set[int], clocks: Callable[[], bytes]) -> None:
        """Asks about everybody here and about `others`; closes or tells those for whom something changed.

        In this order: the rights, then the sessions at the same access epoch or a later one.
        """
        self.is_rung = False
        people = {editor.person_id for editor in self.editors} | others
        found: Rights = await in_database(rights_of, self.document_id, people)
        self.hub.hear_epoch(found.epoch)
        await check_people(self.hub)
        came = {editor.person_id: editor.right for editor in self.editors if editor.person_id not in people}
        self.rights, self.access_epoch, self.asked_at = came | found.of, found.epoch, self.hub.loop.time()
        for editor in list(self.editors):
            if editor.person_id in people:
                self.judge(editor, clocks)
        if came:  # while the others were asked about
            self.is_rung = True

    def judge(self, editor: Editor, clocks: Callable[[], bytes]) -> None:
        """Closes a connection that may no longer be here, tells one that may do something else."""
        right = self.rights.get(editor.person_id)
        if right is None:
            self.rights.pop(editor.person_id, None)
            self.dismiss(editor, limits.NO_RIGHT)
            return
        if right != editor.right:
            had, editor.right = editor.right, right
            editor.tell_mode()
            if right.writes and not had.writes and editor.is_synced:
                editor.send(messages.step_1(clocks()))
        if not editor.is_shown:
            self.awareness.leave(editor.source)

    def lock(self, people: set[int], clocks: Callable[[], bytes]) -> None:
        """The database says that nobody writes: nor does anybody here, whatever else their rights are."""
        for person in people:
            right = self.rights.get(person)
            if right is not None and right.writes:
                self.rights[person] = LOCKED
        for editor in list(self.editors):
            self.judge(editor, clocks)
        self.is_rung = True

    def may_write(self, editor: Editor) -> bool:
        right = self.rights.get(editor.person_id)
        return editor.is_welcome and right is not None and right.writes

    def tell(self, told: Sequence[tuple[Editor | None, bytes]]) -> None:
        """Sends updates to everybody who has the text, each to all but its sender."""
        frames = [(sender, messages.update(data)) for sender, data in told]
        senders = {sender for sender, _ in frames if sender is not None}
        everything = b"".join(frame for _, frame in frames)
        for editor in list(self.editors):
            if editor.is_synced and not editor.is_closed:
                is_theirs = editor in senders
                editor.send(
                    b"".join(frame for sender, frame in frames if sender is not editor) if is_theirs else everything
                )
