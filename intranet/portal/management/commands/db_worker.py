"""`manage.py db_worker`: the library's worker, which first sees to it that the recurring jobs go on."""

from typing import Any

from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Command as Worker

from realtime.recurring.tasks import keep_going


class Command(Worker):
    def handle(self, **options: Any) -> None:
        keep_going(at=timezone.now())
        super().handle(**options)
