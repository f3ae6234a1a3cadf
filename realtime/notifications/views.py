"""The inbox on the screen: read, mark, take back; and choosing what one is told."""

from collections.abc import Collection
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.notifications import services
from realtime.notifications.access import access_notification
from realtime.notifications.forms import PreferencesForm
from realtime.notifications.inbox import inbox_of
from realtime.notifications.mail.tokens import BadToken, read_token, read_undo, undo_for
from realtime.notifications.models import Category, Notification, Rhythm
from realtime.notifications.preferences import wishes_of
from realtime.notifications.sources import shown_to


def from_script(request: PersonRequest) -> bool:
    """Whether our script asks, rather than a form or a link."""
    return request.headers.get("X-Requested-With") == "fetch"


@require_GET
@policy(Audience.PERSON)
def inbox(request: PersonRequest) -> HttpResponse:
    """What was said to the person, by topic; what they may no longer see stops waiting."""
    found = inbox_of(request.user, page=request.GET.get("page"))
    if found.unseen:
        services.close(user=request.user, sources=found.unseen, at=timezone.now())
    context = {"inbox": found, "page": found.page, "undo": moment(request.GET.get("undo", ""))}
    template = "notifications/includes/list.html" if from_script(request) else "notifications/inbox.html"
    return render(request, template, context)


def moment(text: str) -> datetime | None:
    """A moment with its zone as an address or a form gives it, None for anything else and for one that no clock reaches."""
    try:
        found = parse_datetime(text)
        return found.astimezone(UTC) if found and timezone.is_aware(found) else None
    except (ValueError, OverflowError):
        return None


@require_GET
@policy(Audience.PERSON)
def count(request: PersonRequest) -> HttpResponse:
    """How much waits, for a screen that missed what it was told."""
    return JsonResponse({"unread": Notification.objects.of(request.user).on_screen().unread().count()})


@require_GET
@policy(Audience.PERSON, holds="notification")
def open_notification(request: PersonRequest, pk: int) -> HttpResponse:
    """Goes where a notification leads, and it is read."""
    found = access_notification(request.user, pk)
    source = (found.source_kind, found.source_key)
    services.read_one(notification=found, at=timezone.now())
    shown = shown_to(request.user, [source]).get(source)
    if shown is None:
        messages.warning(request, _("What this was about is no longer there, or no longer open to you."))
        return redirect("notifications:inbox")
    return redirect(shown.url)


@require_POST
@policy(Audience.PERSON, holds="notification")
def mark(request: PersonRequest, pk: int) -> HttpResponse:
    """Marks one notification as read, or as unread again."""
    found = access_notification(request.user, pk)
    act = services.unread_one if request.POST.get("as") == "unread" else services.read_one
    act(notification=found, at=timezone.now())
    return HttpResponse(status=204) if from_script(request) else redirect("notifications:inbox")


@require_POST
@policy(Audience.PERSON)
def mark_all(request: PersonRequest) -> HttpResponse:
    """Marks everything as read; the answer offers to take it back."""
    at = timezone.now()
    number = services.read_all(user=request.user, at=at)
    if from_script(request):
        return JsonResponse({"undo": at.isoformat() if number else ""})
    address = reverse("notifications:inbox")
    return redirect(f"{address}?{urlencode({'undo': at.isoformat()})}" if number else address)


@require_POST
@policy(Audience.PERSON)
def mark_all_undo(request: PersonRequest) -> HttpResponse:
    """What was marked as read at one moment waits again."""
    read_at = moment(request.POST.get("at", ""))
    if read_at is not None:
        services.unread_again(user=request.user, read_at=read_at, at=timezone.now())
    return HttpResponse(status=204) if from_script(request) else redirect("notifications:inbox")


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON)
def preferences(request: PersonRequest) -> HttpResponse:
    """What the person is told, where, and at which hours: what they changed is saved, by a script as it is made."""
    rhythm = Rhythm.objects.filter(user=request.user).first() or Rhythm(user=request.user)
    wishes = wishes_of([request.user.pk])[request.user.pk]
    form = PreferencesForm(request.POST or None, user=request.user, wishes=wishes, rhythm=rhythm)
    if request.method == "POST" and from_script(request):
        return save_one(request.user, form, request.POST.get("changed", ""))
    if request.method == "POST" and form.is_valid():
        keep(request.user, form, form.changed_data)
        messages.success(request, _("Your choices are saved."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form})


def save_one(user: User, form: PreferencesForm, name: str) -> HttpResponse:
    """Saves one field, whatever stands in the others."""
    if name not in form.fields:
        return HttpResponse(status=400)
    if name in form.errors:
        return JsonResponse({"message": form.errors[name][0]}, status=422)
    keep(user, form, [name])
    return JsonResponse({"message": _("Saved.")})


def keep(user: User, form: PreferencesForm, names: Collection[str]) -> None:
    """Saves what some fields of a form say, each of them valid."""
    at = timezone.now()
    services.choose_preferences(user=user, on_screen=form.screens(names), mail=form.mails(names), at=at)
    services.choose_hours(user=user, changes=form.hours(names), at=at)


@csrf_exempt  # a program that reads mail posts here without a page of ours: the signed token says who asks what
@require_http_methods(["GET", "HEAD", "POST"])
@policy(Audience.ANYONE)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The way out that a letter carries. Looking changes nothing: scanners open every link; posting stops the letters."""
    state, undo, at = "asked", "", timezone.now()
    try:
        user_id, categories = read_token(token)
        if request.method == "POST" and request.POST.get("act") == "start":
            before = read_undo(request.POST.get("undo", ""), token)
            services.start_letters(user_id=user_id, categories=categories, before=before, at=at)
            state = "started"
        elif request.method == "POST":
            undo = undo_for(token, services.stop_letters(user_id=user_id, categories=categories, at=at))
            state = "stopped"
    except BadToken:
        return render(request, "notifications/unsubscribe_unusable.html", status=404)
    context = {"state": state, "undo": undo, "categories": [Category(category).label for category in categories]}
    return render(request, "notifications/unsubscribe.html", context)
