"""The conversations of a space, and one of them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.access import access_space, rights_in
from realtime.spaces.models import Space, SpaceMember
from realtime.threads import services
from realtime.threads.access import access_thread, goes_on_in, rights_in_thread
from realtime.threads.begun import begun_after, standing_of
from realtime.threads.forms import PrivateTitleForm, ThreadChangeForm, ThreadForm
from realtime.threads.models import Thread
from realtime.threads.posting import PostRefused
from realtime.threads.private import name_conversations
from realtime.threads.reading import newer, older, open_window, place_of
from realtime.threads.unread import with_heads, with_unread
from realtime.threads.views.common import message_form, number, row_context, show_thread, wants_json
from realtime.threads.walking import day_of, find_in, message_on

THREADS_A_PAGE = 25
QUESTIONS = {
    "unanswered": pgettext_lazy("questions", "Unanswered"),
    "open": pgettext_lazy("questions", "Open"),
    "solved": pgettext_lazy("questions", "Solved"),
}


@require_GET
@policy(Audience.PERSON, holds="space")
def space(request: PersonRequest, slug: str) -> HttpResponse:
    """The conversations of a space, pinned ones first."""
    place = access_space(request.user, slug)
    now = None if request.user.is_guest else standing_of(place, request.user)  # first: what is begun meanwhile follows
    threads, kind, state = asked_for(request, place)
    threads = with_heads(with_unread(threads.for_list(), request.user))
    page = Paginator(threads.order_by("-pinned", "-last_at", "-pk"), THREADS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "space": place,
        "rights": rights_in(request.user, place),
        "page": page,
        "now": now,
        "unread": any(thread.unread for thread in page),
        "kind": kind,
        "kinds": [kind for kind in Thread.Kind.choices if kind[0] != Thread.Kind.PRIVATE],
        "state": state,
        "states": QUESTIONS.items(),
    }
    return render(request, "threads/space.html", context)


def asked_for(request: PersonRequest, place: Space) -> tuple[Any, str, str]:
    """The conversations of a place that the address asks for, of which kind and how they stand."""
    threads = Thread.objects.visible_to(request.user).filter(space=place).spoken()
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    if state in QUESTIONS:
        return threads.questions(state), Thread.Kind.QUESTION, state
    return (threads.filter(kind=kind) if kind in Thread.Kind.values else threads), kind, state


@require_GET
@policy(Audience.PERSON, holds="space")
def space_begun(request: PersonRequest, slug: str) -> HttpResponse:
    """A line that says how many conversations others began since somebody looks at the list; empty for none."""
    place = access_space(request.user, slug)
    threads, _kind, _state = asked_for(request, place)
    begun = begun_after(threads, number(request, "after") or 0, user=request.user)
    return render(request, "threads/includes/begun.html", {"space": place, "begun": begun})


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="space")
def thread_create(request: PersonRequest, slug: str) -> HttpResponse:
    """Opens a conversation with its first words."""
    place = access_space(request.user, slug)
    rights = rights_in(request.user, place)
    if not rights.may_write:
        raise PermissionDenied
    form = ThreadForm(
        request.POST or None,
        with_guests=SpaceMember.objects.guests().filter(space=place).exists(),
        is_guest=request.user.is_guest,
        may_announce=rights.may_facilitate,
        host=request.get_host(),
        initial=about(request, place),
    )
    if request.method == "POST" and form.is_valid():
        try:
            thread = services.begin_thread(space=place, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect(thread)
        except PostRefused as refusal:
            form.add_error("body", str(refusal.reason))
    return render(request, "threads/thread_create.html", {"space": place, "form": form, "rights": rights})


def about(request: PersonRequest, place: Space) -> dict[str, str]:
    """The question that a reader begins about another conversation of the space: `?about=` names it."""
    pk = number(request, "about")
    other = Thread.objects.visible_to(request.user).filter(space=place, pk=pk).first() if pk else None
    if other is None:
        return {}
    title = _("About “%s”") % other.title
    address = request.build_absolute_uri(other.get_absolute_url())
    return {
        "kind": Thread.Kind.QUESTION,
        "audience": other.audience,
        "title": title[:160],
        "body": f"{address}\n\n",
    }


@require_GET
@policy(Audience.PERSON, holds="thread")
def thread(request: PersonRequest, pk: int) -> HttpResponse:
    """A conversation, opened at the reader's place; on a day with `?on=2026-03-01`, at some words with `?find=words`."""
    thing = access_thread(request.user, pk)
    if (into := goes_on_in(request.user, thing)) is not None:
        return redirect(into)
    form = message_form(request, thing)
    if request.GET.get("find", "").strip():
        found = find_in(thing, request.GET["find"], user=request.user, at=number(request, "at"))
        return show_thread(request, open_window(thing, user=request.user, around=found.here), form=form, found=found)
    if day := day_of(request.GET.get("on", "")):
        return show_thread(
            request, open_window(thing, user=request.user, around=message_on(thing, day)), form=form, on=day
        )
    return show_thread(request, open_window(thing, user=request.user), form=form)


@require_GET
@policy(Audience.PERSON, holds="thread")
def messages_around(request: PersonRequest, pk: int) -> HttpResponse:
    """A stretch of a conversation as HTML rows: `?before=seq`, `?after=seq`, or `?from=seq` with a few above it."""
    found = access_thread(request.user, pk)
    is_part = request.htmx or wants_json(request)
    head, read_seq = (0, None) if is_part else place_of(found, request.user)
    before, after, start = number(request, "before"), number(request, "after"), number(request, "from")
    if start is not None:
        window = open_window(found, user=request.user, after=max(0, start - 1))
    elif after is None:
        window = older(found, before=before, head=head)
    else:
        window = newer(found, after=after, head=head)
    if is_part:
        return render(request, "threads/includes/rows.html", row_context(request, window))
    window.read_seq = read_seq
    return show_thread(request, window, form=message_form(request, found))


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="thread")
def thread_change(request: PersonRequest, pk: int) -> HttpResponse:
    """Renames or pins a conversation, or says who answers an announcement."""
    found = access_thread(request.user, pk)
    if not rights_in_thread(request.user, found).may_run:
        raise PermissionDenied
    name_conversations([found], user=request.user)
    form: PrivateTitleForm | ThreadChangeForm = (
        PrivateTitleForm(request.POST or None, initial={"title": found.title})
        if found.is_private
        else ThreadChangeForm(request.POST or None, thread=found)
    )
    if request.method == "POST" and form.is_valid():
        services.change_thread(thread=found, at=timezone.now(), **{"pinned": False} | form.cleaned_data)
        return redirect(found)
    return render(request, "threads/thread_change.html", {"thread": found, "form": form})


@require_POST
@policy(Audience.PERSON, holds="thread")
def read(request: PersonRequest, pk: int) -> HttpResponse:
    """Remembers how far the reader has read; told to nobody."""
    found = access_thread(request.user, pk)
    seq = number(request, "seq", posted=True)
    if seq is None:
        return JsonResponse({"message": _("No place was given.")}, status=422)
    services.mark_read(thread=found, user=request.user, seq=seq)
    return HttpResponse(status=204)
