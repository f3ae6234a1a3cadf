"""Moving messages: to another conversation, into a new one, or all of it into another. A trace stays on both sides."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.notifications.services import carry
from realtime.spaces.models import Level
from realtime.spaces.telling import tell_spaces
from realtime.streams.services import Fact, append_locked, lock
from realtime.threads.events import (
    MESSAGE_ARRIVED,
    MESSAGES_MOVED,
    THREAD_MERGED,
    TRACE_LEFT,
    MessageArrived,
    MessagesMoved,
    ThreadMerged,
)
from realtime.threads.indexing import index_soon
from realtime.threads.models import Attachment, Kept, Message, ReadMark, Subscription, Thread, Trace
from realtime.threads.moving import (
    CannotLeave,
    HasAPlace,
    NothingChosen,
    TooManyChosen,
    check_chosen,
    check_may_split,
    check_places,
    check_rights,
)
from realtime.threads.payloads import thread_link, trace_left
from realtime.threads.services.forgetting import forget_moved
from realtime.threads.services.states import answer_lost
from realtime.threads.services.synthesis import carry_synthesis
from realtime.threads.services.threads import create_thread

MOST_CHOSEN = 200  # messages moved one by one
MOST_MERGED = 2_000  # messages of a conversation merged whole
BATCH = 500  # rows a statement


@transaction.atomic
def move_messages(*, source: Thread, target: Thread, messages: Collection[int], by: User, at: datetime) -> Thread:
    """Moves some messages of a conversation to the end of another one, in their order; returns that one.

    Their answers to one another, signs, mentions, files, marks and polls go with them, and who had read them has
    read them there too. Raises MoveRefused.
    """
    source, target = locked(source, target)
    check_rights(by, source, target)
    check_places(source, target)
    carry_over(chosen(source, messages), source, target, by=by, at=at)
    follow(source, target, everybody=False, at=at)
    return target


@transaction.atomic
def split_thread(*, source: Thread, title: str, messages: Collection[int], by: User, at: datetime) -> Thread:
    """Moves some messages into a new conversation of the same space, which the same people see. Raises MoveRefused."""
    [source] = locked(source)
    check_may_split(by, source)
    found = chosen(source, messages)
    target = create_thread(space=source.space, title=title, by=by, at=at, audience=source.audience)
    carry_over(found, source, target, by=by, at=at, is_new=True)
    follow(source, target, everybody=True, at=at)
    return target


@transaction.atomic
def merge_thread(*, source: Thread, target: Thread, by: User, at: datetime) -> Thread:
    """Moves all of a conversation to the end of another one; its address leads there from now on. Raises MoveRefused.

    Its synthesis goes with it where the other one has none. What was merged into it before leads there too.
    """
    source, target = locked(source, target)
    check_rights(by, source, target)
    if source.origin_url or source.kind == Thread.Kind.LIVE_QA:
        raise HasAPlace
    check_places(source, target)
    found = list(source.messages.select_for_update(of=("self",), no_key=True).order_by("seq")[: MOST_MERGED + 1])
    if len(found) > MOST_MERGED:
        raise TooManyChosen
    if found:
        carry_over(found, source, target, by=by, at=at)
    follow(source, target, everybody=True, at=at)
    source.merged_into, source.pinned = target, False
    source.save(update_fields=["merged_into", "pinned"])
    Thread.objects.filter(merged_into=source).update(merged_into=target)
    [stream] = lock("thread", [source.pk])
    told = ThreadMerged(into=thread_link(target, seen_with=source))
    append_locked([stream], {source.pk: [Fact(THREAD_MERGED, dict(told))]}, at=at)
    carry_synthesis(source=source, target=target, at=at)
    return target


def locked(*threads: Thread) -> list[Thread]:
    """The conversations as they are now, in the order given, held until the transaction ends.

    In the order of their ids, and before their streams, as whoever posts holds them.
    """
    rows = Thread.objects.select_for_update(of=("self",), no_key=True).select_related("space")
    found = {row.pk: row for row in rows.filter(pk__in={thread.pk for thread in threads}).order_by("pk")}
    if len(found) != len({thread.pk for thread in threads}):
        raise CannotLeave
    return [found[thread.pk] for thread in threads]


def chosen(source: Thread, messages: Collection[int]) -> list[Message]:
    """Those of `messages` that are still in `source`, in their order, held.

    Raises NothingChosen, TooManyChosen, QuestionStays.
    """
    if len(messages) > MOST_CHOSEN:
        raise TooManyChosen
    check_chosen(source, messages)
    rows = Message.objects.select_for_update(of=("self",), no_key=True).standing()
    found = list(rows.filter(thread=source, pk__in=messages).order_by("seq"))
    if not found:
        raise NothingChosen
    return found


def carry_over(
    messages: Sequence[Message], source: Thread, target: Thread, *, by: User, at: datetime, is_new: bool = False
) -> None:
    """Gives `messages` their new places and everything that hangs on them, leaves the traces, and tells both streams.

    The same number of statements for any number of messages, but that rows are written BATCH at a time.
    """
    streams = {stream.key: stream for stream in lock("thread", {source.pk, target.pk})}
    before = [message.seq for message in messages]
    first, was_last = streams[target.pk].head + 2, target.last_seq  # the trace comes before them
    for place, message in enumerate(messages):
        message.thread, message.seq = target, first + place
        message.is_aside = message.is_aside and target.kind == Thread.Kind.QUESTION
        message.indexed_at = None  # the index says where a message is
    Message.objects.bulk_update(messages, ["thread", "seq", "is_aside", "indexed_at"], batch_size=BATCH)
    index_soon()
    Attachment.objects.filter(message__thread=target).exclude(thread=target).update(thread=target)
    forget_moved(source, messages)
    if not seen_alike(source, target):
        Kept.objects.filter(message__in=messages).delete()
    left, came = leave_traces(source, target, before[0], first - 1, len(messages), by=by, at=at)
    gone = MessagesMoved(ids=[message.pk for message in messages], seq=left.seq, trace=trace_left(left))
    answers = answers_there(target, messages)
    arrived = [
        Fact(MESSAGE_ARRIVED, dict(MessageArrived(id=message.pk, answers=answers.get(message.pk, []))))
        for message in messages
    ]
    facts = {
        source.pk: [Fact(MESSAGES_MOVED, dict(gone))],
        target.pk: [Fact(TRACE_LEFT, dict(trace_left(came))), *arrived],
    }
    append_locked([streams[key] for key in streams], facts, at=at)
    tell_spaces({source.space_id, target.space_id}, at=at)
    answer_lost(messages=messages, by=by, at=at)
    set_last(source, target, messages[-1])
    carry_marks(source, target, before, first, was_last=None if is_new else was_last)
    carry(source_kind="message", places={message.pk: (target.stream, message.seq) for message in messages})


def seen_alike(source: Thread, target: Thread) -> bool:
    """Whether all who see `target` see `source` too: what the one says of pages may be said in the other."""
    as_wide = source.audience in (Thread.Audience.SHARED, target.audience)
    return source.space_id == target.space_id and as_wide


def answers_there(target: Thread, messages: Sequence[Message]) -> dict[int, list[int]]:
    """The messages that stand in `target` already and answer one that comes: they show again what they answer."""
    first = messages[0].seq
    found: dict[int, list[int]] = {}
    rows = Message.objects.filter(thread=target, seq__lt=first, reply_to__in=[message.pk for message in messages])
    for pk, answered in rows.order_by("seq").values_list("pk", "reply_to_id"):
        found.setdefault(answered, []).append(pk)
    return found


def leave_traces(
    source: Thread, target: Thread, left_at: int, came_at: int, count: int, *, by: User, at: datetime
) -> list[Trace]:
    """Where the first message stood, that they went, and above them where they are now, that they came."""
    traces = [
        Trace(thread=source, seq=left_at, kind=Trace.Kind.MOVED_OUT, by=by, at=at, other=target, count=count),
        Trace(thread=target, seq=came_at, kind=Trace.Kind.MOVED_IN, by=by, at=at, other=source, count=count),
    ]
    return Trace.objects.bulk_create(traces)


def set_last(source: Thread, target: Thread, last: Message) -> None:
    """Both conversations know their last message again."""
    stays = source.messages.order_by("-seq").first()
    source.last_message, source.last_seq = stays, stays.seq if stays else 0
    source.last_at = stays.posted_at if stays else source.created_at
    target.last_message, target.last_seq = last, last.seq
    target.last_at = max(target.last_at, last.posted_at)
    Thread.objects.bulk_update([source, target], ["last_message", "last_seq", "last_at"])


def carry_marks(source: Thread, target: Thread, before: Sequence[int], first: int, *, was_last: int | None) -> None:
    """What somebody had read of the messages moved, they have read there too, when they had read what stood there.

    A new conversation (`was_last` None) has a mark for whoever ever opened the old one. Where each message stood
    is known only here, so the marks are computed here: two queries, and two statements for any number of readers.
    """
    read = dict(source.read_marks.values_list("user_id", "seq"))
    reached = {user: first - 1 + bisect_right(before, seq) for user, seq in read.items()}
    if was_last is None:
        marks = [ReadMark(user_id=user, thread=target, seq=seq) for user, seq in reached.items()]
        ReadMark.objects.bulk_create(marks, ignore_conflicts=True, batch_size=BATCH)
        return
    level = list(
        target.read_marks.select_for_update(no_key=True).filter(seq__gte=was_last, user__in=read).order_by("pk")
    )
    for mark in level:
        if reached[mark.user_id] >= first:
            mark.seq = reached[mark.user_id]
    ReadMark.objects.bulk_update(level, ["seq"], batch_size=BATCH)


def follow(source: Thread, target: Thread, *, everybody: bool, at: datetime) -> None:
    """Who follows or mutes the old conversation does so in the new one; of one that was there, those who speak there now."""
    chosen_levels = Subscription.objects.filter(thread=source)
    if not everybody:
        authors = target.messages.values("author")
        chosen_levels = chosen_levels.filter(user__in=authors, level=Level.FOLLOWED)
    rows = [Subscription(user_id=row.user_id, thread=target, level=row.level, since=at) for row in chosen_levels]
    Subscription.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
