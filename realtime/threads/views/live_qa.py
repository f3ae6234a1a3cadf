"""A live Q&A on the screen: asking, supporting, hosting, the screen of the room, what was answered."""

import uuid
from collections.abc import Callable
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.markup import EmptyMessage
from realtime.threads import services
from realtime.threads.access import (
    access_live_qa,
    access_live_question,
    access_own_live_question,
    qa_rights,
    rights_in_thread,
)
from realtime.threads.forms import QuestionForm, RewordForm
from realtime.threads.models import LiveQuestion, Thread
from realtime.threads.pace import may_ask
from realtime.threads.reading import open_window, stream_head
from realtime.threads.views.common import first_error, message_form, show_thread, wants_json

GONE = gettext_lazy("This question was hidden or taken back: nothing more is done with it.")
IN_HAND = gettext_lazy("This question was taken up meanwhile: it stays as it was asked. What you wrote is kept.")
LENGTH = gettext_lazy("Ask something, in 500 characters at most.")
WAIT = gettext_lazy("Leave the others a moment: ask again in half a minute.")
OVER = gettext_lazy("This Q&A is closed: nothing more is asked in it.")
ASKED_BEFORE = gettext_lazy(
    "What you asked before has arrived and stands among the questions. These words are kept: send them again to ask them too."
)


@require_POST
@policy(Audience.PERSON, holds="thread")
def ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks something. Nothing of who asked without a name is kept, on the way either."""
    thread = access_live_qa(request.user, pk)
    if not qa_rights(rights_in_thread(request.user, thread), thread).may_ask:
        raise PermissionDenied
    form = QuestionForm(request.POST)
    if form.is_valid() and not may_ask(request.user.pk):
        form.add_error("body", WAIT)
    if form.is_valid() and (question := asked(request, thread, form)):
        return (
            JsonResponse({"id": question.pk})
            if wants_json(request)
            else redirect(f"{thread.get_absolute_url()}#questions")
        )
    if wants_json(request):
        return JsonResponse({"message": first_error(form)}, status=422)
    window = open_window(thread, user=request.user)
    return show_thread(request, window, form=message_form(request, thread), question_form=form, status=422)


def asked(request: PersonRequest, thread: Thread, form: QuestionForm) -> LiveQuestion | None:
    try:
        return services.ask_question(thread=thread, by=request.user, at=timezone.now(), **form.cleaned_data)
    except services.QuestionsAreOver:
        form.add_error("body", OVER)
    except (EmptyMessage, services.QuestionTooLong):
        form.add_error("body", LENGTH)
    except services.AskedInOtherWords:
        form.data = request.POST.copy()
        form.data["client_id"] = str(uuid.uuid4())  # these words are a question of their own
        form.add_error("body", ASKED_BEFORE)
    return None


@require_POST
@policy(Audience.PERSON, holds="live_question")
def support(request: PersonRequest, pk: int) -> HttpResponse:
    """Wants a question answered; with `support=no`, no more."""
    question = access_live_question(request.user, pk)
    if not qa_rights(rights_in_thread(request.user, question.thread), question.thread).may_ask:
        raise PermissionDenied
    wants = request.POST.get("support") != "no"
    try:
        number = services.support_question(question=question, user=request.user, wants=wants, at=timezone.now())
    except services.QuestionsAreOver:
        return refused(request, question, str(OVER))
    except (services.QuestionHidden, services.QuestionTakenBack):
        return refused(request, question, str(GONE))
    return JsonResponse({"supported": wants, "supports": number}) if wants_json(request) else redirect(question)


@require_POST
@policy(Audience.PERSON, holds="live_question")
def reword(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks one's own question in other words."""
    question = access_own_live_question(request.user, pk)
    form = RewordForm(request.POST)
    body = request.POST.get("body", "")
    if not form.is_valid():
        return refused(request, question, first_error(form), body=body)
    if not may_ask(request.user.pk):
        return refused(request, question, str(WAIT), body=body)
    return own(request, question, partial(services.reword_question, **form.cleaned_data), body=body)


@require_POST
@policy(Audience.PERSON, holds="live_question")
def take_back(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes one's own question back."""
    return own(request, access_own_live_question(request.user, pk), services.take_question_back)


def own(request: PersonRequest, question: LiveQuestion, act: Callable[..., object], *, body: str = "") -> HttpResponse:
    """Does something with one's own question, or says why not."""
    try:
        act(question=question, at=timezone.now())
    except services.QuestionsAreOver:
        return refused(request, question, str(OVER), body=body)
    except services.NoLongerAsked:
        return refused(request, question, str(IN_HAND), body=body)
    except (services.QuestionHidden, services.QuestionTakenBack):
        return refused(request, question, str(GONE), body=body)
    except (EmptyMessage, services.QuestionTooLong):
        return refused(request, question, str(LENGTH), body=body)
    return JsonResponse({}) if wants_json(request) else redirect(f"{question.thread.get_absolute_url()}#questions")


@require_POST
@policy(Audience.PERSON, holds="live_question")
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Hosts: shortlists, answers now, marks as answered, sets aside with a reason, puts back."""
    question = access_live_question(request.user, pk)
    if not qa_rights(rights_in_thread(request.user, question.thread), question.thread).may_host:
        raise PermissionDenied
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "")
    if state not in LiveQuestion.ORDER:
        return refused(request, question, _("This cannot be done with a question."))
    try:
        services.move_question(question=question, state=state, by=request.user, reason=reason, at=timezone.now())
    except services.NoReasonGiven:
        return refused(request, question, _("Say why it is set aside: everybody reads the reason."))
    except services.QuestionsAreOver:
        return refused(request, question, str(OVER))
    except (services.QuestionHidden, services.QuestionTakenBack):
        return refused(request, question, str(GONE))
    return JsonResponse({}) if wants_json(request) else redirect(question)


@require_GET
@policy(Audience.PERSON, holds="thread")
def screen(request: PersonRequest, pk: int) -> HttpResponse:
    """What is shortlisted or being answered, large, for the projector of a room; and the invitation to ask."""
    thread = access_live_qa(request.user, pk)
    context = {"thread": thread, "head": stream_head(thread), "address": request.build_absolute_uri(f"/threads/{pk}/")}
    return render(request, "threads/screen.html", context)


@require_GET
@policy(Audience.PERSON, holds="thread")
def answered(request: PersonRequest, pk: int) -> HttpResponse:
    """What was answered, to be read afterwards."""
    thread = access_live_qa(request.user, pk)
    questions = thread.live_questions.filter(state=LiveQuestion.State.ANSWERED, hidden_at=None).for_screen()
    return render(
        request, "threads/answered.html", {"thread": thread, "questions": questions.order_by("state_at", "pk")}
    )


def refused(request: PersonRequest, question: LiveQuestion, reason: str, *, body: str = "") -> HttpResponse:
    """Says why not; `body`, what was written, is kept where one asks."""
    if wants_json(request):
        return JsonResponse({"message": reason}, status=422)
    window = open_window(question.thread, user=request.user)
    form = message_form(request, question.thread)
    asking = QuestionForm(initial={"body": body})
    return show_thread(request, window, form=form, question_form=asking, question_error=reason, status=422)
