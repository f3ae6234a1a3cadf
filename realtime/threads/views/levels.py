"""What a person follows and mutes."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest, wanted
from realtime.spaces.access import access_space
from realtime.spaces.models import Level, Space
from realtime.threads import services
from realtime.threads.access import access_thread
from realtime.threads.following import chosen_threads, heard_spaces
from realtime.threads.models import Thread
from realtime.threads.views.common import wants_json

THREADS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Undo:
    """What was just chosen, and how to take it back: the words, the address to post to, and what was there before."""

    words: str
    url: str
    level: str


@require_GET
@policy(Audience.PERSON)
def following(request: PersonRequest) -> HttpResponse:
    """What the person hears of each of their spaces, and of the conversations they chose to follow or mute."""
    page = Paginator(chosen_threads(request.user), THREADS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "spaces": heard_spaces(request.user),
        "page": page,
        "levels": Level,
        "undo": undo_of(request.user, request.GET.get("undo", "")),
    }
    return render(request, "threads/following.html", context)


def undo_of(user: User, asked: str) -> Undo | None:
    """The choice that `thread:12:muted` or `space:slug:` in the address offers to restore; None for nonsense."""
    kind, _colon, rest = asked.partition(":")
    key, _colon, level = rest.rpartition(":")
    if (level and level not in Level.values) or kind not in ("thread", "space"):
        return None
    try:
        found: Thread | Space = (
            access_thread(user, int(key)) if kind == "thread" and key.isdecimal() else access_space(user, key)
        )
    except Http404:
        return None
    if isinstance(found, Thread):
        return Undo(found.title, reverse("threads:thread_level", args=[found.pk]), level)
    return Undo(found.name, reverse("threads:space_level", args=[found.slug]), level)


@require_POST
@policy(Audience.PERSON, holds="thread")
def thread_level(request: PersonRequest, pk: int) -> HttpResponse:
    """Follows or mutes a conversation."""
    found = access_thread(request.user, pk)
    level = request.POST.get("level", "")
    if level and level not in Level.values:
        return refused(request, found)
    before = services.choose_level(thread=found, user=request.user, level=level, at=timezone.now())
    return chosen(request, found, f"thread:{pk}:{before}")


@require_POST
@policy(Audience.PERSON, holds="space")
def space_level(request: PersonRequest, slug: str) -> HttpResponse:
    """Follows or mutes a space."""
    found = access_space(request.user, slug)
    level = request.POST.get("level", "")
    if level and level not in Level.values:
        return refused(request, found)
    before = services.choose_space_level(space=found, user=request.user, level=level, at=timezone.now())
    return chosen(request, found, f"space:{slug}:{before}")


def refused(request: PersonRequest, found: Any) -> HttpResponse:
    reason = _("This cannot be chosen here.")
    return JsonResponse({"message": reason}, status=422) if wants_json(request) else redirect(found)


def chosen(request: PersonRequest, found: Any, undo: str) -> HttpResponse:
    """Back where one was; the list of what one follows offers to take the choice back."""
    if wants_json(request):
        return HttpResponse(status=204)
    place = request.POST.get("next", "")
    if place == reverse("threads:following"):
        return redirect(f"{place}?{urlencode({'undo': undo})}" if not request.POST.get("again") else place)
    return redirect(wanted(request, found.get_absolute_url()))
