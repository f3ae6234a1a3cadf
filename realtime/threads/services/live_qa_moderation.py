"""Looking after the questions of a live Q&A, also once it is closed: report, leave as it is, hide, show again."""

from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.threads.events import QUESTION_HIDDEN, QUESTION_SHOWN, QuestionHidden
from realtime.threads.models import LiveQuestion, ModerationAct, Report, Thread
from realtime.threads.payloads import question_shown
from realtime.threads.services import live_qa
from realtime.threads.services.acts import tell_people
from realtime.threads.services.forgetting import forget_question
from realtime.threads.services.moderation import NothingToDecide, OwnMessage, decide, judge, leave, report
from realtime.threads.services.telling import tell


@transaction.atomic
def report_question(*, question: LiveQuestion, by: User, reason: str, at: datetime) -> Report:
    """Asks those who run the space to look at a question. They learn who reports it; who asked it does not.

    Raises OwnMessage, AlreadyReported, NobodyRuns, QuestionHidden.
    """
    question = live_qa.held(question)
    if question.author_id == by.pk:
        raise OwnMessage
    return report(question, by=by, reason=reason, at=at)


@transaction.atomic
def leave_question(*, question: LiveQuestion, by: User, reason: str, at: datetime) -> ModerationAct:
    """Leaves a reported question as it is; who reported it is told why. Raises NotTheJudge, NothingToDecide, QuestionHidden."""
    question = live_qa.held(question)
    judge(question, by)
    return leave(question, by=by, reason=reason, at=at)


@transaction.atomic
def hide_question(*, question: LiveQuestion, by: User, reason: str, at: datetime) -> ModerationAct:
    """Takes a question's words away from everybody but those who run the space and who asked it, whom it is told.

    The reason stands in its place, so that who asked without a name reads it too, and nobody learns who that is. The
    words leave the stream's log. Shown again, it is not on the screen of the room by itself. Raises NotTheJudge,
    QuestionHidden.
    """
    Thread.objects.select_for_update(of=("self",)).get(pk=question.thread_id)  # as other hosts do
    question = live_qa.held(question)
    judge(question, by)
    question.hidden_at = at
    if question.state in LiveQuestion.STAGE:
        question.state, question.state_at = LiveQuestion.State.ASKED, at
    question.save(update_fields=["hidden_at", "state", "state_at"])
    forget_question(question)
    tell(question.thread_id, QUESTION_HIDDEN, QuestionHidden(id=question.pk, reason=reason), at=at)
    act = decide(question, ModerationAct.Kind.HIDDEN, by=by, reason=reason, at=at)
    tell_people(act, {question.author_id}, at=at)
    return act


@transaction.atomic
def show_question(*, question: LiveQuestion, by: User, reason: str, at: datetime) -> ModerationAct:
    """Shows a hidden question again; who asked it with a name, and who reported it, are told why.

    Raises NotTheJudge, NothingToDecide.
    """
    question = LiveQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if question.hidden_at is None:
        raise NothingToDecide
    judge(question, by)
    reporters = set(question.reports.filter(handled_at=question.hidden_at).values_list("by_id", flat=True))
    question.hidden_at = None
    question.save(update_fields=["hidden_at"])
    tell(question.thread_id, QUESTION_SHOWN, question_shown(question, question.supports.count()), at=at)
    act = decide(question, ModerationAct.Kind.SHOWN, by=by, reason=reason, at=at)
    tell_people(act, {question.author_id} | reporters, at=at)
    return act
