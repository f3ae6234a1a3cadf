"""Each run queues the next one in the transaction that claims its turn: none is lost, none is doubled."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from realtime.recurring.models import Job
from realtime.recurring.registry import jobs

STUCK = timedelta(minutes=1)  # a task that took this long to claim its turn has lost its worker
TRACES = timedelta(hours=1)  # how long runs that went well are remembered
FAILURES = timedelta(days=14)  # and those that did not

Queue = Callable[[str, int, datetime], None]  # name, turn, when


@transaction.atomic
def claim_turn(name: str, turn: int, *, queue: Queue, at: datetime) -> bool:
    """Takes a turn and queues the next one; False for a turn that was taken, or a job that is no more."""
    job = jobs().get(name)
    if job is None:
        return False
    due_at = at + job.every
    if not Job.objects.filter(name=name, turn=turn).update(turn=turn + 1, due_at=due_at):
        return False
    queue(name, turn + 1, due_at)
    return True


@transaction.atomic
def keep_going(*, task_path: str, queue: Queue, at: datetime) -> list[str]:
    """Queues the next turn of every job that has none, new or interrupted; returns their names.

    Two processes that do this at once may queue the same turn twice: it is still taken once.
    """
    Job.objects.bulk_create([Job(name=name, due_at=at) for name in sorted(jobs())], ignore_conflicts=True)
    waiting = queued(task_path, at)
    found = Job.objects.filter(name__in=jobs()).order_by("name")
    idle = [job for job in found if (job.name, job.turn) not in waiting]
    for job in idle:
        queue(job.name, job.turn, max(job.due_at, at))
    return [job.name for job in idle]


def queued(task_path: str, at: datetime) -> set[tuple[str, int]]:
    """The turns that wait in the queue or are about to be claimed."""
    tasks = DBTaskResult.objects.filter(task_path=task_path)
    ready = tasks.filter(status="READY") | tasks.filter(status="RUNNING", started_at__gt=at - STUCK)
    return {tuple(words["args"]) for words in ready.values_list("args_kwargs", flat=True)}


def forget_traces(*, task_path: str, at: datetime) -> None:
    """Takes what is known of past runs out of the table of tasks, and those whose worker was lost."""
    tasks = DBTaskResult.objects.filter(task_path=task_path)
    tasks.filter(status="SUCCESSFUL", finished_at__lt=at - TRACES).delete()
    tasks.filter(status__in=["FAILED", "RUNNING"], started_at__lt=at - FAILURES).delete()
