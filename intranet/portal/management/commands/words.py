"""`manage.py words`: brings the catalogs up to date with what the sources say."""

from typing import Any

from django.core.management.base import BaseCommand

from deploy.catalog import update


class Command(BaseCommand):
    help = "Gather the words of the interface into the French catalog."

    def handle(self, *args: Any, **options: Any) -> None:
        missing, total = update()
        self.stdout.write(f"{total} sentences, {missing} to translate")
