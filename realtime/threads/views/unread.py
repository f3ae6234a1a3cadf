"""What is new to a person, as their screens ask for it afresh; and saying that all of it is read."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.access import access_space
from realtime.spaces.models import Space
from realtime.threads.models import Thread
from realtime.threads.turn import heard_of_own
from realtime.threads.unread import declare_read, heard_by, take_back_read, with_heads, with_unread, with_unread_threads

WATCHED = 60  # conversations a browser follows quietly: those that moved last in the person's places
OWN = 20  # and of those the person began or wrote in, wherever they are
KEPT = "read_before"  # in the session, for the undo


@require_GET
@never_cache
@policy(Audience.PERSON)
def unread(request: PersonRequest) -> JsonResponse:
    """How many conversations of each place have something new, how many hold an answer, and those to watch.

    Each of these comes with its head, and `awaits`: whether what is said there is an answer to the person.
    """
    places = Space.objects.rooms_of(request.user).places()
    spaces = with_unread_threads(places, request.user).order_by("pk").values("pk", "unread")
    own = heard_of_own(request.user)
    threads = [{**row, "awaits": row["pk"] in own} for row in watched_by(request.user, own)]
    return JsonResponse({"spaces": list(spaces), "threads": threads, "turn": sum(own.values())})


def watched_by(user: User, own: Iterable[int]) -> list[dict[str, Any]]:
    """The conversations to watch, with what is new in each and the head of its stream; two queries.

    Those of a person's places that moved last and are not muted, and of their own, in that order, the first.
    """
    seen = with_heads(with_unread(Thread.objects.visible_to(user).filter(last_seq__gt=0), user))
    told = ("pk", "space", "head", "unread")
    heard = seen.filter(heard_by(user), space__in=Space.objects.rooms_of(user).places()).order_by("-last_at", "-pk")
    moved = list(heard.values(*told)[:WATCHED])
    others = set(islice(own, OWN)) - {row["pk"] for row in moved}
    return moved + list(seen.filter(pk__in=others).order_by("pk").values(*told))


@require_POST
@policy(Audience.PERSON, holds="space")
def space_read(request: PersonRequest, slug: str) -> HttpResponse:
    """Declares read all that was said in a space; the next page offers to take that back."""
    place = access_space(request.user, slug)
    return declare(request, Space.objects.filter(pk=place.pk), back=place.get_absolute_url())


@require_POST
@policy(Audience.PERSON)
def all_read(request: PersonRequest) -> HttpResponse:
    """Declares read all that was said in every place of the person and in their private conversations."""
    return declare(request, Space.objects.rooms_of(request.user), back=reverse("spaces:list"))


def declare(request: PersonRequest, spaces: Any, *, back: str) -> HttpResponse:
    now = timezone.now()
    before = declare_read(user=request.user, spaces=spaces, at=now)
    kept = {str(pk): at for pk, at in before.items()}
    request.session[KEPT] = {"before": kept, "at": now.isoformat(), "back": back}
    messages.success(request, _("All is marked as read."), extra_tags=reverse("threads:read_undo"))
    return redirect(back)


@require_POST
@policy(Audience.PERSON)
def read_undo(request: PersonRequest) -> HttpResponse:
    """Takes back the last declaration: what was new is new again."""
    kept = request.session.pop(KEPT, None)
    if kept is None:
        messages.info(request, _("There is nothing to take back."))
        return redirect("spaces:list")
    before, read_at = {int(pk): at for pk, at in kept["before"].items()}, datetime.fromisoformat(kept["at"])
    take_back_read(user=request.user, before=before, read_at=read_at, at=timezone.now())
    messages.success(request, _("What was new is new again."))
    return redirect(str(kept["back"]))
