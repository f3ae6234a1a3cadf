"""Going somewhere in a conversation: to a day, to words, to the next words that answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.dateparse import parse_date

from intranet.accounts.models import User
from intranet.people.words import Question, ask
from realtime.threads.finding import EARLIEST, LATEST, LOOKED_AT, Filters, answering, midnight
from realtime.threads.models import Message, Thread


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a search inside a thread, and where the reader is in it; `number` counts from 1, the oldest first.

    Of the messages the ids and places alone are there. `is_cut`: older ones were not looked at.
    """

    text: str
    question: Question
    messages: Sequence[Message]
    number: int

    @property
    def total(self) -> int:
        return len(self.messages)

    @property
    def is_cut(self) -> bool:
        return self.total == LOOKED_AT

    @property
    def here(self) -> Message | None:
        return self.messages[self.number - 1] if self.messages else None

    @property
    def previous(self) -> Message | None:
        return self.messages[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> Message | None:
        return self.messages[self.number] if self.number < self.total else None


def find_in(thread: Thread, text: str, *, user: User, at: int | None) -> Found:
    """The messages of `thread` that answer `text`, in their order; the reader is at message `at`, else at the newest."""
    question = ask(text)
    rows = answering(question, Filters(thread=thread), user=user) if question else Message.objects.none()
    messages = list(rows.order_by("seq").only("seq"))
    places = {message.pk: place for place, message in enumerate(messages, 1)}
    return Found(text[:200], question, messages, places.get(at or 0, len(messages)))


def day_of(text: str) -> date | None:
    """A day written as 2026-03-01; None for nothing, for nonsense and for one far from any message."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and EARLIEST <= found <= LATEST else None


def message_on(thread: Thread, day: date) -> Message | None:
    """The first message said that day or after, else the last one; None in an empty thread."""
    since = thread.messages.filter(posted_at__gte=midnight(day)).order_by("posted_at", "seq").first()
    return since or thread.messages.order_by("-seq").first()
