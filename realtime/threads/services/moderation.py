"""Looking after what is said: report, leave as it is, hide, appeal, show again. Each decision carries its reason."""

from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.notifications.models import Category
from realtime.notifications.services import Notice, notify
from realtime.threads.events import MESSAGE_HIDDEN, MESSAGE_SHOWN, MessageHidden
from realtime.threads.indexing import forget, index_soon
from realtime.threads.judging import Subject, about, hiding_of, judges_of
from realtime.threads.models import Appeal, Message, ModerationAct, Report
from realtime.threads.payloads import message_shown
from realtime.threads.services.acts import reporters_of, tell_people
from realtime.threads.services.forgetting import forget_words
from realtime.threads.services.messages import locked
from realtime.threads.services.states import answer_lost, tell_of_answers
from realtime.threads.services.telling import tell


class OwnMessage(Exception):
    """One reports the words of others; one's own can be edited or taken back."""


class AlreadyReported(Exception):
    """This person asked already, and it was not looked at yet."""


class NobodyRuns(Exception):
    """A private conversation has nobody to look after it."""


class NotTheJudge(Exception):
    """Somebody else decides about this message: it is one's own, or one decided already."""


class NothingToDecide(Exception):
    """It was decided meanwhile."""


class MayNotAppeal(Exception):
    """Only the author of a hidden message asks for a second look, once."""


@transaction.atomic
def report_message(*, message: Message, by: User, reason: str, at: datetime) -> Report:
    """Asks those who run the space to look at a message. They learn who asks; its author does not.

    Raises OwnMessage, AlreadyReported, NobodyRuns, MessageTakenBack, MessageHidden.
    """
    message = locked(message)
    if message.author_id == by.pk:
        raise OwnMessage
    return report(message, by=by, reason=reason, at=at)


@transaction.atomic
def leave_message(*, message: Message, by: User, reason: str, at: datetime) -> ModerationAct:
    """Leaves a reported message as it is, or as taken back by its author; who reported it is told why.

    Raises NotTheJudge, NothingToDecide, MessageHidden.
    """
    return leave(judged(message, by, even_taken_back=True), by=by, reason=reason, at=at)


@transaction.atomic
def hide_message(*, message: Message, by: User, reason: str, at: datetime) -> ModerationAct:
    """Takes a message's words away from everybody but its author, who is told why, as is who reported it.

    The words leave the stream's log and the index too. Raises NotTheJudge, MessageHidden, MessageTakenBack.
    """
    message = judged(message, by)
    message.hidden_at = at
    message.save(update_fields=["hidden_at"])
    forget_words(message)
    forget(message)
    answer_lost(messages=[message], by=by, at=at)  # first: a thread is held before its stream
    tell(message.thread_id, MESSAGE_HIDDEN, MessageHidden(id=message.pk, reason=reason), at=at)
    tell_of_answers(message.thread, at=at)
    act = decide(message, ModerationAct.Kind.HIDDEN, by=by, reason=reason, at=at)
    tell_people(act, {message.author_id}, at=at)
    return act


@transaction.atomic
def show_message(*, message: Message, by: User, reason: str, at: datetime) -> ModerationAct:
    """Shows a hidden message again, and grants its appeal when one waits.

    Raises NotTheJudge, NothingToDecide, MessageTakenBack.
    """
    message = locked(message, even_hidden=True)
    hidden = hiding_of(message)
    if hidden is None:
        raise NothingToDecide
    waiting = Appeal.objects.filter(act=hidden, decided_at=None).first()
    if by.pk not in judges_of(message, hid_by=hidden.by_id if waiting else None):
        raise NotTheJudge
    if waiting:
        answer_appeal(waiting, by=by, is_upheld=True, answer=reason, at=at)
    return shown_again(message, hidden, by=by, reason=reason, at=at)


@transaction.atomic
def appeal(*, message: Message, by: User, words: str, at: datetime) -> Appeal:
    """The author of a hidden message asks, once, for a second look. Raises MayNotAppeal, MessageTakenBack."""
    message = locked(message, even_hidden=True)
    hidden = hiding_of(message)
    if hidden is None or message.author_id != by.pk or Appeal.objects.filter(act=hidden).exists():
        raise MayNotAppeal
    asked = Appeal.objects.create(act=hidden, words=words, at=at)
    judges = judges_of(message, hid_by=hidden.by_id)
    notify([Notice(judges - {by.pk}, Category.MODERATION, f"appeal:{hidden.pk}", "appeal", hidden.pk)], at=at)
    return asked


@transaction.atomic
def decide_appeal(*, appeal: Appeal, by: User, is_upheld: bool, answer: str, at: datetime) -> Appeal:
    """Shows the message again, or keeps it hidden; its author is told why, as is who reported it.

    By somebody else than who hid it where somebody else runs the space. Raises NotTheJudge, NothingToDecide,
    MessageTakenBack.
    """
    message = locked(Message.objects.get(moderation_acts=appeal.act_id), even_hidden=True)
    waiting = Appeal.objects.select_related("act").filter(pk=appeal.pk, decided_at=None).first()
    if waiting is None:
        raise NothingToDecide
    if by.pk not in judges_of(message, hid_by=waiting.act.by_id):
        raise NotTheJudge
    answer_appeal(waiting, by=by, is_upheld=is_upheld, answer=answer, at=at)
    if is_upheld:
        shown_again(message, waiting.act, by=by, reason=answer, at=at)
    elif message.author_id is not None:
        told = Notice({message.author_id}, Category.MODERATION, f"appealed:{waiting.pk}", "appeal", waiting.pk)
        notify([told], at=at)
    return waiting


# --- what they share ----------------------------------------------------------------------------


def report(subject: Subject, *, by: User, reason: str, at: datetime) -> Report:
    """Asks those who run the space to look at it. Raises AlreadyReported, NobodyRuns."""
    judges = judges_of(subject) if subject.thread.space.is_place else set()
    if not judges:
        raise NobodyRuns
    report, is_new = Report.objects.get_or_create(
        **about(subject), by=by, handled_at=None, defaults={"reason": reason, "html": subject.html, "at": at}
    )
    if not is_new:
        raise AlreadyReported
    told = Notice(judges - {by.pk}, Category.MODERATION, f"report:{report.pk}", "report", report.pk)
    notify([told], at=at)
    return report


def judged(message: Message, by: User, *, even_taken_back: bool = False) -> Message:
    """The message, locked, for somebody who may decide about it. Raises NotTheJudge, MessageHidden, MessageTakenBack."""
    message = locked(message, even_taken_back=even_taken_back)
    judge(message, by)
    return message


def judge(subject: Subject, by: User) -> None:
    """Raises NotTheJudge unless `by` may decide about it."""
    if by.pk not in judges_of(subject):
        raise NotTheJudge


def leave(subject: Subject, *, by: User, reason: str, at: datetime) -> ModerationAct:
    """Leaves what was reported as it is. Raises NothingToDecide where no report waits."""
    if not subject.reports.filter(handled_at=None).exists():
        raise NothingToDecide
    return decide(subject, ModerationAct.Kind.LEFT, by=by, reason=reason, at=at)


def decide(subject: Subject, kind: str, *, by: User, reason: str, at: datetime) -> ModerationAct:
    """Writes the act; it answers every open report, and who made one is told. The words kept with them are forgotten."""
    act = ModerationAct.objects.create(**about(subject), kind=kind, by=by, reason=reason, at=at)
    reporters = reporters_of(subject)
    subject.reports.filter(handled_at=None).update(handled_at=at, html="")
    tell_people(act, reporters, at=at)
    return act


def shown_again(message: Message, hidden: ModerationAct, *, by: User, reason: str, at: datetime) -> ModerationAct:
    message.hidden_at = message.indexed_at = None
    message.save(update_fields=["hidden_at", "indexed_at"])
    index_soon()
    whole = Message.objects.select_related("author__profile", "reply_to__author").get(pk=message.pk)
    tell(message.thread_id, MESSAGE_SHOWN, message_shown(whole), at=at)
    tell_of_answers(message.thread, at=at)
    act = decide(message, ModerationAct.Kind.SHOWN, by=by, reason=reason, at=at)
    reporters = set(message.reports.filter(handled_at=hidden.at).values_list("by_id", flat=True))
    tell_people(act, {message.author_id} | reporters, at=at)
    return act


def answer_appeal(waiting: Appeal, *, by: User, is_upheld: bool, answer: str, at: datetime) -> None:
    waiting.decided_by, waiting.decided_at, waiting.is_upheld, waiting.answer = by, at, is_upheld, answer
    waiting.save(update_fields=["decided_by", "decided_at", "is_upheld", "answer"])
