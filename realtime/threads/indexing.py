"""What was said, made findable many words at a time: the search library would queue a task for every save."""

import logging
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult
from wagtail.search.backends import get_search_backend

from realtime.threads import lexicon
from realtime.threads.models import Message, Thread

logger = logging.getLogger(__name__)

PACE = timedelta(seconds=5)  # words are found this long after they were said
BATCH = 500
TRACES = timedelta(hours=1)  # how long finished tasks are remembered


class Bell:
    """Queues at most one task every PACE from this process, each late enough to see all that was said before it."""

    def __init__(self) -> None:
        self.queued_at = float("-inf")

    def ring(self) -> None:
        if monotonic() - self.queued_at < PACE.total_seconds():
            return
        self.queued_at = monotonic()
        can_wait = index_conversations.get_backend().supports_defer
        later = index_conversations.using(run_after=timezone.now() + PACE) if can_wait else index_conversations
        later.enqueue()


bell = Bell()


def index_soon() -> None:
    """Lets what this transaction writes be found soon after its commit; a failure here costs nobody their words."""
    transaction.on_commit(bell.ring, robust=True)


def forget(message: Message) -> None:
    """Takes a message out of the index now."""
    lexicon.forget([message.pk])


@task()
def index_conversations() -> int:
    """Indexes everything that waits; returns how many messages and titles that was."""
    at = timezone.now()
    total = 0
    while done := index_some(at=at):
        total += done
    DBTaskResult.objects.successful().filter(
        task_path=index_conversations.module_path, finished_at__lt=at - TRACES
    ).delete()
    return total


@transaction.atomic
def index_some(*, at: datetime) -> int:
    """Indexes at most BATCH messages and BATCH titles that wait; two workers never take the same. Returns how many."""
    done = 0
    for model in (Message, Thread):
        waiting = model.objects.select_for_update(skip_locked=True).unindexed().order_by("pk")[:BATCH]
        rows: list[Any] = list(waiting)
        if model is Message:
            lexicon.write(rows)
        else:
            get_search_backend().add_bulk(model, rows)
        model.objects.filter(pk__in=[row.pk for row in rows]).update(indexed_at=at)
        done += len(rows)
    return done
