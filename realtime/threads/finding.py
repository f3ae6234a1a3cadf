"""Finding messages: by words, by whom, where and when. Who may see them is part of the question, asked afresh."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.words import Question
from realtime.spaces.models import Space
from realtime.threads import lexicon
from realtime.threads.models import Attachment, Message, Thread

LOOKED_AT = 500  # of what the index gives, the newest
MOST = 100  # shown
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)  # asked for: days whose midnight a clock reaches in every zone
MONTHS = 36  # of a period named in the index; a longer one is asked of the rows alone


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search of messages; empty fields narrow nothing. Both days are included, in the reader's zone."""

    authors: Collection[int] | None = None
    space: Space | None = None
    thread: Thread | None = None
    since: date | None = None
    until: date | None = None
    has_file: bool = False
    kind: str = ""
    state: str = ""  # "solved" or "open", of questions

    def __bool__(self) -> bool:
        chosen = (self.space, self.thread, self.since, self.until, self.kind, self.state)
        return self.authors is not None or self.has_file or any(chosen)


def find_messages(question: Question, filters: Filters, *, user: User, most: int = MOST) -> list[Message]:
    """The newest messages that answer, at most `most`, with their thread, space and author; four queries at most."""
    if not question and not filters:
        return []
    rows = answering(question, filters, user=user).select_related("thread__space", "author__profile")
    return list(rows.order_by("-posted_at", "-pk")[:most])


def answering(question: Question, filters: Filters, *, user: User) -> Any:
    """The messages that answer, among the newest LOOKED_AT that the index gives; two queries at most until they are read."""
    wanted = lexicon.Wanted(question, [*where(filters, user), *marks_of(filters)])
    keys = lexicon.found(wanted, most=LOOKED_AT)
    return narrow(Message.objects.filter(pk__in=keys).each_visible_to(user).said(), filters)


def where(filters: Filters, user: User) -> list[Collection[str]]:
    """The marks of the places that `user` sees; of the chosen one alone where it is chosen."""
    letter = "g" if user.is_guest else "p"
    if filters.thread is not None:
        return [[f"t{filters.thread.pk}"]]
    seen = Space.objects.visible_to(user).order_by("pk")
    if filters.space is not None:
        seen = seen.filter(pk=filters.space.pk)
    keys = list(seen.values_list("pk", flat=True)[: lexicon.MOST_PLACES + 1])
    return [[f"{letter}{key}" for key in keys]] if len(keys) <= lexicon.MOST_PLACES else []


def marks_of(filters: Filters) -> list[Collection[str]]:
    groups: list[Collection[str]] = []
    if filters.authors is not None:
        groups.append([f"a{key}" for key in filters.authors])
    kind = Thread.Kind.QUESTION if filters.state else filters.kind
    if kind:
        groups.append([f"k{kind.replace('_', '')}"])
    if filters.has_file:
        groups.append(["file"])
    months = months_between(filters.since, filters.until)
    return [*groups, months] if months else groups


def months_between(since: date | None, until: date | None) -> list[str]:
    """The marks of the months of a period, and of those around it for readers of another zone; [] for a long one."""
    if since is None:
        return []
    last = (until or timezone.localdate()) + timedelta(days=32)
    day = since - timedelta(days=1)
    marks: list[str] = []
    while day < last and len(marks) <= MONTHS:
        marks.append(lexicon.month(day))
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return marks if len(marks) <= MONTHS else []


def narrow(rows: Any, filters: Filters) -> Any:
    """The rows themselves asked for what the index was: it may be a moment behind them."""
    if filters.authors is not None:
        rows = rows.filter(author__in=filters.authors)
    if filters.space is not None:
        rows = rows.filter(thread__space=filters.space)
    if filters.thread is not None:
        rows = rows.filter(thread=filters.thread)
    if filters.since:
        rows = rows.filter(posted_at__gte=midnight(filters.since))
    if filters.until:
        rows = rows.filter(posted_at__lt=midnight(filters.until + timedelta(days=1)))
    if filters.has_file:
        rows = rows.filter(Exists(Attachment.objects.filter(message=OuterRef("pk"))))
    if filters.kind:
        rows = rows.filter(thread__kind=filters.kind)
    return of_state(rows, filters.state)


def of_state(rows: Any, state: str) -> Any:
    """Messages of questions that found their answer, or still look for it."""
    questions = {"solved": {"thread__state": Thread.State.SOLVED}, "open": {"thread__state": Thread.State.OPEN}}
    return rows.filter(thread__kind=Thread.Kind.QUESTION, **questions[state]) if state in questions else rows


def midnight(day: date) -> datetime:
    """The beginning of a day where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.min))
