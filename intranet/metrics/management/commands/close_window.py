"""`manage.py close_window 2026-Q4`: publishes a quarter, or says why it stays open."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from intranet.metrics.core.windows import NoSuchWindow
from intranet.metrics.models import Window
from intranet.metrics.services import AlreadyClosed, CannotClose, CannotOpen, close_window, open_window


class Command(BaseCommand):
    """Closing a window twice changes nothing."""

    help = "Close a quarter and publish its figures, once and for all; with --open, open it instead."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("window", help="for instance 2026-Q4")
        parser.add_argument("--open", action="store_true", help="freeze its roster and its measures instead")
        parser.add_argument(
            "--in-silence",
            action="store_true",
            help="close it without a figure of anybody, where its roster was rewritten since it opened",
        )

    def handle(self, *args: Any, window: str, **options: Any) -> None:
        try:
            if options["open"]:
                opened = open_window(name=window, at=timezone.now())
                self.stdout.write(f"{opened} is open: {len(opened.blocks)} blocks, {', '.join(opened.measures)}")
                return
            closed = close_window(
                name=window, at=timezone.now(), progress=self.tell, in_silence=bool(options["in_silence"])
            )
            self.stdout.write(f"{closed} is closed.")
        except AlreadyClosed:
            self.stdout.write(f"{window} was closed before; nothing was changed.")
        except (CannotOpen, CannotClose, NoSuchWindow) as why:
            raise CommandError(f"{(type(why).__doc__ or '').split('; `args')[0].rstrip('.')} ({why}).") from why
        except Window.DoesNotExist as none:
            raise CommandError(f"{window} was never opened.") from none

    def tell(self, key: str, facts: int) -> None:
        """Prints how far it is, at once."""
        self.stdout.write(f"{key}: {facts:,} facts")
        self.stdout.flush()
