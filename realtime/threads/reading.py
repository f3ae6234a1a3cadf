"""What a screen shows of a conversation: a window of messages around the reader's place."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone

from intranet.accounts.models import User
from realtime.streams.models import Stream
from realtime.threads.events import Author, FileShown, KeptIn, PollShown, ReactionShown, ReplyTo
from realtime.threads.judging import hidings
from realtime.threads.models import HelpfulMark, Message, ModerationAct, Thread, Trace
from realtime.threads.payloads import (
    answered_by,
    files_shown,
    helpful_shown,
    kept_shown,
    poll_shown,
    reactions_shown,
)
from realtime.threads.polling import with_options
from realtime.threads.unread import with_place

NEVER = 2**62  # a place after every message
WINDOW = 50  # messages on a screen
TRACES = 100  # at most shown among them, the newest
ABOVE = 10  # already read ones shown above the first unread
RUN = timedelta(minutes=5)  # the same person goes on without a new head


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands in the place of hidden words. They are here for their author alone: ask `words_for`."""

    act: ModerationAct
    author_id: int | None
    html: str

    def words_for(self, user: User) -> str:
        """The words, for their author; "" for anybody else."""
        return self.html if user.pk == self.author_id else ""


@dataclass(slots=True)
class Row:
    """One message with what its neighbors make of it."""

    message: Message
    reply_to: ReplyTo | None
    reactions: list[ReactionShown]
    files: list[FileShown]
    kept: list[KeptIn] = field(default_factory=list)  # the pages that cite it
    poll: PollShown | None = None
    helpful: list[Author] = field(default_factory=list)  # whom it helped
    day: date | None = None  # set where a new day begins
    goes_on: bool = False  # the same person, just after
    is_first_unread: bool = False
    cover: Cover | None = None  # of a message hidden by those who run the space
    is_found: bool = False  # what the reader came for
    trace: None = None

    @property
    def is_gone(self) -> bool:
        """Whether its words are taken back or hidden: nothing hangs on it then."""
        return self.message.deleted_at is not None or self.cover is not None

    @property
    def seq(self) -> int:
        return self.message.seq

    @property
    def at(self) -> datetime:
        return self.message.posted_at


@dataclass(slots=True)
class TraceRow:
    """Something that happened to the thread, in its place among the messages."""

    trace: Trace
    day: date | None = None
    is_first_unread: bool = False

    @property
    def seq(self) -> int:
        return self.trace.seq

    @property
    def at(self) -> datetime:
        return self.trace.at


@dataclass
class Window:
    """A stretch of a thread. `head` is the stream's place to watch from: read before the messages, so nothing is missed.

    `since` is the place after which it leaves nothing out, None for one that somebody went to on purpose.
    """

    thread: Thread
    rows: list[Row | TraceRow]
    head: int
    has_older: bool = False
    has_newer: bool = False
    read_seq: int | None = None
    since: int | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it begins where the reader is: who has read it has left out nothing."""
        return self.since is not None and (self.read_seq is None or self.since <= self.read_seq)

    @cached_property
    def opening_id(self) -> int | None:
        """The first message of a question: the question itself; one query. None in other conversations."""
        return self.thread.opening_id()

    @property
    def first_seq(self) -> int:
        return self.rows[0].seq if self.rows else 0

    @property
    def last_seq(self) -> int:
        return self.rows[-1].seq if self.rows else 0

    @property
    def messages(self) -> list[Message]:
        return [row.message for row in self.rows if isinstance(row, Row)]


def open_window(thread: Thread, *, user: User, around: Message | None = None, after: int | None = None) -> Window:
    """The window a reader lands on: around a message or from a place on, else the first unread, else the end.

    At most five queries.
    """
    head, read_seq = place_of(thread, user)
    if around is not None:
        window = stretch(thread, head, after=around.seq - 1, above=WINDOW // 2)
        for row in window.rows:
            if isinstance(row, Row):
                row.is_found = row.message.pk == around.pk
    elif after is not None:
        window = stretch(thread, head, after=after, above=ABOVE)
    elif read_seq is not None and read_seq < thread.last_seq:
        window = stretch(thread, head, after=read_seq, above=ABOVE)
        window.since = read_seq
    else:
        window = older(thread, before=None, head=head)
        window.since = thread.last_seq
    window.read_seq = read_seq
    mark_first_unread(window, user)
    return window


def place_of(thread: Thread, user: User) -> tuple[int, int | None]:
    """The thread's head, and the place after which what was said is new to `user`; one query.

    None where nothing can be new: they pass by for the first time.
    """
    stream = Stream.objects.filter(kind="thread", key=OuterRef("pk")).values("head")
    here = with_place(Thread.objects.filter(pk=thread.pk), user).annotate(
        head=Subquery(stream), traced=Exists(Trace.objects.filter(thread=OuterRef("pk")))
    )
    head, read_seq, new_after, thread.has_traces = here.values_list("head", "read_seq", "new_after", "traced").get()
    return head or 0, None if read_seq is None and new_after >= thread.last_seq else new_after


def stream_head(thread: Thread) -> int:
    """The place of the last thing told of a thread, 0 for none."""
    return Stream.objects.filter(kind="thread", key=thread.pk).values_list("head", flat=True).first() or 0


def stretch(thread: Thread, head: int, *, after: int, above: int) -> Window:
    """`above` messages up to `after`, then what follows, WINDOW in all; filled up from above near the end.

    One query between two places that it finds itself, and one for the reactions.
    """
    before = thread.messages.filter(seq__lte=after).order_by("-seq").values("seq")[WINDOW : WINDOW + 1]
    since = thread.messages.filter(seq__gt=after).order_by("seq").values("seq")[WINDOW - above : WINDOW - above + 1]
    first, last = Coalesce(Subquery(before), 0), Coalesce(Subquery(since), NEVER)
    found = list(thread.messages.for_reading().filter(seq__gte=first, seq__lte=last).order_by("seq"))
    below = [message for message in found if message.seq > after]
    room = max(above, WINDOW - len(below))
    lead = [message for message in reversed(found) if message.seq <= after][: room + 1]
    messages = [*reversed(lead[:room]), *below[: WINDOW - above]]
    return window_of(thread, messages, head, has_older=len(lead) > room, has_newer=len(below) > WINDOW - above)


def older(thread: Thread, *, before: int | None, head: int = 0) -> Window:
    """The WINDOW messages that come before a place, or the last ones."""
    messages = thread.messages.for_reading().order_by("-seq")
    if before is not None:
        messages = messages.filter(seq__lt=before)
    found = list(messages[: WINDOW + 1])
    shown = found[WINDOW - 1 :: -1]
    return window_of(thread, shown, head, has_older=len(found) > WINDOW, has_newer=before is not None, before=before)


def newer(thread: Thread, *, after: int, head: int = 0) -> Window:
    """The WINDOW messages that come after a place."""
    found = list(thread.messages.for_reading().filter(seq__gt=after).order_by("seq")[: WINDOW + 1])
    window = window_of(thread, found[:WINDOW], head, has_older=True, has_newer=len(found) > WINDOW, after=after)
    window.since = after
    return window


def window_of(
    thread: Thread,
    messages: list[Message],
    head: int,
    *,
    has_older: bool,
    has_newer: bool,
    after: int | None = None,
    before: int | None = None,
) -> Window:
    """Messages in order with the traces left among them, up to the next stretch on each side; one query."""
    first = messages[0].seq if messages and has_older else 0
    last = messages[-1].seq if messages and has_newer else None
    traces = thread.traces.for_reading().filter(seq__gte=first if after is None else after + 1)
    if before is not None:
        traces = traces.filter(seq__lt=before)
    elif last is not None:
        traces = traces.filter(seq__lte=last)
    left = traces.order_by("-seq")[:TRACES] if thread.has_traces else []
    rows = rows_of([*with_pages(messages), *left])
    return Window(thread, rows, head, has_older=has_older, has_newer=has_newer)


def rows_of(things: Iterable[Message | Trace]) -> list[Row | TraceRow]:
    """Messages and traces in the order of the stream, each knowing whether a day or a person begins with it."""
    rows: list[Row | TraceRow] = []
    for thing in sorted(things, key=lambda thing: thing.seq):
        row = row_of(thing)
        previous = rows[-1] if rows else None
        day = timezone.localdate(row.at)
        if previous is None or day != timezone.localdate(previous.at):
            row.day = day
        elif isinstance(row, Row) and isinstance(previous, Row):
            said = previous.message
            row.goes_on = row.reply_to is None and continues(said.author_id, said.posted_at, row.message)
        rows.append(row)
    cover_hidden(row for row in rows if isinstance(row, Row))
    return rows


def row_of(thing: Message | Trace) -> Row | TraceRow:
    if isinstance(thing, Trace):
        return TraceRow(thing)
    files = files_shown(thing.attachments.all()) if thing.has_files else []
    row = Row(thing, answered_by(thing), reactions_shown(thing.reactions.all()), files, kept_shown(thing))
    row.poll, row.helpful = poll_shown(thing), helpful_shown(thing.helpful_marks.all() if thing.is_helpful else [])
    return row


def with_pages(messages: list[Message]) -> list[Message]:
    """The messages with what hangs on some of them (pages that keep them, whom they helped, polls, files): five queries, none without any."""
    prefetch_related_objects([message for message in messages if message.is_kept], "kept__synthesis")
    prefetch_related_objects([message for message in messages if message.has_files], "attachments")
    marks = Prefetch("helpful_marks", HelpfulMark.objects.select_related("user__profile"))
    prefetch_related_objects([message for message in messages if message.is_helpful], marks)
    with_options(message.poll for message in messages if hasattr(message, "poll"))
    return messages


def cover_hidden(rows: Iterable[Row]) -> None:
    """Takes hidden words out of the rows, whatever a template then shows of them; no query without any."""
    hidden = [row for row in rows if row.message.hidden_at]
    acts = hidings([row.message for row in hidden])
    for row in hidden:
        row.files = []
        if act := acts.get(row.message.pk):
            row.cover = Cover(act, row.message.author_id, row.message.html)
            row.message.body = row.message.html = ""
            row.reactions, row.kept, row.poll, row.helpful = [], [], None, []


def continues(author_id: int | None, said_at: datetime, message: Message) -> bool:
    """Whether the author of the message before goes on with this one."""
    return author_id is not None and author_id == message.author_id and message.posted_at - said_at < RUN


def mark_first_unread(window: Window, user: User) -> None:
    """Puts the line above the first message that somebody else said since the reader's place."""
    if window.read_seq is None:
        return
    for row in window.rows:
        if isinstance(row, Row) and row.seq > window.read_seq and row.message.author_id != user.pk:
            row.is_first_unread = True
            row.goes_on = False
            return
