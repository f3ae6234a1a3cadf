"""What people do in a live Q&A: ask, with their name or without, want a question answered; and how it is hosted."""

import uuid
from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.spaces.markup import clean_body
from realtime.threads.events import QUESTION_ASKED, QUESTION_CHANGED
from realtime.threads.models import LiveQuestion, LiveSupport, Thread
from realtime.threads.payloads import question_shown
from realtime.threads.services.telling import tell

LONGEST = 500  # characters of a question
State = LiveQuestion.State


class QuestionsAreOver(Exception):
    """The Q&A is closed: nothing is asked, supported or answered in it any more."""


class QuestionTooLong(Exception):
    """More than LONGEST characters."""


class QuestionHidden(Exception):
    """Those who run the space hid it: nothing is done with it until it is shown again."""


class AskedInOtherWords(Exception):
    """What this `client_id` asked is there, in other words or under another name: that was another question."""


class NoReasonGiven(Exception):
    """A question is set aside with a reason that everybody reads."""


@transaction.atomic
def ask_question(
    *, thread: Thread, body: str, by: User, is_anonymous: bool, client_id: uuid.UUID, at: datetime
) -> LiveQuestion:
    """Asks something, once for each `client_id`.

    Without a name, nothing that is written says who asked: no author, and a time to the minute.
    Raises QuestionsAreOver, QuestionTooLong, AskedInOtherWords, EmptyMessage.
    """
    body = " ".join(clean_body(body).split())
    if len(body) > LONGEST:
        raise QuestionTooLong
    open_thread(thread.pk)
    said_at = at.replace(second=0, microsecond=0) if is_anonymous else at
    asked = {"author": None if is_anonymous else by, "is_anonymous": is_anonymous, "body": body}
    question, is_new = LiveQuestion.objects.get_or_create(
        thread=thread, client_id=client_id, defaults=asked | {"asked_at": said_at}
    )
    if any(getattr(question, name) != value for name, value in asked.items()):
        raise AskedInOtherWords
    if is_new:
        tell(thread.pk, QUESTION_ASKED, question_shown(question, 0), at=said_at)
    return question


@transaction.atomic
def support_question(*, question: LiveQuestion, user: User, wants: bool, at: datetime) -> int:
    """Wants a question answered, or no more; once a person. Returns how many want it.

    Raises QuestionsAreOver, QuestionHidden.
    """
    open_thread(question.thread_id)
    question = held(question)
    own = LiveSupport.objects.filter(question=question, user=user)
    was_there = own.exists()
    if wants and not was_there:
        LiveSupport.objects.create(question=question, user=user)
    elif was_there and not wants:
        own.delete()
    return tell_changed(question, at=at) if wants != was_there else question.supports.count()


@transaction.atomic
def move_question(*, question: LiveQuestion, state: str, reason: str = "", at: datetime) -> LiveQuestion:
    """Shortlists a question, answers it now, says that it was answered, sets it aside, or puts it back.

    One is answered at a time: the one before is answered then. Raises QuestionsAreOver, NoReasonGiven,
    QuestionHidden.
    """
    reason = " ".join(reason.split())[:300] if state == State.SET_ASIDE else ""
    if state == State.SET_ASIDE and not reason:
        raise NoReasonGiven
    open_thread(question.thread_id, hosting=True)
    question = held(question)
    if (question.state, question.reason) == (state, reason):
        return question
    if state == State.ANSWERING:
        for other in LiveQuestion.objects.filter(thread=question.thread_id, state=State.ANSWERING):
            stand(other, State.ANSWERED, at=at)
    return stand(question, state, reason=reason, at=at)


def stand(question: LiveQuestion, state: str, *, at: datetime, reason: str = "") -> LiveQuestion:
    question.state, question.reason, question.state_at = state, reason, at
    question.save(update_fields=["state", "reason", "state_at"])
    tell_changed(question, at=at)
    return question


def tell_changed(question: LiveQuestion, *, at: datetime) -> int:
    """Tells how a question is now; returns how many want it answered."""
    supports: int = question.supports.count()
    tell(question.thread_id, QUESTION_CHANGED, question_shown(question, supports), at=at)
    return supports


def held(question: LiveQuestion) -> LiveQuestion:
    """The question as it stands, held until the transaction ends. Raises QuestionHidden."""
    found: LiveQuestion = LiveQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if found.hidden_at is not None:
        raise QuestionHidden
    return found


def open_thread(pk: int, *, hosting: bool = False) -> Thread:
    """The Q&A, still open; held while one is hosting, so that two hosts come one after the other."""
    threads = Thread.objects.select_for_update(of=("self",)) if hosting else Thread.objects
    thread: Thread = threads.get(pk=pk)
    if thread.kind != Thread.Kind.LIVE_QA or not thread.takes_words:
        raise QuestionsAreOver
    return thread
