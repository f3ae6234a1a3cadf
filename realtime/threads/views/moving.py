"""Moving messages and merging conversations: choosing, reading who will see them there, and confirming."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest, whole
from realtime.spaces.access import rights_in
from realtime.threads import services
from realtime.threads.access import access_thread
from realtime.threads.forms import MoveForm
from realtime.threads.models import Message, Thread
from realtime.threads.moving import (
    MoveRefused,
    MoveRights,
    NothingChosen,
    check_chosen,
    check_places,
    move_rights,
    places_for,
)
from realtime.threads.reading import Row, older, rows_of
from realtime.threads.services.moving import MOST_CHOSEN
from realtime.threads.views.common import number


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="thread")
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Moves the messages one chooses; `?m=` are chosen already."""
    found, rights = access_moved(request, pk)
    form = MoveForm(
        request.POST or None,
        places=places_for(request.user, found),
        may_split=rights.may_split,
        may_move=rights.may_move,
    )
    picked = picked_of(request, found)
    if request.method == "POST" and form.is_valid():
        if not picked:
            form.add_error(None, NothingChosen.reason)
        elif answer := confirmed(request, found, form, picked):
            return answer
    return render(request, "threads/move.html", choice(request, found, picked) | {"form": form})


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="thread")
def merge(request: PersonRequest, pk: int) -> HttpResponse:
    """Moves all of a conversation into another one."""
    found, rights = access_moved(request, pk)
    if not rights.may_move:
        raise PermissionDenied
    form = MoveForm(request.POST or None, places=places_for(request.user, found), may_split=False, may_move=True)
    if request.method == "POST" and form.is_valid() and (answer := confirmed(request, found, form, None)):
        return answer
    return render(request, "threads/merge.html", {"thread": found, "space": found.space, "form": form})


def access_moved(request: PersonRequest, pk: int) -> tuple[Thread, MoveRights]:
    """The conversation for somebody who may move something out of it; PermissionDenied for who only sees it."""
    found = access_thread(request.user, pk)
    rights = move_rights(request.user, found, rights_in(request.user, found.space))
    if not rights.may_split:
        raise PermissionDenied
    return found, rights


def confirmed(request: PersonRequest, found: Thread, form: MoveForm, picked: list[int] | None) -> HttpResponse | None:
    """Asks once more with who will see them, then moves; None, with the reason in the form, when it cannot be.

    `picked` is None for all of the conversation.
    """
    words = form.cleaned_data
    target: Thread | None = words.get("place")
    try:
        if target is not None:
            check_places(found, target)
        if picked is not None:
            check_chosen(found, picked)
        if "sure" in request.POST:
            return moved(request, found, target, words.get("title", ""), picked)
    except MoveRefused as refusal:
        form.add_error(None, str(refusal.reason))
        return None
    context = {
        "source": found,
        "target": target,
        "seen_as": target or found,
        "title": words.get("title", ""),
        "picked": picked or [],
        "whole": picked is None,
        "count": found.messages.count() if picked is None else len(picked),
        "space": found.space,
    }
    return render(request, "threads/move_confirm.html", context)


def moved(
    request: PersonRequest, found: Thread, target: Thread | None, title: str, picked: list[int] | None
) -> HttpResponse:
    """Moves them and goes to where they are. Raises MoveRefused."""
    by, at = request.user, timezone.now()
    if target is None:
        there = services.split_thread(source=found, title=title, messages=picked or [], by=by, at=at)
    elif picked is None:
        there = services.merge_thread(source=found, target=target, by=by, at=at)
    else:
        there = services.move_messages(source=found, target=target, messages=picked, by=by, at=at)
    messages.success(request, _("Moved. A trace in both conversations says so, and the old links lead there."))
    return redirect(there)


def picked_of(request: PersonRequest, found: Thread) -> list[int]:
    """The messages chosen so far that are still there, in their order."""
    asked = request.POST.getlist("m") or request.GET.getlist("m")
    pks = {pk for word in asked if (pk := whole(word)) is not None}
    there = Message.objects.standing().filter(thread=found, pk__in=sorted(pks)[: MOST_CHOSEN + 1])
    return list(there.order_by("seq").values_list("pk", flat=True))


def choice(request: PersonRequest, found: Thread, picked: list[int]) -> dict[str, Any]:
    """The messages to choose among: a stretch of the conversation, and those chosen that are not in it."""
    window = older(found, before=number(request, "before"))
    shown = [row for row in window.rows if isinstance(row, Row) and row.message.deleted_at is None]
    here = {row.message.pk for row in shown}
    others = found.messages.for_reading().filter(pk__in=[pk for pk in picked if pk not in here]).order_by("seq")
    rows = [*(row for row in rows_of(others) if isinstance(row, Row)), *shown]
    return {
        "thread": found,
        "space": found.space,
        "rows": rows,
        "picked": picked,
        "opening": found.opening_id(),
        "older": window.first_seq if window.has_older else None,
    }
