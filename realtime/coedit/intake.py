"""What a room has still to write: in the order it came, through the gate, into the copy."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from realtime.coedit import limits
from realtime.coedit.copy import Broken, Copy
from realtime.coedit.database import in_database
from realtime.coedit.editor import Editor
from realtime.coedit.gate import Refused
from realtime.coedit.owners import Right
from realtime.coedit.store import Entry

logger = logging.getLogger(__name__)
TURN_BYTES = 1_024_000  # of the updates of one turn


@dataclass(slots=True)
class Job:
    """An update that waits: whose it is and its number on that connection."""

    editor: Editor
    number: int
    update: bytes


@dataclass(slots=True)
class Batch:
    """What a turn commits: the updates as yrs says them, with the jobs they came from, and the ids new with them."""

    jobs: list[Job]
    entries: list[Entry]
    senders: list[Editor]
    claims: dict[int, int]


class Intake:
    """The updates that wait in a room. `dismiss` closes a connection whose updates can no longer be taken."""

    def __init__(self, dismiss: Callable[[Editor, int], None]) -> None:
        self.dismiss = dismiss
        self.waiting: deque[Job] = deque()

    def put(self, editor: Editor, update: bytes) -> None:
        """An update that somebody sends: it is answered once it is committed, or refused."""
        editor.number += 1
        editor.waiting += 1
        self.waiting.append(Job(editor, editor.number, update))

    def put_back(self, batch: Batch) -> None:
        """What was taken was not committed: it waits again, before everything else."""
        self.waiting.extendleft(reversed(batch.jobs))

    def people(self) -> set[int]:
        """Those whose updates wait."""
        return {job.editor.person_id for job in self.waiting}

    async def take(self, copy: Copy, rights: Mapping[int, Right], claims: Mapping[int, int]) -> Batch:
        """What waits, through the gate and into `copy`; what may not enter is refused on the way.

        `claims` says whose each id of a client is. Raises Broken when the copy broke: it is to be thrown away, and
        everything but the update that broke it waits again.
        """
        batch = Batch([], [], [], {})
        size = 0
        while self.waiting and size < TURN_BYTES:
            job = self.waiting.popleft()
            size += len(job.update)
            if not job.editor.is_welcome:
                continue
            right = rights.get(job.editor.person_id)
            if right is None or not right.writes:
                refuse(job, right.why if right else "no_right")
                continue
            try:
                if len(job.update) <= limits.QUICK_BYTES:
                    enter(job, batch, copy, claims)
                else:
                    await in_database(enter, job, batch, copy, claims)
            except Refused as refusal:
                self.turn_away(job, refusal)
            except Broken:
                logger.exception("An update that passed the gate broke a document's copy; it was refused.")
                self.turn_away(job, Refused("malformed"))
                self.put_back(batch)
                raise
        return batch

    def turn_away(self, job: Job, refusal: Refused) -> None:
        """Not written, and nothing that this client writes after it can be: it is closed, its person keeps the words."""
        logger.warning("An update was refused: %s %s", refusal.code, refusal.detail)
        refuse(job, refusal.code)
        if refusal.code != "full":
            self.dismiss(job.editor, limits.REFUSED)


def enter(job: Job, batch: Batch, copy: Copy, claims: Mapping[int, int]) -> None:
    """Takes one update into the copy and the batch. Raises Refused and Broken."""
    person = job.editor.person_id
    passed, said = copy.take_in(job.update, partial(may_move, person, (claims, batch.claims), copy))
    batch.jobs.append(job)
    if said is None:
        return
    batch.claims |= {client: person for client in passed.clients if client not in claims}
    batch.entries.append(Entry(said, person, passed.clients))
    batch.senders.append(job.editor)


def may_move(person: int, claims: Iterable[Mapping[int, int]], copy: Copy, client: int) -> bool:
    """Whether an id of a client is theirs, or nobody's yet. Raises Refused where the document holds no more."""
    if copy.size > limits.DOCUMENT_BYTES:
        raise Refused("full")
    return next((known[client] for known in claims if client in known), person) == person


def refuse(job: Job, why: str) -> None:
    """Not written; the client keeps the words."""
    job.editor.answered()
    job.editor.reply({"is": "nack", "n": job.number, "why": why})
