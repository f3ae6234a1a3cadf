"""Conversations on the screen. Each view gets its object, checks the form, calls one service, answers."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.access import access_space, rights_in
from realtime.spaces.models import SpaceMember
from realtime.threads import services
from realtime.threads.access import access_message, access_own_message, access_thread, rights_in_thread
from realtime.threads.forms import EditForm, MessageForm, ThreadChangeForm, ThreadForm
from realtime.threads.models import Message, Thread
from realtime.threads.posting import Draft, PostRefused
from realtime.threads.reading import Window, newer, older, open_window
from realtime.threads.writer import say

THREADS_A_PAGE = 25


@require_GET
@policy(Audience.PERSON, holds="space")
def space(request: PersonRequest, slug: str) -> HttpResponse:
    """The conversations of a space, pinned ones first."""
    place = access_space(request.user, slug)
    threads = (
        Thread.objects.visible_to(request.user).filter(space=place).spoken().for_list().with_read_mark(request.user)
    )
    kind = request.GET.get("kind", "")
    if kind in Thread.Kind.values:
        threads = threads.filter(kind=kind)
    page = Paginator(threads.order_by("-pinned", "-last_at", "-pk"), THREADS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "space": place,
        "rights": rights_in(request.user, place),
        "page": page,
        "kind": kind,
        "kinds": Thread.Kind,
    }
    return render(request, "threads/space.html", context)


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
    )
    if request.method == "POST" and form.is_valid():
        try:
            thread = services.begin_thread(space=place, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect(thread)
        except PostRefused as refusal:
            form.add_error("body", str(refusal.reason))
    return render(request, "threads/thread_create.html", {"space": place, "form": form, "rights": rights})


@require_GET
@policy(Audience.PERSON, holds="thread")
def thread(request: PersonRequest, pk: int) -> HttpResponse:
    """A conversation, opened at the reader's place."""
    found = access_thread(request.user, pk)
    window = open_window(found, user=request.user)
    return show_thread(request, window, form=message_form(request, found))


@require_GET
@policy(Audience.PERSON, holds="message")
def message(request: PersonRequest, pk: int) -> HttpResponse:
    """The address of a message: its conversation, opened there."""
    found = access_message(request.user, pk)
    window = open_window(found.thread, user=request.user, around=found)
    return show_thread(request, window, form=message_form(request, found.thread))


@require_POST
@policy(Audience.PERSON, holds="thread")
def message_post(request: PersonRequest, pk: int) -> HttpResponse:
    """Says something. Without a script the page comes back at the new words; with one, JSON."""
    form = MessageForm(request.POST)
    try:
        if form.is_valid():
            return said(request, say(draft_of(form, request.user.pk, pk)))
        reason = " ".join(str(error) for errors in form.errors.values() for error in errors)
    except PostRefused as refusal:
        reason = str(refusal.reason)
        form.add_error("body", reason)
    return not_said(request, access_thread(request.user, pk), form, reason)


def draft_of(form: MessageForm, author_id: int, thread_id: int) -> Draft:
    words = form.cleaned_data
    return Draft(author_id, thread_id, words["client_id"], words["body"], words["reply_to"])


def said(request: PersonRequest, words: Message) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"id": words.pk, "seq": words.seq})
    services.mark_read(thread=words.thread, user=request.user, seq=words.seq)
    place = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(place, allowed_hosts={request.get_host()}):
        place = words.thread.get_absolute_url()
    return redirect(f"{place}#m-{words.pk}")


def not_said(request: PersonRequest, found: Thread, form: MessageForm, reason: str) -> HttpResponse:
    """The words come back with the reason: nothing typed is lost."""
    if wants_json(request):
        return JsonResponse({"message": reason}, status=422)
    return show_thread(request, open_window(found, user=request.user), form=form, status=422)


@require_GET
@policy(Audience.PERSON, holds="thread")
def messages_around(request: PersonRequest, pk: int) -> HttpResponse:
    """A stretch of a conversation as HTML rows: `?before=seq` or `?after=seq`."""
    found = access_thread(request.user, pk)
    before, after = number(request, "before"), number(request, "after")
    window = older(found, before=before) if after is None else newer(found, after=after)
    if request.htmx or wants_json(request):
        return render(request, "threads/includes/rows.html", row_context(request, window))
    return show_thread(request, window, form=message_form(request, found))


def number(request: HttpRequest, name: str) -> int | None:
    """A place asked for in the address; None for none or for nonsense."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="thread")
def thread_change(request: PersonRequest, pk: int) -> HttpResponse:
    """Renames or pins a conversation."""
    found = access_thread(request.user, pk)
    if not rights_in_thread(request.user, found).may_run:
        raise PermissionDenied
    form = ThreadChangeForm(request.POST or None, initial={"title": found.title, "pinned": found.pinned})
    if request.method == "POST" and form.is_valid():
        services.change_thread(thread=found, at=timezone.now(), **form.cleaned_data)
        return redirect(found)
    return render(request, "threads/thread_change.html", {"thread": found, "form": form})


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="message")
def message_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Changes one's own words."""
    found = access_own_message(request.user, pk)
    form = EditForm(request.POST or None, initial={"body": found.body})
    if request.method == "POST" and form.is_valid():
        try:
            found = services.edit_message(message=found, body=form.cleaned_data["body"], at=timezone.now())
            return JsonResponse({"html": found.html, "body": found.body}) if wants_json(request) else redirect(found)
        except services.MessageTakenBack:
            form.add_error(None, _("This message was taken back meanwhile. Your words are kept here."))
    if wants_json(request):
        return JsonResponse({"message": first_error(form)}, status=422)
    return render(request, "threads/message_edit.html", {"message": found, "thread": found.thread, "form": form})


def first_error(form: EditForm) -> str:
    return next((str(error) for errors in form.errors.values() for error in errors), "")


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="message")
def message_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes back one's own words, after asking."""
    found = access_own_message(request.user, pk)
    if request.method == "POST":
        with suppress(services.MessageTakenBack):  # by another tab: it is what was asked for
            services.delete_message(message=found, at=timezone.now())
        if wants_json(request):
            return JsonResponse({})
        messages.success(request, _("The message was taken back."))
        return redirect(found.thread)
    return render(request, "threads/message_delete.html", {"message": found, "thread": found.thread})


@require_GET
@policy(Audience.PERSON, holds="message")
def message_history(request: PersonRequest, pk: int) -> HttpResponse:
    """What a message said before it was edited, for those who see it."""
    found = access_message(request.user, pk)
    context = {"message": found, "thread": found.thread, "revisions": found.revisions.order_by("-until", "-pk")}
    return render(request, "threads/message_history.html", context)


@require_POST
@policy(Audience.PERSON, holds="message")
def react(request: PersonRequest, pk: int) -> HttpResponse:
    """Leaves or takes back a sign on a message."""
    found = access_message(request.user, pk)
    if not rights_in(request.user, found.thread.space).may_write:
        raise PermissionDenied
    try:
        is_there = services.react(
            message=found, user=request.user, emoji=request.POST.get("emoji", ""), at=timezone.now()
        )
    except (services.NotAnEmoji, services.TooManySigns, services.MessageTakenBack):
        reason = _("This sign cannot be left on this message.")
        if wants_json(request):
            return JsonResponse({"message": reason}, status=422)
        messages.error(request, reason)
        return redirect(found)
    return JsonResponse({"there": is_there}) if wants_json(request) else redirect(found)


@require_POST
@policy(Audience.PERSON, holds="thread")
def read(request: PersonRequest, pk: int) -> HttpResponse:
    """Remembers how far the reader has read; told to nobody."""
    found = access_thread(request.user, pk)
    seq = request.POST.get("seq", "")
    if not (seq.isascii() and seq.isdigit() and len(seq) < 16):
        return JsonResponse({"message": _("No place was given.")}, status=422)
    services.mark_read(thread=found, user=request.user, seq=int(seq))
    return HttpResponse(status=204)


# --- what the screen needs ----------------------------------------------------------------------


def wants_json(request: HttpRequest) -> bool:
    """Whether our script asks, rather than a form or a link."""
    return request.headers.get("X-Requested-With") == "fetch"


def message_form(request: PersonRequest, found: Thread) -> MessageForm:
    """An empty composer, or one begun by the links "reply" and "quote" that work without a script."""
    chosen = number(request, "reply") or number(request, "quote")
    initial: dict[str, Any] = {}
    if chosen:
        answered = Message.objects.visible_to(request.user).said().filter(pk=chosen, thread=found).first()
        if answered and "quote" in request.GET:
            initial["body"] = "".join(f"> {line}\n" for line in answered.body.splitlines()) + "\n"
        elif answered:
            initial["reply_to"] = answered.pk
    return MessageForm(initial=initial)


def row_context(request: PersonRequest, window: Window) -> dict[str, Any]:
    return {
        "thread": window.thread,
        "window": window,
        "rights": rights_in_thread(request.user, window.thread),
        "me": request.user,
    }


def show_thread(request: PersonRequest, window: Window, *, form: MessageForm, status: int = 200) -> HttpResponse:
    if request.method == "GET" and window.rows:
        services.mark_read(thread=window.thread, user=request.user, seq=window.last_seq)
    context = row_context(request, window) | {
        "form": form,
        "space": window.thread.space,
        "back": reverse("threads:space", args=[window.thread.space.slug]),
    }
    return render(request, "threads/thread.html", context, status=status)
