"""`manage.py rebuild_search`: makes everything findable afresh, after a restore or a change of the words' rules."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from intranet.people.services import refresh_words
from realtime.threads.models import Message, Thread


class Command(BaseCommand):
    """Rebuilds the index of pages, conversations and people."""

    help = "Rebuilds the search index of pages, conversations and people."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        for model in (Message, Thread):  # what is edited from here on waits for the worker again
            model.objects.update(indexed_at=at)
        call_command("wagtail_update_index", verbosity=options["verbosity"], stdout=self.stdout)
        self.stdout.write(f"{refresh_words()} people. Everything can be found.")
