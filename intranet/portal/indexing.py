"""Making everything findable at once, rather than thing by thing."""

from datetime import datetime

from django.core.management import call_command
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from modelsearch.tasks import insert_or_update_object_task

from intranet.people.services import refresh_words
from realtime.threads.indexing import index_some
from realtime.threads.lexicon import forget_unsaid
from realtime.threads.models import Message, Thread


def make_findable(*, at: datetime) -> None:
    """Indexes pages, conversations and people afresh; the tasks that would have done so one by one are dropped.

    What is edited from here on waits for the worker again. Messages go batch by batch, each in a transaction of its own:
    in one, PostgreSQL walks again over all it has marked before, and a million take hours. What was found is found
    meanwhile.
    """
    begin(at)
    while index_some(at=at):
        pass
    refresh_words()


@transaction.atomic
def begin(at: datetime) -> None:
    """Everything but messages is indexed, and all of these wait."""
    DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path=insert_or_update_object_task.module_path
    ).delete()
    Thread.objects.update(indexed_at=at)
    call_command("wagtail_update_index", verbosity=0)
    forget_unsaid()
    Message.objects.said().update(indexed_at=None)
