"""Drops the files that were brought for a message and never said."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from realtime.threads.services import purge_orphans


class Command(BaseCommand):
    help = "Delete files that were brought for a message more than a day ago and never said. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{purge_orphans(at=timezone.now())} files purged")
