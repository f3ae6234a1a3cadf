"""`manage.py seed_demo`: fills an empty house with the demo company."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from intranet.accounts.models import User
from intranet.demo.seeding.house import seed_company


class Command(BaseCommand):
    """Says each step as it goes; refuses a house where somebody already lives."""

    help = "Fill an empty database with the invented demo company."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("There are people here already: the demo only fills an empty house.")
        for step in seed_company(now=timezone.now()):
            self.stdout.write(f"  {step}")
