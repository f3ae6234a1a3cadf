"""Asking for an approval, and deciding."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import TaskState

from cms.approving import services
from cms.approving.access import access_waiting
from cms.approving.forms import APPROVE, SEND_BACK, AskForm, DecideForm
from cms.base.curtain import drawn_for
from cms.care.services import read_page
from cms.gathered import at_hand
from cms.links import gather_said
from cms.topic import ON_DRAFT
from cms.writing.access import access_written_page
from cms.writing.history import compared
from cms.writing.views import show_written
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest


@require_POST
@policy(Audience.EMPLOYEE, holds="written_page")
def approval_ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks those who answer for a page to approve what it says."""
    page = access_written_page(request.user, pk)
    form = AskForm(request.POST)
    if not form.is_valid():
        return show_written(request, page, ask_form=form)
    try:
        services.ask_for_approval(page=page, by=request.user, at=timezone.now(), **form.cleaned_data)
    except services.NotNow:
        messages.error(request, _("This page is locked, has its day, or waits for its approval already."))
    else:
        messages.success(
            request, _("Those who answer for the page are asked. Nobody writes in it until they have decided.")
        )
    return redirect("cms:page_write", pk)


@require_POST
@policy(Audience.EMPLOYEE, holds="written_page")
def approval_take_back(request: PersonRequest, pk: int) -> HttpResponse:
    """The page waits no more, and is written again."""
    page = access_written_page(request.user, pk)
    try:
        services.take_back(page=page, by=request.user)
    except services.Decided:
        messages.error(request, _("It was decided meanwhile."))
    else:
        messages.success(request, _("The page waits no more: you can go on writing."))
    return redirect("cms:page_write", pk)


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="waiting_page")
def page_approval(request: PersonRequest, pk: int) -> HttpResponse:
    """A page as it would be published, beside what readers see now: to say yes, or what is to be changed."""
    state = access_waiting(request.user, pk)
    read_page(page=state.page, user=request.user, at=timezone.now(), upto=ON_DRAFT)
    act = SEND_BACK if request.POST.get("as") == SEND_BACK else APPROVE
    form = DecideForm(request.POST or None, act=act)
    if request.method == "POST" and form.is_valid():
        return decide(request, state, act, form.cleaned_data["words"])
    return show(request, state, form)


def decide(request: PersonRequest, state: TaskState, act: str, words: str) -> HttpResponse:
    try:
        if act == SEND_BACK:
            services.send_back(state=state, by=request.user, words=words)
        else:
            services.approve(state=state, by=request.user, words=words, at=timezone.now())
    except services.Decided:
        messages.error(request, _("It was decided meanwhile, or the request was taken back."))
        return redirect("portal:turn")
    if act == SEND_BACK:
        messages.success(request, _("The page is sent back, with your words."))
        return redirect("portal:turn")
    messages.success(request, _("The page is approved: readers see it."))
    return redirect(state.page.url or reverse("portal:turn"))


def show(request: PersonRequest, state: TaskState, form: DecideForm) -> HttpResponse:
    page = state.page
    with drawn_for(request.user, as_editor=True):
        draft: Any = state.revision.as_object()
        around = gather_said(draft, request.user)
    context = {
        "page": draft,
        "state": state,
        "due": getattr(state.workflow_state, "due", None),
        "is_new": page.live_revision is None,
        "changes": [
            change
            for change in compared(page.live_revision, state.revision, reader=request.user)
            if change.kind != "same"
        ],
        "form": form,
    }
    with drawn_for(request.user, as_editor=True), at_hand(around):
        return render(request, "cms/page_approval.html", context, status=422 if form.errors else 200)
