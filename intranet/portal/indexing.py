"""Making everything findable at once, rather than thing by thing."""

from datetime import datetime

from django.core.management import call_command
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from modelsearch.tasks import insert_or_update_object_task

from intranet.people.services import refresh_words
from realtime.threads.models import Message, Thread


@transaction.atomic
def make_findable(*, at: datetime) -> None:
    """Indexes pages, conversations and people afresh; the tasks that would have done so one by one are dropped.

    What is edited from here on waits for the worker again.
    """
    DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path=insert_or_update_object_task.module_path
    ).delete()
    for model in (Message, Thread):
        model.objects.update(indexed_at=at)
    call_command("wagtail_update_index", verbosity=0)
    refresh_words()
