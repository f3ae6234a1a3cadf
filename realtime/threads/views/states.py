"""How a conversation stands: accepting an answer, solving, closing, withdrawing, opening again."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.threads import services
from realtime.threads.access import access_answer, access_aside, access_thread, may_reopen, rights_in_thread
from realtime.threads.forms import CloseForm
from realtime.threads.models import Thread
from realtime.threads.views.common import wants_json


@require_POST
@policy(Audience.PERSON, holds="message")
def accept(request: PersonRequest, pk: int) -> HttpResponse:
    """Keeps a message as the answer; with `keep=no`, keeps it no more."""
    found = access_answer(request.user, pk)
    at = timezone.now()
    try:
        if request.POST.get("keep") != "no":
            services.accept_answer(message=found, by=request.user, at=at)
        elif found.thread.accepted_id == found.pk:
            services.reopen_thread(thread=found.thread, by=request.user, at=at)
    except services.NotInThisState:
        return refused(request, found.thread, _("This conversation is closed: open it again first."))
    except services.NotAnAnswer:
        return refused(request, found.thread, _("This message cannot be kept as the answer."))
    return JsonResponse({}) if wants_json(request) else redirect(found)


@require_POST
@policy(Audience.PERSON, holds="message")
def aside(request: PersonRequest, pk: int) -> HttpResponse:
    """Says of a message that it does not answer the question; with `aside=no`, that it does."""
    found = access_aside(request.user, pk)
    try:
        services.mark_aside(message=found, is_aside=request.POST.get("aside") != "no", at=timezone.now())
    except services.NotAnAnswer:
        return refused(request, found.thread, _("This cannot be said of this message."))
    return JsonResponse({}) if wants_json(request) else redirect(found)


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="thread")
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """Ends a conversation, with a reason."""
    found = access_thread(request.user, pk)
    if not rights_in_thread(request.user, found).may_close:
        raise PermissionDenied
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return done(
            request,
            found,
            lambda: services.close_thread(thread=found, reason=reason, by=request.user, at=timezone.now()),
        )
    return render(request, "threads/thread_close.html", {"thread": found, "form": form})


@require_POST
@policy(Audience.PERSON, holds="thread")
def solve(request: PersonRequest, pk: int) -> HttpResponse:
    """Says that a question is solved."""
    found = access_thread(request.user, pk)
    if not rights_in_thread(request.user, found).may_settle:
        raise PermissionDenied
    return done(request, found, lambda: services.solve_question(thread=found, by=request.user, at=timezone.now()))


@require_POST
@policy(Audience.PERSON, holds="thread")
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes one's own question back: it stays readable, and asks nobody any more."""
    found = access_thread(request.user, pk)
    if not rights_in_thread(request.user, found).may_withdraw:
        raise PermissionDenied
    return done(request, found, lambda: services.withdraw_question(thread=found, by=request.user, at=timezone.now()))


@require_POST
@policy(Audience.PERSON, holds="thread")
def reopen(request: PersonRequest, pk: int) -> HttpResponse:
    """Opens a conversation again."""
    found = access_thread(request.user, pk)
    if not may_reopen(rights_in_thread(request.user, found), found):
        raise PermissionDenied
    return done(request, found, lambda: services.reopen_thread(thread=found, by=request.user, at=timezone.now()))


def done(request: PersonRequest, thread: Thread, act: Callable[[], object]) -> HttpResponse:
    """Back at the conversation, with a word when somebody was quicker."""
    try:
        act()
    except services.NotInThisState:
        messages.info(request, _("Somebody was quicker: this is how the conversation stands now."))
    return redirect(thread)


def refused(request: PersonRequest, thread: Thread, reason: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": reason}, status=422)
    messages.error(request, reason)
    return redirect(thread)
