"""What people do in a live Q&A: ask, with their name or without, want a question answered; and how it is hosted."""

import uuid
from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.notifications.models import Category, Notification
from realtime.notifications.services import Notice, notify
from realtime.spaces.markup import clean_body
from realtime.threads.events import QUESTION_ASKED, QUESTION_CHANGED, QUESTION_WITHDRAWN, QuestionWithdrawn
from realtime.threads.models import LiveQuestion, LiveSupport, Thread
from realtime.threads.payloads import question_shown
from realtime.threads.services.acts import note_taken_back
from realtime.threads.services.forgetting import forget_question
from realtime.threads.services.telling import tell

LONGEST = 500  # characters of a question
State = LiveQuestion.State
TOLD: dict[str, str] = {  # to who asked with their name
    State.ANSWERING: Notification.Reason.QA_ANSWERING,
    State.ANSWERED: Notification.Reason.QA_ANSWERED,
    State.SET_ASIDE: Notification.Reason.QA_SET_ASIDE,
}


class QuestionsAreOver(Exception):
    """The Q&A is closed: nothing is asked, supported or answered in it any more."""


class QuestionTooLong(Exception):
    """More than LONGEST characters."""


class QuestionHidden(Exception):
    """Those who run the space hid it: nothing is done with it until it is shown again."""


class QuestionTakenBack(Exception):
    """Who asked took it back."""


class NoLongerAsked(Exception):
    """It was shortlisted, answered or set aside: who asked changes nothing of it any more."""


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
    body = clean_question(body)
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


def clean_question(body: str) -> str:
    """What is asked, in one paragraph. Raises QuestionTooLong, EmptyMessage."""
    body = " ".join(clean_body(body).split())
    if len(body) > LONGEST:
        raise QuestionTooLong
    return body


@transaction.atomic
def reword_question(*, question: LiveQuestion, body: str, at: datetime) -> LiveQuestion:
    """Asks one's own question in other words, while nobody took it up; whoever wants it answered sees that it changed.

    Raises QuestionsAreOver, NoLongerAsked, QuestionHidden, QuestionTakenBack, QuestionTooLong, EmptyMessage.
    """
    body = clean_question(body)
    question = still_asked(question)
    if body != question.body:
        question.body, question.edited_at = body, at
        question.save(update_fields=["body", "edited_at"])
        tell_changed(question, at=at)
    return question


@transaction.atomic
def take_question_back(*, question: LiveQuestion, at: datetime) -> None:
    """Takes one's own question back, while nobody took it up: its words are gone, from the stream's log too.

    Raises QuestionsAreOver, NoLongerAsked, QuestionHidden, QuestionTakenBack.
    """
    question = still_asked(question)
    question.body, question.state, question.state_at = "", State.WITHDRAWN, at
    question.save(update_fields=["body", "state", "state_at"])
    question.supports.all().delete()
    note_taken_back(question, at=at)
    question.reports.filter(handled_at=None).update(handled_at=at, html="")
    forget_question(question)
    tell(question.thread_id, QUESTION_WITHDRAWN, QuestionWithdrawn(id=question.pk), at=at)


@transaction.atomic
def support_question(*, question: LiveQuestion, user: User, wants: bool, at: datetime) -> int:
    """Wants a question answered, or no more; once a person. Returns how many want it.

    Raises QuestionsAreOver, QuestionHidden, QuestionTakenBack.
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
def move_question(*, question: LiveQuestion, state: str, by: User, reason: str = "", at: datetime) -> LiveQuestion:
    """Shortlists a question, answers it now, says that it was answered, sets it aside, or puts it back.

    One is answered at a time: the one before is answered then. Who asked with their name is told of an answer and of
    being set aside. Raises QuestionsAreOver, NoReasonGiven, QuestionHidden, QuestionTakenBack.
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
            stand(other, State.ANSWERED, by=by, at=at)
    return stand(question, state, by=by, reason=reason, at=at)


def stand(question: LiveQuestion, state: str, *, by: User, at: datetime, reason: str = "") -> LiveQuestion:
    question.state, question.reason, question.state_at = state, reason, at
    question.save(update_fields=["state", "reason", "state_at"])
    tell_changed(question, at=at)
    tell_author(question, by=by, at=at)
    return question


def tell_author(question: LiveQuestion, *, by: User, at: datetime) -> None:
    """Tells who asked, if they gave their name and somebody else moved it, what became of their question."""
    if question.author_id is None or question.state not in TOLD:
        return
    people = {question.author_id} - {by.pk}
    key = f"live_question:{question.pk}:{question.state}:{int(at.timestamp())}"
    why, topic = TOLD[question.state], f"thread:{question.thread_id}"
    notify([Notice(people, Category.REPLY, key, "live_question", question.pk, reason=why, topic=topic)], at=at)


def tell_changed(question: LiveQuestion, *, at: datetime) -> int:
    """Tells how a question is now; returns how many want it answered."""
    supports: int = question.supports.count()
    tell(question.thread_id, QUESTION_CHANGED, question_shown(question, supports), at=at)
    return supports


def held(question: LiveQuestion) -> LiveQuestion:
    """The question as it stands, held until the transaction ends. Raises QuestionHidden, QuestionTakenBack."""
    found: LiveQuestion = LiveQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if found.hidden_at is not None:
        raise QuestionHidden
    if found.state == State.WITHDRAWN:
        raise QuestionTakenBack
    return found


def still_asked(question: LiveQuestion) -> LiveQuestion:
    """The question, held, for who asked it. Raises QuestionsAreOver, NoLongerAsked, QuestionHidden, QuestionTakenBack."""
    open_thread(question.thread_id)
    question = held(question)
    if question.state != State.ASKED:
        raise NoLongerAsked
    return question


def open_thread(pk: int, *, hosting: bool = False) -> Thread:
    """The Q&A, still open; held while one is hosting, so that two hosts come one after the other."""
    threads = Thread.objects.select_for_update(of=("self",)) if hosting else Thread.objects
    thread: Thread = threads.get(pk=pk)
    if thread.kind != Thread.Kind.LIVE_QA or not thread.takes_words:
        raise QuestionsAreOver
    return thread
