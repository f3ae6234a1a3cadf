"""The process's one writer: what waits is committed together, and answered after the commit."""

import logging
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from realtime.live import limits
from realtime.live.bell import collecting
from realtime.live.hub import Hub
from realtime.live.log import Frames, told_of
from realtime.live.people import current_epoch
from realtime.live.process import running_hub
from realtime.streams.models import StreamEvent

logger = logging.getLogger(__name__)
BATCH = 256
_STOP = object()
Answers = Sequence[tuple["Future[Any]", Any]]


class Batch(Protocol):
    """Writes drafts in one transaction; returns for each, in order, its result or the exception that refuses it."""

    def __call__(self, drafts: Sequence[Any], /, *, at: datetime) -> Sequence[Any]: ...


class WriterBusy(Exception):
    """More waits than can be promised. Try again in a moment."""


@dataclass(frozen=True, slots=True)
class Job:
    """A draft, the function that writes such drafts, and the promise of an answer."""

    write: Batch
    draft: Any
    answer: "Future[Any]"


class Writer:
    """Commits drafts in groups, in the order they came, in one thread with its own connection.

    There is no linger: it takes what waits, up to 256, and commits that.
    """

    def __init__(self, waiting: int = limits.WAITING) -> None:
        self.jobs: queue.Queue[Any] = queue.Queue(waiting)
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None

    def submit(self, write: Batch, draft: Any) -> "Future[Any]":
        """Promises what `write` makes of `draft`; the promise is kept only after the commit.

        Raises WriterBusy when too much waits. The promise ends in a DatabaseError when the database is away:
        then the same draft may be sent again.
        """
        job = Job(write, draft, Future())
        if settings.PARVIS_WRITER == "inline":
            run([job])
            return job.answer
        self._begin()
        try:
            self.jobs.put_nowait(job)
        except queue.Full as full:
            raise WriterBusy from full
        return job.answer

    def stop(self) -> None:
        """Writes what still waits, then ends; a later draft begins again."""
        with self.lock:
            thread, self.thread = self.thread, None
        if thread:
            self.jobs.put(_STOP)
            thread.join()

    def _begin(self) -> None:
        with self.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self._serve, name="live-writer", daemon=True)
                self.thread.start()

    def _serve(self) -> None:
        try:
            while (jobs := self._take()) and self._run(jobs):
                pass
        finally:
            connection.close()

    def _take(self) -> list[Any]:
        jobs = [self.jobs.get()]
        while len(jobs) < BATCH and jobs[-1] is not _STOP:
            try:
                jobs.append(self.jobs.get_nowait())
            except queue.Empty:
                break
        return jobs

    def _run(self, jobs: list[Any]) -> bool:
        goes_on = jobs[-1] is not _STOP
        try:
            run([job for job in jobs if job is not _STOP])
        except Exception:
            logger.exception("The writer failed outside a batch.")
        return goes_on


writer = Writer()


def run(jobs: Sequence[Job]) -> None:
    """Writes the jobs, those of one kind together, tells the hub, and keeps the promises."""
    for write, group in groupby(jobs, key=lambda job: job.write):
        batch = [job for job in group if job.answer.set_running_or_notify_cancel()]
        with collecting() as events:
            results = _results(write, [job.draft for job in batch])
        answers = [(job.answer, result) for job, result in zip(batch, results, strict=True)]
        hub = running_hub()
        if hub and events and settings.PARVIS_DIRECT_BELL:
            hand_over(hub, events, answers)
        else:
            _keep(answers)


def hand_over(hub: Hub, events: Sequence[StreamEvent], answers: Answers) -> None:
    """Answers, and gives committed events to this process's hub with the access epoch as it is after their commit.

    Who spoke is answered first: telling everybody else takes a while.
    """
    frames: dict[str, Frames] = {}
    for event in events:
        name = str(event.stream)
        frames.setdefault(name, []).append(told_of(name, event))
    heard = partial(hub.hear, {name: told[-1].seq for name, told in frames.items()})
    with suppress(DatabaseError):
        heard = partial(hub.hear_committed, frames, current_epoch())
    with suppress(RuntimeError), hub.mail.together():  # a loop that is closed needs no bell
        _keep(answers)
        hub.mail.post(heard)


def _results(write: Batch, drafts: list[Any]) -> Sequence[Any]:
    """What `write` makes of the drafts: once more when the connection was lost, each alone when one spoils all."""
    try:
        return _write_twice(write, drafts) if drafts else []
    except (InterfaceError, OperationalError) as error:
        return [error] * len(drafts)
    except Exception as error:
        if len(drafts) == 1:
            return [error]
        logger.exception("A batch failed; its drafts are tried one by one.")
        return [_results(write, [draft])[0] for draft in drafts]


def _write_twice(write: Batch, drafts: list[Any]) -> Sequence[Any]:
    try:
        return write(drafts, at=timezone.now())
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return write(drafts, at=timezone.now())


def _keep(answers: Answers) -> None:
    for answer, result in answers:
        if isinstance(result, BaseException):
            answer.set_exception(result)
        else:
            answer.set_result(result)
