"""What was said, as plain rows for those who look at it from above: read once, row by row, never kept.

Practice grounds and private conversations are left out, and whatever was taken back or hidden.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Min, OuterRef, Q

from intranet.people.local_days import LocalDay
from realtime.spaces.models import APART
from realtime.threads.models import HelpfulMark, Message, Thread

ROWS = 10_000  # read at a time


def counted(messages: Any, *, thread: str = "thread") -> Any:
    """Those messages, or what hangs on them, that stand in places of everyday work."""
    away = Q(**{f"{thread}__space__kind__in": APART}) | Q(**{f"{thread}__kind": Thread.Kind.PRIVATE})
    return messages.exclude(away)


def message_days(*, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[int, date, int]]:
    """Who said something on which local day in which space, a row a message of [start, end)."""
    said = counted(Message.objects.said()).filter(author__isnull=False, posted_at__gte=start, posted_at__lt=end)
    day = LocalDay("posted_at", zone=zone, start=start, end=end)
    rows: Any = said.values_list("author_id", day, "thread__space_id")
    return iter(rows.iterator(chunk_size=ROWS))


def talks(*, start: datetime, end: datetime) -> Iterator[tuple[int, int, datetime]]:
    """Thread, author and instant of each message up to `end`, of the threads whose first one was said since `start`.

    Thread by thread, in the order of what was said.
    """
    said = Message.objects.said().filter(author__isnull=False)
    before = said.filter(thread=OuterRef("pk"), posted_at__lt=start)
    begun = Thread.objects.filter(~Exists(before), last_at__gte=start).exclude(kind=Thread.Kind.PRIVATE)
    found = said.filter(thread__in=begun.exclude(space__kind__in=APART), posted_at__gte=start, posted_at__lt=end)
    rows: Any = found.order_by("thread_id", "posted_at", "pk").values_list("thread_id", "author_id", "posted_at")
    return iter(rows.iterator(chunk_size=ROWS))


def questions(
    *, start: datetime, end: datetime, until: datetime
) -> Iterator[tuple[int, int, datetime, int | None, datetime | None]]:
    """Question, who asked it in [start, end) and when; then 0 and when somebody else first answered before `until`.

    None and None without an answer. An aside is none, and a question that was withdrawn is not asked.
    """
    asked = Thread.objects.filter(
        kind=Thread.Kind.QUESTION, created_by__isnull=False, created_at__gte=start, created_at__lt=end, merged_into=None
    ).exclude(Q(state=Thread.State.WITHDRAWN) | Q(space__kind__in=APART))
    by_another = Q(messages__author__isnull=False) & ~Q(messages__author=F("created_by"))
    said = Q(messages__deleted_at=None, messages__hidden_at=None, messages__is_aside=False)
    rows: Any = asked.annotate(
        answered_at=Min("messages__posted_at", filter=by_another & said & Q(messages__posted_at__lt=until))
    )
    rows = rows.order_by("pk").values_list("pk", "created_by_id", "created_at", "answered_at")
    for pk, person, at, answered_at in rows.iterator(chunk_size=ROWS):
        yield pk, person, at, None if answered_at is None else 0, answered_at


def messages_holding(words: str, *, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[int, date, str]]:
    """Who said something in [start, end) in which `words` stand, on which local day, and its sanitised HTML."""
    said = counted(Message.objects.said()).filter(author__isnull=False, posted_at__gte=start, posted_at__lt=end)
    day = LocalDay("posted_at", zone=zone, start=start, end=end)
    rows: Any = said.filter(html__contains=words).values_list("author_id", day, "html")
    return iter(rows.iterator(chunk_size=ROWS))


def helpful_days(*, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[int, date, int]]:
    """Whose message was marked helpful on which local day of [start, end), and by whom."""
    marks = HelpfulMark.objects.filter(at__gte=start, at__lt=end, message__author__isnull=False)
    standing = counted(marks, thread="message__thread").filter(message__deleted_at=None, message__hidden_at=None)
    rows: Any = standing.values_list("message__author_id", LocalDay("at", zone=zone, start=start, end=end), "user_id")
    return iter(rows.iterator(chunk_size=ROWS))
