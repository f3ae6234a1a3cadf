"""How a conversation stands: open, solved, closed, withdrawn; and which of its messages answers a question."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from intranet.accounts.models import User
from realtime.spaces.telling import tell_spaces
from realtime.threads.events import ASIDE_CHANGED, STATE_CHANGED, AsideChanged
from realtime.threads.models import Message, Thread, Trace
from realtime.threads.payloads import state_changed
from realtime.threads.services.telling import tell
from realtime.threads.services.traces import leave_trace

State = Thread.State


class Act(StrEnum):
    """What changes how a conversation stands."""

    ACCEPT = "accept"
    SOLVE = "solve"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


# What each act makes of a conversation that stands so; where nothing is said, it cannot be done.
NEXT: dict[tuple[Act, str], str] = {
    (Act.ACCEPT, State.OPEN): State.SOLVED,
    (Act.ACCEPT, State.SOLVED): State.SOLVED,
    (Act.SOLVE, State.OPEN): State.SOLVED,
    (Act.CLOSE, State.OPEN): State.CLOSED,
    (Act.CLOSE, State.SOLVED): State.CLOSED,
    (Act.WITHDRAW, State.OPEN): State.WITHDRAWN,
    (Act.REOPEN, State.SOLVED): State.OPEN,
    (Act.REOPEN, State.CLOSED): State.OPEN,
    (Act.REOPEN, State.WITHDRAWN): State.OPEN,
}
OF_QUESTIONS = {Act.ACCEPT, Act.SOLVE, Act.WITHDRAW}
TRACES = {
    Act.ACCEPT: Trace.Kind.SOLVED,
    Act.SOLVE: Trace.Kind.SOLVED,
    Act.CLOSE: Trace.Kind.CLOSED,
    Act.WITHDRAW: Trace.Kind.WITHDRAWN,
    Act.REOPEN: Trace.Kind.REOPENED,
}


class NotInThisState(Exception):
    """The conversation stands so that this cannot be done: somebody was quicker, or it is no question."""


class NotAnAnswer(Exception):
    """The message cannot be the answer: the question itself, said aside, taken back or hidden."""


@transaction.atomic
def accept_answer(*, message: Message, by: User, at: datetime) -> Thread:
    """Keeps a message as the answer of its question, instead of another one if need be; the question is solved.

    Accepting it again changes nothing. Raises NotInThisState, NotAnAnswer.
    """
    thread = locked(message.thread_id)
    if thread.state == State.SOLVED and thread.accepted_id == message.pk:
        return thread
    message = Message.objects.get(pk=message.pk)
    if message.deleted_at or message.hidden_at or message.is_aside or message.pk == thread.opening_id():
        raise NotAnAnswer
    return change(thread, Act.ACCEPT, by=by, at=at, answer=message)


@transaction.atomic
def solve_question(*, thread: Thread, by: User, at: datetime) -> Thread:
    """Says that a question is solved without keeping one answer. Raises NotInThisState."""
    return change(locked(thread.pk), Act.SOLVE, by=by, at=at)


@transaction.atomic
def close_thread(*, thread: Thread, reason: str, by: User, at: datetime) -> Thread:
    """Ends a conversation, with the reason that everybody in it reads. Raises NotInThisState."""
    return change(locked(thread.pk), Act.CLOSE, by=by, at=at, reason=reason.strip())


@transaction.atomic
def withdraw_question(*, thread: Thread, by: User, at: datetime) -> Thread:
    """Says that a question is no longer asked. Raises NotInThisState."""
    return change(locked(thread.pk), Act.WITHDRAW, by=by, at=at)


@transaction.atomic
def reopen_thread(*, thread: Thread, by: User | None, at: datetime) -> Thread:
    """Opens a conversation again; a solved question has no accepted answer then, a closed one keeps its own.

    Raises NotInThisState.
    """
    return change(locked(thread.pk), Act.REOPEN, by=by, at=at)


@transaction.atomic
def answer_lost(*, messages: Sequence[Message], by: User | None, at: datetime) -> None:
    """After messages were taken back, hidden or moved away: a question that one of them answered has no answer any more."""
    for thread in Thread.objects.select_for_update(of=("self",)).filter(accepted__in=messages):
        if thread.state == State.SOLVED:
            change(thread, Act.REOPEN, by=by, at=at)
        else:
            thread.accepted = None
            thread.save(update_fields=["accepted"])
            tell(thread.pk, STATE_CHANGED, state_changed(thread), at=at)


@transaction.atomic
def mark_aside(*, message: Message, is_aside: bool, at: datetime) -> Message:
    """Says of a message under a question that it does not answer it, or that it does after all.

    Raises NotAnAnswer for the question itself and for the answer that was accepted.
    """
    thread = locked(message.thread_id)
    message = Message.objects.get(pk=message.pk)
    if thread.kind != Thread.Kind.QUESTION or message.deleted_at or message.pk == thread.opening_id():
        raise NotAnAnswer
    if thread.accepted_id == message.pk:
        raise NotAnAnswer
    if message.is_aside != is_aside:
        message.is_aside = is_aside
        message.save(update_fields=["is_aside"])
        tell(thread.pk, ASIDE_CHANGED, AsideChanged(id=message.pk, is_aside=is_aside), at=at)
        tell_of_answers(thread, at=at)
    return message


def change(
    thread: Thread, act: Act, *, by: User | None, at: datetime, reason: str = "", answer: Message | None = None
) -> Thread:
    """Makes `thread`, locked, stand as `act` makes it, leaves a trace and tells. Raises NotInThisState."""
    thread.state = following(act, thread)
    thread.state_by, thread.state_at, thread.state_reason = by, at, reason
    if act == Act.ACCEPT:
        thread.accepted = answer
    elif thread.state not in (State.SOLVED, State.CLOSED):
        thread.accepted = None
    thread.save(update_fields=["state", "state_by", "state_at", "state_reason", "accepted"])
    leave_trace(thread=thread, kind=TRACES[act], by=by, at=at, reason=reason, message=answer)
    tell(thread.pk, STATE_CHANGED, state_changed(thread), at=at)
    tell_spaces({thread.space_id}, at=at)
    return thread


def following(act: Act, thread: Thread) -> str:
    """How `thread` stands after `act`. Raises NotInThisState."""
    if act in OF_QUESTIONS and thread.kind != Thread.Kind.QUESTION:
        raise NotInThisState
    if (act, thread.state) not in NEXT:
        raise NotInThisState
    if act == Act.REOPEN and thread.state == State.CLOSED and thread.accepted_id is not None:
        return State.SOLVED
    return NEXT[act, thread.state]


def tell_of_answers(thread: Thread, *, at: datetime) -> None:
    """After words under a question were taken back, hidden or shown again: it may be unanswered, or no longer."""
    if thread.kind == Thread.Kind.QUESTION:
        tell_spaces({thread.space_id}, at=at)


def locked(pk: int) -> Thread:
    """The conversation as it is now, held until the transaction ends."""
    thread: Thread = Thread.objects.select_for_update(of=("self",)).get(pk=pk)
    return thread
