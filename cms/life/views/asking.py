"""Asking to be let in, and deciding about it."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.life import asking
from cms.life.access import access_request
from cms.life.forms import AskForm
from cms.life.tasks import pass_on_request
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.services import SpaceIsArchived


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE)
def access_ask(request: PersonRequest) -> HttpResponse:
    """Takes the request of somebody who was given an address, whatever is there: the answer and its work are the same."""
    form = AskForm(request.POST or None, initial={"address": request.GET.get("address", "")})
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="ask_access", user=request.user):
            words = form.cleaned_data
            pass_on_request.enqueue(request.user.pk, words["address"], words["words"])
            messages.success(
                request,
                _(
                    "Passed on. If something is at this address, those who run its space decide, and you are told if they let you in."
                ),
            )
            return redirect("portal:home")
        form.add_error(
            None, _("You have asked many times in a short while. Nothing was passed on now: try again tomorrow.")
        )
    return render(request, "cms/access_ask.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@policy(Audience.EMPLOYEE, holds="access_request")
def access_let_in(request: PersonRequest, pk: int) -> HttpResponse:
    """Makes a member of who asked."""
    asked = access_request(request.user, pk)
    try:
        asking.let_in(asked=asked, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s is a member now.") % {"name": asked.user})
    except asking.Decided:
        messages.info(request, decided())
    except SpaceIsArchived:
        messages.error(request, _("This space is archived: it takes nobody in."))
    return redirect("spaces:members", asked.space.slug)


@require_POST
@policy(Audience.EMPLOYEE, holds="access_request")
def access_turn_down(request: PersonRequest, pk: int) -> HttpResponse:
    """Closes a request."""
    asked = access_request(request.user, pk)
    try:
        asking.turn_down(asked=asked, by=request.user, at=timezone.now())
        messages.success(request, _("The request is closed. Nobody is told."))
    except asking.Decided:
        messages.info(request, decided())
    return redirect("spaces:members", asked.space.slug)


def decided() -> str:
    return _("Somebody has answered this request already.")
