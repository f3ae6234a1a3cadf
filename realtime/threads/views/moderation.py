"""Reporting a message, deciding about it, asking for a second look, and the log that those concerned read.

What is decided about a question of a live Q&A is in `live_qa_moderation`; the lists here hold both.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.access import access_space, access_space_as_facilitator, rights_in
from realtime.threads import services
from realtime.threads.access import access_message, access_message_as_facilitator, may_read
from realtime.threads.forms import AppealForm, JudgeForm, ReportForm
from realtime.threads.judging import (
    Subject,
    about,
    acts_concerning,
    hiding_of,
    in_space,
    judges_of,
    judging_address,
    open_appeals,
    open_reports,
    seen_by,
)
from realtime.threads.models import Message, ModerationAct, Report
from realtime.threads.payloads import files_shown

ACTS_A_PAGE = 25


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="message")
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks those who run the space to look at a message."""
    found = access_message(request.user, pk)
    if found.author_id == request.user.pk or not found.thread.space.is_place:
        raise PermissionDenied
    if not may_read(request.user, found):
        messages.info(request, _("This message is hidden already."))
        return redirect(found)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        send_report(request, form, partial(services.report_message, message=found))
        return redirect(found.thread)
    return render(request, "threads/report.html", context_of(found) | {"form": form})


def send_report(request: PersonRequest, form: ReportForm, report: Callable[..., Report]) -> None:
    """Reports it, and says what becomes of that."""
    try:
        report(by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Thank you. Those who run the space will look, and you will be told."))
    except services.AlreadyReported:
        messages.info(request, _("You reported this already. It is still to be looked at."))
    except services.NobodyRuns:
        messages.error(request, _("Nobody runs this space at the moment, so nobody would read this."))
    except (services.MessageTakenBack, services.MessageHidden, services.QuestionHidden, services.QuestionTakenBack):
        messages.info(request, _("This is not shown any more."))


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="message")
def moderate(request: PersonRequest, pk: int) -> HttpResponse:
    """Looks at a message, at what is said against it and at what was decided, and decides."""
    found = access_message_as_facilitator(request.user, pk)
    hiding = hiding_of(found)
    waiting = hiding.second_look if hiding else None
    asked = waiting if waiting and waiting.decided_at is None else None
    judges = judges_of(found, hid_by=hiding.by_id if hiding and asked else None)
    form = JudgeForm(request.POST or None, decisions=decisions_for(found, is_appeal=asked is not None))
    if request.method == "POST" and request.user.pk not in judges:
        raise PermissionDenied
    if request.method == "POST" and form.is_valid() and decided(request, found, form):
        return redirect("threads:reports", found.thread.space.slug)
    own = found.author_id == request.user.pk
    context = context_of(found) | {
        "form": form if request.user.pk in judges else None,
        "reports": [] if own else reports_of(found),
        "acts": found.moderation_acts.select_related("by", "appeal__decided_by").order_by("-at", "-pk"),
        "appeal": asked,
        "decides_again": asked is not None and hiding is not None and hiding.by_id == request.user.pk,
        "own": own,
    }
    return render(request, "threads/moderate.html", context)


def decisions_for(subject: Subject, *, is_appeal: bool = False) -> list[tuple[str, Any]]:
    """What can be decided about it now."""
    if isinstance(subject, Message) and subject.deleted_at is not None:
        return [("leave", _("Leave it at that: its author took it back"))]
    if subject.hidden_at is None:
        reported = subject.reports.filter(handled_at=None).exists()
        leave = [("leave", _("Leave it as it is"))] if reported else []
        return [*leave, ("hide", _("Hide it"))]
    return [("show", _("Show it again")), *([("keep", _("Keep it hidden"))] if is_appeal else [])]


def decided(request: PersonRequest, message: Message, form: JudgeForm) -> bool:
    """Does what the form says; False, with the reason in the form, when somebody was quicker."""
    why, at = form.cleaned_data["reason"], timezone.now()
    verbs: dict[str, Callable[..., Any]] = {
        "leave": services.leave_message,
        "hide": services.hide_message,
        "show": services.show_message,
    }
    try:
        if form.cleaned_data["decision"] == "keep":
            hiding = hiding_of(message)
            if hiding is None or hiding.second_look is None:
                raise services.NothingToDecide
            services.decide_appeal(appeal=hiding.second_look, by=request.user, is_upheld=False, answer=why, at=at)
        else:
            verbs[form.cleaned_data["decision"]](message=message, by=request.user, reason=why, at=at)
    except (services.NothingToDecide, services.MessageTakenBack):
        form.add_error(None, _("Somebody decided meanwhile, or the message was taken back. Nothing was changed."))
        return False
    except services.NotTheJudge:
        raise PermissionDenied from None
    messages.success(request, _("Decided. Those concerned are told why."))
    return True


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="message")
def appeal(request: PersonRequest, pk: int) -> HttpResponse:
    """The author of a hidden message reads why, and asks for a second look."""
    found = access_message(request.user, pk)
    hiding = hiding_of(found)
    if found.author_id != request.user.pk:
        raise PermissionDenied
    if hiding is None:
        raise Http404
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.appeal(message=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Those who run the space will look again, and you will be told."))
        except services.MayNotAppeal:
            messages.info(request, _("A second look was asked for already."))
        return redirect(found)
    context = context_of(found) | {"form": form, "act": hiding, "appeal": hiding.second_look}
    return render(request, "threads/appeal.html", context | {"again": is_decided_again(found, hiding)})


def is_decided_again(message: Message, hiding: ModerationAct) -> bool:
    """Whether nobody else than who hid it could decide the appeal."""
    return judges_of(message, hid_by=hiding.by_id) == {hiding.by_id}


@require_GET
@policy(Audience.EMPLOYEE, holds="space")
def reports(request: PersonRequest, slug: str) -> HttpResponse:
    """What waits for a look in a space, for those who run it."""
    space = access_space_as_facilitator(request.user, slug)
    waiting = open_reports(space, for_user=request.user).select_related("by", *SUBJECT).order_by("at", "pk")
    by_subject: dict[Subject, list[Report]] = {}
    for found in waiting:
        by_subject.setdefault(found.subject, []).append(found)
    message = [f"act__{name}" for name in MESSAGE]
    context = {
        "space": space,
        "rights": rights_in(request.user, space),
        "reported": [about_shown(subject) | {"reports": found} for subject, found in by_subject.items()],
        "appeals": open_appeals(space, for_user=request.user).select_related("act__by", *message).order_by("at", "pk"),
    }
    return render(request, "threads/reports.html", context)


MESSAGE = ("message__author", "message__thread__space")
SUBJECT = (*MESSAGE, "question__author", "question__thread__space")


@require_GET
@policy(Audience.PERSON, holds="space")
def log(request: PersonRequest, slug: str) -> HttpResponse:
    """What was decided in a space: all of it for those who run it, what concerns them for others."""
    space = access_space(request.user, slug)
    rights = rights_in(request.user, space)
    acts = acts_concerning(request.user, space, runs=rights.may_facilitate)
    acts = acts.select_related("by", "appeal__decided_by", *SUBJECT).order_by("-at", "-pk")
    context = {
        "space": space,
        "rights": rights,
        "page": Paginator(acts, ACTS_A_PAGE).get_page(request.GET.get("page")),
        "mine": own_reports(request.user, space.pk),
        "me": request.user,
    }
    return render(request, "threads/moderation.html", context)


def own_reports(user: User, space_id: int) -> list[Report]:
    """What somebody reported in a space that is still to be looked at."""
    waiting = Report.objects.filter(seen_by(user), in_space(space_id), by=user, handled_at=None)
    return list(waiting.select_related(*SUBJECT).order_by("-at", "-pk"))


def reports_of(subject: Subject) -> list[Report]:
    return list(subject.reports.filter(handled_at=None).select_related("by").order_by("at", "pk"))


def about_shown(subject: Subject) -> dict[str, Any]:
    """What is looked at, as a screen shows it: a message or a question, None for the other."""
    others = {"subject": subject, "url": judging_address(subject), "message": None, "question": None}
    return others | about(subject)


def context_of(subject: Subject) -> dict[str, Any]:
    """What the screens about it need."""
    files = files_shown(subject.attachments.order_by("pk")) if isinstance(subject, Message) else []
    return about_shown(subject) | {"thread": subject.thread, "space": subject.thread.space, "files": files}
