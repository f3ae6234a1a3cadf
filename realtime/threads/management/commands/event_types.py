"""`manage.py event_types`: writes what browsers are told of threads as TypeScript."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from realtime.live.typescript import interfaces
from realtime.threads import events

FILE = Path(__file__).resolve().parents[3] / "client" / "src" / "threads" / "events.ts"
PAYLOADS = [
    events.MessagePosted,
    events.MessageEdited,
    events.MessageDeleted,
    events.ReactionsChanged,
    events.ThreadChanged,
]


def types() -> str:
    """The TypeScript of a thread's events."""
    return interfaces(*PAYLOADS)


class Command(BaseCommand):
    help = "Write the TypeScript types of the events of threads."

    def handle(self, *args: Any, **options: Any) -> None:
        FILE.write_text(types())
        self.stdout.write(f"wrote {FILE.name}")
