"""`manage.py measure_papers folder`: the papers that come before any measure, filled from the register."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from intranet.metrics import house
from intranet.metrics.models import Safeguard
from intranet.metrics.papers import paper


class Command(BaseCommand):
    """Four files of Markdown; one that is there is not written over."""

    help = "Write the papers of the works council's consultation and of the impact assessment, in French and English."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        since = house.window_of(timezone.now()).next.name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for kind in Safeguard.Kind.values:
                for language in ("fr", "en"):
                    path = folder / f"{kind}.{language}.md"
                    with path.open("x", encoding="utf-8") as file:
                        file.write(paper(kind=kind, language=language, since=since))
                    self.stdout.write(str(path))
        except OSError as wrong:
            raise CommandError(str(wrong)) from wrong
