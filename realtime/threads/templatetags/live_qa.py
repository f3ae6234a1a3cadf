"""The questions of a live Q&A in templates."""

from typing import Any

from django import template

from intranet.accounts.models import User
from realtime.threads.access import QaRights, ThreadRights, qa_rights
from realtime.threads.forms import RewordForm
from realtime.threads.models import LiveQuestion, Thread

register = template.Library()


@register.simple_tag
def live_questions(thread: Thread, user: User | None = None) -> Any:
    """The questions in the order of the screen, each with whether `user` wants it answered: shown to them alone."""
    return thread.live_questions.for_screen(user)


@register.simple_tag
def questions_on_stage(thread: Thread) -> Any:
    """What the screen of the room shows."""
    return thread.live_questions.on_stage().for_screen()


@register.simple_tag
def rights_in_qa(rights: ThreadRights, thread: Thread) -> QaRights:
    return qa_rights(rights, thread)


@register.simple_tag
def reword_field(question: LiveQuestion) -> str:
    """Where who asked says it in other words."""
    field = RewordForm(initial={"body": question.body}, auto_id=False)["body"]
    return field.as_widget(attrs={"data-slot": "words"})


@register.simple_tag(takes_context=True)
def blank_question(context: template.Context) -> LiveQuestion:
    """A question with nothing in it: what the script fills for one that arrives."""
    thread: Thread = context["thread"]
    question = LiveQuestion(pk=0, thread=thread, author=context["request"].user, asked_at=thread.created_at)
    question.support, question.is_mine, question.hidden_because = 0, False, ""
    return question
