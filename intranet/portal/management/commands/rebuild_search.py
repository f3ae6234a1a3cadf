"""`manage.py rebuild_search`: for after a restore, or a change of the rules of words."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from intranet.portal.indexing import make_findable


class Command(BaseCommand):
    """Rebuilds the index that search reads."""

    help = "Rebuilds the search index of pages, conversations and people."

    def handle(self, *args: Any, **options: Any) -> None:
        make_findable(at=timezone.now())
        self.stdout.write("Everything can be found.")
