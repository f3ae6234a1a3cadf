"""`manage.py import_pages SPACE FOLDER`: brings a folder of pages into a space, or only says what would become of it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.exchange.brought import Basket, gathered_from
from cms.exchange.coming import NEW, SKIP, bring_in
from cms.exchange.plan import Plan, planned
from realtime.spaces.models import Space


class Command(BaseCommand):
    help = "Brings Markdown, HTML and docx files of a folder, or of a zip, into the pages of a space."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("space", help="the space's name in its address")
        parser.add_argument("folder", type=Path, help="a folder, a zip or one file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would become of each file")
        parser.add_argument("--publish", action="store_true", help="publish the pages at once")
        parser.add_argument("--again", action="store_true", help="bring pages whose title is there already as new ones")

    def handle(self, *args: Any, **options: Any) -> None:
        space = Space.objects.places().active().filter(slug=options["space"]).first()
        if space is None:
            raise CommandError(f"There is no space {options['space']} that takes pages.")
        plan = planned(self.gathered(options["folder"]), space)
        same = NEW if options["again"] else SKIP
        self.tell(plan, same)
        if options["dry_run"]:
            return
        done = bring_in(
            plan=plan, space=space, by=space.created_by, at=timezone.now(), same=same, publish=options["publish"]
        )
        self.stdout.write(f"{len(done.made)} pages made, {len(done.skipped)} left as they were.")

    def gathered(self, folder: Path) -> Basket:
        if not folder.exists():
            raise CommandError(f"There is no {folder}.")
        if folder.is_file():
            with folder.open("rb") as file:
                return gathered_from([(folder.name, file)])
        basket = Basket()
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                basket.refused[name] = "It is a link to another file."
            elif path.is_file():
                with path.open("rb") as file:
                    basket.take(name, iter(lambda held=file: held.read(65_536), b""))  # type: ignore[misc]  # bound
        return basket

    def tell(self, plan: Plan, same: str) -> None:
        for page in plan.pages:
            what = "there already, left" if page.existing and same == SKIP else "page"
            self.stdout.write(f"{page.path}: {what} {'  ' * page.step}“{page.title}”, {page.pictures} pictures")
            for line in [*(f"not found: {name}" for name in page.missing), *map(str, page.notes)]:
                self.stdout.write(f"    {line}")
        for path, why in plan.refused.items():
            self.stdout.write(f"{path}: refused. {why}")
        for path in plan.unused:
            self.stdout.write(f"{path}: no page names it, left out.")
