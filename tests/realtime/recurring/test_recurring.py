"""A recurring job goes on by itself: started again after a crash, never doubled by two workers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from realtime.recurring import registry
from realtime.recurring.models import Job
from realtime.recurring.registry import recurring
from realtime.recurring.services import TRACES, claim_turn
from realtime.recurring.tasks import keep_going, queue, take_turn

pytestmark = pytest.mark.django_db
EVERY = timedelta(minutes=5)
NAME = "recurring.sweep"


@pytest.fixture
def runs(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The runs of the one job there is, with tasks that wait in the database."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(registry, "_jobs", {})
    done: list[datetime] = []

    def sweep(*, at: datetime) -> None:
        done.append(at)

    recurring(every=EVERY)(sweep)
    return done


def waiting() -> list[tuple[str, int]]:
    """The turns in the queue."""
    rows = DBTaskResult.objects.filter(status="READY").order_by("run_after")
    return [tuple(row["args"]) for row in rows.values_list("args_kwargs", flat=True)]


def work() -> bool:
    """What a worker does with the first task of the queue, whenever that is due."""
    row = DBTaskResult.objects.filter(status="READY").order_by("run_after", "enqueued_at")[0]
    row.claim("worker")
    try:
        done: bool = take_turn.call(*row.args_kwargs["args"])
    except Exception as error:
        row.set_failed(error)
        raise
    row.set_successful(done)
    return done


def test_a_worker_that_starts_queues_what_is_not_queued_and_once(runs: list[datetime]) -> None:
    assert keep_going(at=timezone.now()) == [NAME]
    assert keep_going(at=timezone.now()) == []

    assert waiting() == [(NAME, 0)]


def test_each_run_queues_the_next_one_that_much_later(runs: list[datetime]) -> None:
    keep_going(at=timezone.now())

    work()

    assert len(runs) == 1
    assert waiting() == [(NAME, 1)]
    row = DBTaskResult.objects.get(status="READY")
    assert row.run_after == runs[0] + EVERY == Job.objects.get().due_at


def test_a_turn_queued_twice_is_taken_once(runs: list[datetime]) -> None:
    keep_going(at=timezone.now())
    queue(NAME, 0, timezone.now())  # by another process, at the same moment

    assert sorted([work(), work()]) == [False, True]
    assert len(runs) == 1
    assert waiting() == [(NAME, 1)]


def test_a_run_that_fails_does_not_end_the_job(runs: list[datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, at: datetime) -> None:
        raise RuntimeError("the disk is full")

    broken.__name__ = "sweep"
    recurring(every=EVERY)(broken)
    keep_going(at=timezone.now())

    with pytest.raises(RuntimeError):
        work()

    assert waiting() == [(NAME, 1)]


def test_a_worker_killed_before_its_turn_loses_nothing(runs: list[datetime]) -> None:
    at = timezone.now()
    keep_going(at=at)
    DBTaskResult.objects.get().claim("killed")  # and then nothing

    assert keep_going(at=at) == []  # it may only be slow
    assert keep_going(at=at + timedelta(minutes=2)) == [NAME]
    assert work() is True
    assert len(runs) == 1


def test_a_worker_killed_in_the_middle_of_its_turn_leaves_the_next_one(runs: list[datetime]) -> None:
    keep_going(at=timezone.now())
    row = DBTaskResult.objects.get()
    row.claim("killed")
    claim_turn(NAME, 0, queue=queue, at=timezone.now())  # and then nothing

    assert waiting() == [(NAME, 1)]
    assert keep_going(at=timezone.now() + timedelta(minutes=2)) == []


def test_each_looks_after_the_others(runs: list[datetime]) -> None:
    def other(*, at: datetime) -> None: ...

    recurring(every=timedelta(hours=1))(other)
    keep_going(at=timezone.now())
    DBTaskResult.objects.filter(args_kwargs__args__0="recurring.other").delete()

    work()

    assert ("recurring.other", 0) in waiting()


def test_a_job_that_is_no_more_ends(runs: list[datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    keep_going(at=timezone.now())
    monkeypatch.setattr(registry, "_jobs", {})

    assert work() is False
    assert waiting() == []


def test_what_went_well_is_forgotten_after_a_while(runs: list[datetime]) -> None:
    keep_going(at=timezone.now())
    work()
    DBTaskResult.objects.filter(status="SUCCESSFUL").update(finished_at=timezone.now() - TRACES - EVERY)

    work()

    assert DBTaskResult.objects.filter(status="SUCCESSFUL").count() == 1


def test_nothing_is_queued_where_tasks_cannot_wait(settings: Any) -> None:
    assert keep_going(at=timezone.now()) == []
