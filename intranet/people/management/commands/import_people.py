"""`manage.py import_people file.csv`: takes people or teams in from a spreadsheet."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.people.roster.applying import NotImported, Plan, Report, import_text, plan_import
from intranet.people.roster.reading import Unreadable, decoded


class Command(BaseCommand):
    """Says every problem by line and column, and then writes nothing."""

    help = "Import people or teams from a CSV file; with --dry-run, only say what it would do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            text = decoded(file.read_bytes())
            plan = plan_import(text)
            self.refuse(plan)
            self.report(plan.report if dry_run else import_text(text=text, by=None, at=timezone.now()))
        except (Unreadable, OSError) as wrong:
            raise CommandError(str(wrong)) from wrong
        except NotImported as refusal:  # the people changed meanwhile
            self.refuse(refusal.plan)

    def refuse(self, plan: Plan) -> None:
        for problem in plan.problems:
            where = _("line %(line)s") % {"line": problem.line} + (f", {problem.column}" if problem.column else "")
            self.stderr.write(f"{where}: {problem.words}")
        if plan.problems:
            raise CommandError(_("Nothing was imported."))

    def report(self, report: Report) -> None:
        for outcome, names in report.items():
            self.stdout.write(f"{outcome}: {len(names)}")
