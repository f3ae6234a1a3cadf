"""What a screen shows of a conversation: a window of messages around the reader's place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from intranet.accounts.models import User
from realtime.streams.models import Stream
from realtime.threads.events import ReactionShown, ReplyTo
from realtime.threads.models import Message, ReadMark, Thread
from realtime.threads.payloads import reactions_shown, reply_shown

WINDOW = 50  # messages on a screen
ABOVE = 10  # already read ones shown above the first unread
RUN = timedelta(minutes=5)  # the same person goes on without a new head


@dataclass(slots=True)
class Row:
    """One message with what its neighbors make of it."""

    message: Message
    reply_to: ReplyTo | None
    reactions: list[ReactionShown]
    day: date | None = None  # set where a new day begins
    goes_on: bool = False  # the same person, just after
    is_first_unread: bool = False


@dataclass(slots=True)
class Window:
    """A stretch of a thread. `head` is the stream's place to watch from: read before the messages, so nothing is missed."""

    thread: Thread
    rows: list[Row]
    head: int
    has_older: bool = False
    has_newer: bool = False
    read_seq: int | None = None

    @property
    def first_seq(self) -> int:
        return self.rows[0].message.seq if self.rows else 0

    @property
    def last_seq(self) -> int:
        return self.rows[-1].message.seq if self.rows else 0


def open_window(thread: Thread, *, user: User, around: Message | None = None) -> Window:
    """The window a reader lands on: around a given message, else around the first unread, else the end; four queries."""
    head = Stream.objects.filter(kind="thread", key=thread.pk).values_list("head", flat=True).first() or 0
    read_seq = ReadMark.objects.filter(user=user, thread=thread).values_list("seq", flat=True).first()
    if around is not None:
        window = stretch(thread, head, after=around.seq - 1, above=WINDOW // 2)
    elif read_seq is not None and read_seq < thread.last_seq:
        window = stretch(thread, head, after=read_seq, above=ABOVE)
    else:
        window = older(thread, before=None, head=head)
    window.read_seq = read_seq
    mark_first_unread(window, user)
    return window


def stretch(thread: Thread, head: int, *, after: int, above: int) -> Window:
    """`above` messages up to `after`, then what follows, WINDOW in all; filled up from above near the end."""
    before = thread.messages.for_reading().filter(seq__lte=after).order_by("-seq")
    since = thread.messages.for_reading().filter(seq__gt=after).order_by("seq")
    below = list(since[: WINDOW - above + 1])
    room = max(above, WINDOW - len(below))
    lead = list(before[: room + 1])
    messages = [*reversed(lead[:room]), *below[: WINDOW - above]]
    has_newer = len(below) > WINDOW - above
    return Window(thread, rows_of(messages), head, has_older=len(lead) > room, has_newer=has_newer)


def older(thread: Thread, *, before: int | None, head: int = 0) -> Window:
    """The WINDOW messages that come before a place, or the last ones."""
    messages = thread.messages.for_reading().order_by("-seq")
    if before is not None:
        messages = messages.filter(seq__lt=before)
    found = list(messages[: WINDOW + 1])
    return Window(
        thread, rows_of(reversed(found[:WINDOW])), head, has_older=len(found) > WINDOW, has_newer=before is not None
    )


def newer(thread: Thread, *, after: int, head: int = 0) -> Window:
    """The WINDOW messages that come after a place."""
    found = list(thread.messages.for_reading().filter(seq__gt=after).order_by("seq")[: WINDOW + 1])
    return Window(thread, rows_of(found[:WINDOW]), head, has_older=True, has_newer=len(found) > WINDOW)


def rows_of(messages: Iterable[Message]) -> list[Row]:
    """Messages in order, each knowing whether a day or a person begins with it."""
    rows: list[Row] = []
    for message in messages:
        row = Row(message, reply_shown(message.reply_to), reactions_shown(message.reactions.all()))
        previous = rows[-1].message if rows else None
        day = timezone.localdate(message.posted_at)
        if previous is None or day != timezone.localdate(previous.posted_at):
            row.day = day
        elif continues(previous.author_id, previous.posted_at, message):
            row.goes_on = row.reply_to is None
        rows.append(row)
    return rows


def continues(author_id: int | None, said_at: datetime, message: Message) -> bool:
    """Whether the author of the message before goes on with this one."""
    return author_id is not None and author_id == message.author_id and message.posted_at - said_at < RUN


def mark_first_unread(window: Window, user: User) -> None:
    """Puts the line above the first message that somebody else said since the reader's place."""
    if window.read_seq is None:
        return
    for row in window.rows:
        if row.message.seq > window.read_seq and row.message.author_id != user.pk:
            row.is_first_unread = True
            row.goes_on = False
            return
