"""`manage.py event_types`: writes what browsers are told, as TypeScript and as docs/events.md."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from realtime.live.contract import tables
from realtime.live.typescript import interfaces
from realtime.notifications import events as inbox_events
from realtime.spaces import events as space_events
from realtime.threads import events

CLIENT = Path(__file__).resolve().parents[3] / "client" / "src"
FILE = CLIENT / "threads" / "events.ts"
INBOX_FILE = CLIENT / "notifications" / "events.ts"
DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "events.md"
PAYLOADS = [
    events.MessagePosted,
    events.MessageEdited,
    events.MessageDeleted,
    events.MessageHidden,
    events.MessageShown,
    events.ReactionsChanged,
    events.PollChanged,
    events.HelpfulChanged,
    events.ThreadChanged,
    events.TraceLeft,
    events.SynthesisChanged,
    events.MessagesMoved,
    events.MessageArrived,
    events.ThreadMerged,
    events.StateChanged,
    events.AsideChanged,
    events.QuestionShown,
    events.QuestionAsked,
    events.QuestionChanged,
    events.QuestionHidden,
    events.QuestionWithdrawn,
]


def types() -> str:
    """The TypeScript of a thread's events."""
    return interfaces(*PAYLOADS)


def document() -> str:
    """What is told on each kind of stream, for people who write a client."""
    return tables({"thread": events, "space": space_events, "inbox": inbox_events})


class Command(BaseCommand):
    help = "Write the TypeScript types of the events of threads and inboxes, and the document of all events."

    def handle(self, *args: Any, **options: Any) -> None:
        FILE.write_text(types())
        INBOX_FILE.write_text(interfaces(inbox_events.InboxChanged))
        DOCUMENT.write_text(document())
        self.stdout.write(f"wrote {FILE.name} and {DOCUMENT.name}")
