"""What the editor asks of the talk about passages."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cms.talk import services
from cms.talk.access import access_passage, beside
from cms.talk.forms import TalkForm
from cms.writing.access import access_written_page
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.threads.posting import PostRefused


@require_GET
@never_cache
@policy(Audience.EMPLOYEE, holds="written_page")
def passages(request: PersonRequest, pk: int) -> HttpResponse:
    """The list beside the text, as it is now."""
    page = access_written_page(request.user, pk)
    return render(request, "cms/includes/passages.html", beside(page, request.user) | {"is_part": True})


@require_POST
@policy(Audience.EMPLOYEE, holds="written_page")
def passage_begin(request: PersonRequest, pk: int) -> HttpResponse:
    """Begins to talk about a passage."""
    page = access_written_page(request.user, pk)
    form = TalkForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"message": next(iter(form.errors.values()))[0]}, status=422)
    sent = form.cleaned_data
    ends = (sent.pop("begins"), sent.pop("ends"))
    try:
        services.begin_talk(page=page, ends=ends, by=request.user, at=timezone.now(), **sent)
    except PostRefused as refusal:
        return JsonResponse({"message": str(refusal.reason)}, status=422)
    return HttpResponse(status=204)


@require_POST
@policy(Audience.EMPLOYEE, holds="passage")
def passage_settle(request: PersonRequest, pk: int, passage: int) -> HttpResponse:
    """It is settled: it leaves the margin."""
    page = access_written_page(request.user, pk)
    services.settle(passage=access_passage(request.user, page, passage), by=request.user, at=timezone.now())
    return done(request, pk)


@require_POST
@policy(Audience.EMPLOYEE, holds="passage")
def passage_take_up(request: PersonRequest, pk: int, passage: int) -> HttpResponse:
    """It was not settled after all."""
    page = access_written_page(request.user, pk)
    services.take_up(passage=access_passage(request.user, page, passage))
    return done(request, pk)


def done(request: PersonRequest, pk: int) -> HttpResponse:
    """Back to the text; a script stays where it is."""
    is_script = request.headers.get("X-Requested-With") == "fetch"
    return HttpResponse(status=204) if is_script else redirect("cms:page_write", pk)
