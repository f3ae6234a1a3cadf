"""The one task of all recurring jobs."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from realtime.recurring import services
from realtime.recurring.registry import jobs


@task()
def take_turn(name: str, turn: int) -> bool:
    """Does one job where nobody took this turn, after seeing to it that every job goes on. Returns whether it did."""
    at = timezone.now()
    is_mine = services.claim_turn(name, turn, queue=queue, at=at)
    keep_going(at=at)
    if is_mine:
        services.forget_traces(task_path=take_turn.module_path, at=at)
        jobs()[name].work(at=at)
    return is_mine


def queue(name: str, turn: int, when: datetime) -> None:
    take_turn.using(run_after=when).enqueue(name, turn)


def keep_going(*, at: datetime) -> list[str]:
    """Queues whatever recurring job is not queued: when a worker starts, and at every run of any of them.

    Nothing with a backend that cannot wait.
    """
    if not take_turn.get_backend().supports_defer:
        return []
    return services.keep_going(task_path=take_turn.module_path, queue=queue, at=at)
