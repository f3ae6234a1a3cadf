"""The one door to conversations. Who may read a thread may watch its stream."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404

from intranet.accounts.models import User
from realtime.spaces.access import Rights, rights_in, seen_by
from realtime.streams.watch import watchable
from realtime.threads.events import MESSAGE_DELETED, MESSAGE_HIDDEN, MESSAGES_MOVED, QUESTION_HIDDEN, QUESTION_WITHDRAWN
from realtime.threads.following import with_levels
from realtime.threads.models import Attachment, LiveQuestion, Message, Point, Thread

SHOWN = ("space", "created_by__profile", "accepted__author", "synthesis")  # what a screen shows of a thread
PARTS = ("author", *(f"thread__{name}" for name in SHOWN))


def allowed_watchers(key: int, user_ids: Collection[int]) -> set[int]:
    """Those of `user_ids` who see thread `key`; equal to `access_thread` for each of them."""
    thread = Thread.objects.select_related("space").filter(pk=key).first()
    if thread is None:
        return set()
    return seen_by(thread.space, user_ids, with_guests=thread.audience == Thread.Audience.SHARED)


REWRITTEN_BY = [MESSAGE_DELETED, MESSAGE_HIDDEN, MESSAGES_MOVED, QUESTION_HIDDEN, QUESTION_WITHDRAWN]


@watchable("thread", allowed=allowed_watchers, rewritten_by=REWRITTEN_BY)
def access_thread(user: User, pk: int) -> Thread:
    """The thread for a person, with the levels they chose; Http404 for one they may not see."""
    seen = with_levels(Thread.objects.visible_to(user), user).select_related(*SHOWN)
    thread: Thread | None = seen.filter(pk=pk).first()
    if thread is None:
        raise Http404
    return thread


def goes_on_in(user: User, merged: Thread) -> Thread | None:
    """The conversation that `merged` was merged into, for who sees it; no query for one that was not."""
    if merged.merged_into_id is None:
        return None
    into: Thread | None = Thread.objects.visible_to(user).filter(pk=merged.merged_into_id).first()
    return into


def access_message(user: User, pk: int) -> Message:
    """The message for somebody who sees its thread; Http404 otherwise, and for one taken back.

    The words of a hidden one are for its author and for who runs the space: ask `may_read`.
    """
    seen = Message.objects.visible_to(user).standing().select_related(*PARTS)
    message = seen.filter(pk=pk).first()
    if message is None:
        raise Http404
    return message


def access_attachment(user: User, token: str) -> Attachment:
    """The file for somebody who reads its message, or who brought it and has not said it; Http404 otherwise."""
    attachment: Attachment | None = Attachment.objects.visible_to(user).filter(token=token).first()
    if attachment is None:
        raise Http404
    return attachment


def access_own_message(user: User, pk: int) -> Message:
    """The message for its author, in a thread they may still write in; PermissionDenied for anyone else."""
    message = access_message(user, pk)
    if message.author_id != user.pk or not rights_in(user, message.thread.space).may_write:
        raise PermissionDenied
    return message


def access_point(user: User, pk: int) -> Point:
    """A point of a synthesis, for somebody who sees its thread; Http404 otherwise."""
    seen = Thread.objects.visible_to(user)
    point = Point.objects.select_related("synthesis__thread__space").filter(synthesis__thread__in=seen, pk=pk).first()
    if point is None:
        raise Http404
    return point


def may_read(user: User, message: Message) -> bool:
    """Whether the words of a message they see are shown to `user` in its conversation: a hidden one's only to its author."""
    return message.hidden_at is None or message.author_id == user.pk


def access_message_as_facilitator(user: User, pk: int) -> Message:
    """The message for who runs its space; PermissionDenied for who only sees it, Http404 in a private conversation.

    One taken back too, while a report of it waits.
    """
    message = Message.objects.visible_to(user).to_judge().select_related(*PARTS).filter(pk=pk).first()
    if message is None or not message.thread.space.is_place:
        raise Http404
    if not rights_in(user, message.thread.space).may_facilitate:
        raise PermissionDenied
    return message


def may_see(right: Rights, thread: Thread) -> bool:
    """Whether rights in a thread's space open the thread: guests see only what is shared with them."""
    return right.sees and (not right.is_guest or thread.audience == Thread.Audience.SHARED)


def may_write(right: Rights, thread: Thread, user_id: int) -> bool:
    """Whether rights in a thread's space let `user_id` write in it; one-way: those who run the space alone."""
    if thread.merged_into_id is not None:
        return False
    return right.may_write and (not thread.is_one_way or right.may_facilitate or thread.created_by_id == user_id)


def may_take_part(right: Rights, thread: Thread) -> bool:
    """Whether rights in a thread's space let one answer what is said with a sign or a vote: also under an announcement."""
    return right.may_write and thread.takes_words


def access_message_to_answer(user: User, pk: int) -> Message:
    """The message for somebody who may answer it with a sign or a vote: PermissionDenied, or Http404."""
    message = access_message(user, pk)
    if not may_read(user, message):
        raise Http404
    if not may_take_part(rights_in(user, message.thread.space), message.thread):
        raise PermissionDenied
    return message


def access_thread_to_write(user: User, pk: int) -> Thread:
    """The thread for somebody who may write in it; PermissionDenied for one who only reads it."""
    thread: Thread = access_thread(user, pk)
    if not rights_in_thread(user, thread).may_write:
        raise PermissionDenied
    return thread


@dataclass(frozen=True, slots=True)
class ThreadRights:
    """What a person may do in a thread they see."""

    space: Rights
    may_write: bool
    may_announce: bool  # write in it although it is one-way, or becomes so
    may_run: bool  # rename, pin
    may_settle: bool  # say what answers a question and what does not, that it is solved or not
    may_close: bool  # with a reason; and open again
    may_withdraw: bool  # one's own question


def rights_in_thread(user: User, thread: Thread, right: Rights | None = None) -> ThreadRights:
    """What `user` may do in `thread`, which they see; one query, or none where their `right` in its space is known."""
    right = right or rights_in(user, thread.space)
    began = thread.created_by_id == user.pk
    asks = thread.kind == Thread.Kind.QUESTION
    leads = (right.may_facilitate or began) and right.may_write
    return ThreadRights(
        space=right,
        may_write=may_write(right, thread, user.pk),
        may_announce=leads,
        may_run=right.may_facilitate or ((began or thread.is_private) and right.may_write and not right.is_guest),
        may_settle=asks and leads,
        may_close=leads and thread.kind != Thread.Kind.PRIVATE,
        may_withdraw=asks and began and right.may_write,
    )


def may_reopen(rights: ThreadRights, thread: Thread) -> bool:
    """Whether somebody may open `thread` again, as it stands: a question withdrawn is asked again by its asker alone."""
    by_state = {Thread.State.SOLVED: rights.may_settle, Thread.State.WITHDRAWN: rights.may_withdraw}
    return by_state.get(Thread.State(thread.state), rights.may_close)


def access_answer(user: User, pk: int) -> Message:
    """The message for somebody who may say whether it answers; PermissionDenied for one who only sees it."""
    message = access_message(user, pk)
    if not rights_in_thread(user, message.thread).may_settle:
        raise PermissionDenied
    return message


def access_aside(user: User, pk: int) -> Message:
    """The message for somebody who may say that it does not answer: its author too."""
    message = access_message(user, pk)
    rights = rights_in_thread(user, message.thread)
    if not rights.may_settle and not (message.author_id == user.pk and rights.space.may_write):
        raise PermissionDenied
    return message


@dataclass(frozen=True, slots=True)
class QaRights:
    """What a person may do in a live Q&A they see."""

    may_ask: bool  # and support
    may_host: bool  # shortlist, answer, set aside


def qa_rights(rights: ThreadRights, thread: Thread) -> QaRights:
    """Whoever sees a live Q&A asks in it; those who run its space host it."""
    is_live = thread.kind == Thread.Kind.LIVE_QA and not thread.space.is_archived
    return QaRights(may_ask=is_live and rights.space.sees, may_host=is_live and rights.space.may_facilitate)


def access_live_qa(user: User, pk: int) -> Thread:
    """The live Q&A for somebody who sees it; Http404 for another kind of thread too."""
    thread: Thread = access_thread(user, pk)
    if thread.kind != Thread.Kind.LIVE_QA:
        raise Http404
    return thread


def access_live_question(user: User, pk: int) -> LiveQuestion:
    """A question of a live Q&A for somebody who sees it; Http404 otherwise, and for one taken back.

    The words of a hidden one are for who asked it and for who runs the space.
    """
    seen = LiveQuestion.objects.visible_to(user).standing()
    questions = seen.select_related("thread__space", "author__profile")
    question: LiveQuestion | None = questions.filter(pk=pk).first()
    if question is None:
        raise Http404
    return question


def access_own_live_question(user: User, pk: int) -> LiveQuestion:
    """A question of a live Q&A for who asked it with their name; PermissionDenied for anyone else."""
    question = access_live_question(user, pk)
    if question.author_id != user.pk or question.thread.space.is_archived:
        raise PermissionDenied
    return question


def access_live_question_as_facilitator(user: User, pk: int) -> LiveQuestion:
    """A question of a live Q&A for who runs its space; PermissionDenied for who only sees it."""
    question = access_live_question(user, pk)
    if not rights_in(user, question.thread.space).may_facilitate:
        raise PermissionDenied
    return question
