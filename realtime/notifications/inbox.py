"""What the inbox shows: notifications by topic, the topic that moved last first, each with what may be seen of it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from intranet.accounts.models import User
from realtime.notifications.models import Category, Notification
from realtime.notifications.preferences import wishes_of
from realtime.notifications.sources import News, Shown, news_for, shown_to

TOPICS_A_PAGE = 20
LINES_A_TOPIC = 5
LOOKED_AT = 25  # the latest of a topic: those beyond are not asked for, unless they are unread
UNREAD_LOOKED_AT = 200  # of a topic, at a time: what can no longer be shown is closed and makes room for the next
NEWS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One notification with what may be seen of its source."""

    note: Notification
    shown: Shown


@dataclass(frozen=True, slots=True)
class Group:
    """The notifications of one topic, the latest first; `more` could be shown and are not, and `has_older` ones perhaps."""

    topic: str
    shown: Shown
    lines: Sequence[Line]
    more: int
    unread: int
    at: datetime
    has_older: bool = False

    @property
    def more_shown(self) -> str:
        """How many are not shown, as it is written: "7", "20+"."""
        return f"{self.more}+" if self.has_older else str(self.more)


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of somebody's inbox. `unseen` are the sources that wait in it and can no longer be shown to them."""

    page: Page[Any]
    groups: Sequence[Group]
    news: Sequence[News]
    unseen: Sequence[tuple[str, int]]

    def __bool__(self) -> bool:
        return bool(self.groups or self.news or self.page.has_other_pages())


def inbox_of(user: User, *, page: str | None) -> Inbox:
    """One page of the inbox of `user`, in a bounded number of queries; what is new in what they follow on the first."""
    topics = Paginator(Notification.objects.of(user).on_screen().by_topic(), TOPICS_A_PAGE).get_page(page)
    rows = list(topics.object_list)
    notes = latest_and_unread(user, [row["topic"] for row in rows])
    seen = shown_to(user, {(n.source_kind, n.source_key) for n in notes} | {source_of(row["topic"]) for row in rows})
    groups = [group for row in rows if (group := grouped(row, notes, seen))]
    waiting = {group.topic for group in groups if group.unread}
    follows = topics.number == 1 and wishes_of([user.pk])[user.pk].on_screen(Category.FOLLOWED)
    news = news_for(user, since=None, most=NEWS) if follows else []
    return Inbox(
        page=topics,
        groups=groups,
        news=[one for one in news if one.topic not in waiting],
        unseen=[
            (note.source_kind, note.source_key)
            for note in notes
            if note.read_at is None and (note.source_kind, note.source_key) not in seen
        ],
    )


def latest_and_unread(user: User, topics: Sequence[str]) -> list[Notification]:
    """The latest notifications of each topic, of those unread many more, the latest first; one query."""
    place = Window(RowNumber(), partition_by=F("topic"), order_by=[F("at").desc(), F("pk").desc()])
    notes = Notification.objects.of(user).on_screen().filter(topic__in=topics).annotate(place=place)
    found = notes.filter(Q(place__lte=LOOKED_AT) | Q(read_at=None, place__lte=UNREAD_LOOKED_AT))
    return list(found.select_related("actor__profile").order_by("-at", "-pk"))


def source_of(topic: str) -> tuple[str, int]:
    """The source that a topic names: `thread:3` is thread 3."""
    kind, _, key = topic.partition(":")
    return kind, int(key)


def grouped(row: dict[str, object], notes: Sequence[Notification], seen: dict[tuple[str, int], Shown]) -> Group | None:
    """The group of a topic, None when nothing of it may be seen."""
    topic = str(row["topic"])
    of_topic = [note for note in notes if note.topic == topic]
    told = [Line(note, seen[source]) for note in of_topic if (source := (note.source_kind, note.source_key)) in seen]
    if not told:
        return None
    lines = told[:LINES_A_TOPIC]
    return Group(
        topic=topic,
        shown=seen.get(source_of(topic), lines[0].shown),
        lines=lines,
        more=len(told) - len(lines),
        unread=sum(line.note.read_at is None for line in told),
        at=lines[0].note.at,
        has_older=int(str(row["number"])) > len(of_topic),
    )
