"""Reporting a question of a live Q&A, and deciding about it: on a screen of its own, or among the questions at once."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.threads import services
from realtime.threads.access import access_live_question, access_live_question_as_facilitator
from realtime.threads.forms import JudgeForm, ReportForm
from realtime.threads.judging import judges_of
from realtime.threads.models import LiveQuestion
from realtime.threads.views.common import first_error, wants_json
from realtime.threads.views.moderation import context_of, decisions_for, reports_of, send_report

VERBS = {"leave": services.leave_question, "hide": services.hide_question, "show": services.show_question}


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="live_question")
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks those who run the space to look at a question."""
    found = access_live_question(request.user, pk)
    if found.author_id == request.user.pk:
        raise PermissionDenied
    if found.hidden_at is not None:
        messages.info(request, _("This question is hidden already."))
        return redirect(found)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        send_report(request, form, partial(services.report_question, question=found))
        return redirect(found)
    return render(request, "threads/report.html", context_of(found) | {"form": form})


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="live_question")
def moderate(request: PersonRequest, pk: int) -> HttpResponse:
    """Looks at a question, at what is said against it and at what was decided, and decides."""
    found = access_live_question_as_facilitator(request.user, pk)
    may_judge = request.user.pk in judges_of(found)
    if request.method == "POST" and not may_judge:
        raise PermissionDenied
    form = JudgeForm(request.POST or None, decisions=decisions_for(found))
    if request.method == "POST" and form.is_valid() and decided(request, found, form):
        return JsonResponse({}) if wants_json(request) else redirect(found)
    if request.method == "POST" and wants_json(request):
        return JsonResponse({"message": first_error(form)}, status=422)
    own = found.author_id == request.user.pk
    context = context_of(found) | {
        "form": form if may_judge else None,
        "reports": [] if own else reports_of(found),
        "acts": found.moderation_acts.select_related("by", "appeal__decided_by").order_by("-at", "-pk"),
        "appeal": None,
        "decides_again": False,
        "own": own,
    }
    return render(request, "threads/moderate.html", context)


def decided(request: PersonRequest, question: LiveQuestion, form: JudgeForm) -> bool:
    """Does what the form says; False, with the reason in the form, when somebody was quicker."""
    decide, why = VERBS[form.cleaned_data["decision"]], form.cleaned_data["reason"]
    try:
        decide(question=question, by=request.user, reason=why, at=timezone.now())
    except (services.NothingToDecide, services.QuestionHidden, services.QuestionTakenBack):
        form.add_error(None, _("Somebody decided meanwhile. Nothing was changed."))
    except services.NotTheJudge:
        raise PermissionDenied from None
    else:
        if not wants_json(request):
            messages.success(request, _("Decided. Those concerned are told why."))
    return form.is_valid()
