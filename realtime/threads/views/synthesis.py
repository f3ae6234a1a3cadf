"""The synthesis of a conversation, written beside it by those who take part."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail import hooks

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.threads.access import access_point, access_thread, goes_on_in, rights_in_thread
from realtime.threads.forms import PointForm
from realtime.threads.models import Point, Synthesis, Thread
from realtime.threads.reading import stream_head
from realtime.threads.services import synthesis as services
from realtime.threads.syntheses import merged_syntheses, sections, synthesis_of
from realtime.threads.views.common import wants_json


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="thread")
def synthesis(request: PersonRequest, pk: int) -> HttpResponse:
    """What a conversation comes to. A POST writes one more point."""
    thread = access_thread(request.user, pk)
    if request.method == "GET" and wants_json(request):
        return render(request, "threads/includes/synthesis_points.html", context_of(request, thread))
    form = PointForm(request.POST or None)
    if request.method == "POST":
        allow(request, thread)
        if form.is_valid() and (point := added(request, thread, form)):
            return redirect(f"{thread.get_absolute_url()}synthesis/#point-{point.pk}")
    status = 422 if form.errors else 200
    return render(request, "threads/synthesis.html", context_of(request, thread) | {"form": form}, status=status)


def added(request: PersonRequest, thread: Thread, form: PointForm) -> Point | None:
    """The new point, None when the form now says why there is none."""
    try:
        return services.add_point(thread=thread, by=request.user, at=timezone.now(), **words_of(form))
    except services.CitesElsewhere:
        form.add_error("cited", not_cited())
    except services.SynthesisFull:
        form.add_error(None, _("A synthesis of a hundred points is not one any more: bring some together first."))
    except services.WrittenTogether:
        synthesis_of(thread).refresh_from_db()  # type: ignore[union-attr]  # there is one
        form.add_error(None, kept_words())
    return None


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="synthesis_point")
def point(request: PersonRequest, pk: int) -> HttpResponse:
    """Changes what a point says."""
    found = access_point(request.user, pk)
    thread = found.synthesis.thread
    allow(request, thread)
    if request.method == "GET" and is_text(found.synthesis):
        return redirect("threads:synthesis", thread.pk)
    [shown] = [
        one for section in sections(found.synthesis, request.user) for one in section.points if one.point == found
    ]
    initial = {"kind": found.kind, "text": found.text, "cited": shown.cited, "version": found.version}
    form = PointForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = change(request, found, form)
        if changed is None:
            return redirect(f"{thread.get_absolute_url()}synthesis/#point-{found.pk}")
        form = changed
    context = {"thread": thread, "point": found, "shown": shown, "form": form}
    return render(request, "threads/synthesis_point.html", context, status=422 if form.errors else 200)


def change(request: PersonRequest, found: Point, form: PointForm) -> PointForm | None:
    """None once it is changed; else the form again, with the words kept and the reason."""
    version = form.cleaned_data["version"] or 0
    try:
        services.change_point(point=found, version=version, by=request.user, at=timezone.now(), **words_of(form))
        return None
    except services.CitesElsewhere:
        form.add_error("cited", not_cited())
    except services.WrittenTogether:
        form.add_error(None, kept_words())
    except services.PointGone:
        form.add_error(
            None, _("Somebody removed this point meanwhile. Your words are kept here: write them as a new one.")
        )
    except services.PointChanged as changed:
        form = PointForm({**request.POST.dict(), "version": changed.point.version})
        reason = _(
            "Somebody changed this point meanwhile. It now says: “%(words)s”. Saving again puts yours in its place."
        )
        form.add_error(None, reason % {"words": changed.point.text})
    return form


@require_POST
@policy(Audience.PERSON, holds="synthesis_point")
def point_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes a point out, and says what it was so that it can be written again."""
    found = access_point(request.user, pk)
    thread = found.synthesis.thread
    allow(request, thread)
    try:
        services.remove_point(point=found, by=request.user, at=timezone.now())
        messages.success(request, _("Removed: “%(words)s”") % {"words": found.text})
    except services.WrittenTogether:
        messages.error(request, in_the_text())
    return redirect("threads:synthesis", thread.pk)


@require_POST
@policy(Audience.PERSON, holds="synthesis_point")
def point_shift(request: PersonRequest, pk: int) -> HttpResponse:
    """Moves a point one place up or down among those of its kind."""
    found = access_point(request.user, pk)
    thread = found.synthesis.thread
    allow(request, thread)
    try:
        services.shift_point(point=found, up=request.POST.get("to") == "up", by=request.user, at=timezone.now())
    except services.WrittenTogether:
        messages.error(request, in_the_text())
    return redirect(f"{thread.get_absolute_url()}synthesis/#point-{found.pk}")


# --- what the screens need ----------------------------------------------------------------------


def not_cited() -> str:
    return _("One of these messages is not in this conversation, or was taken back.")


def in_the_text() -> str:
    return _("This synthesis is written together by now, as one text.")


def kept_words() -> str:
    return _("This synthesis is written together by now, as one text. Your words are still here: take them there.")


def allow(request: PersonRequest, thread: Thread) -> None:
    """Raises PermissionDenied for somebody who only reads here. A closed conversation can still be summed up, not a merged one."""
    if thread.merged_into_id is not None or not rights_in_thread(request.user, thread).space.may_write:
        raise PermissionDenied


def words_of(form: PointForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("kind", "text", "cited")}


def place_of(thread: Thread) -> dict[str, str]:
    """Where a conversation is: its space, or one's private conversations."""
    if thread.is_private:
        return {"name": _("Private conversations"), "url": reverse("threads:private")}
    return {"name": thread.space.name, "url": thread.space.get_absolute_url()}


def is_text(written: Synthesis | None) -> bool:
    """Whether it is written together, and no more as points."""
    return written is not None and written.together_at is not None


def context_of(request: PersonRequest, thread: Thread) -> dict[str, Any]:
    head = stream_head(thread)  # read before the points: what is told after it is asked for again
    written = synthesis_of(thread)
    rights = rights_in_thread(request.user, thread)
    is_merged = thread.merged_into_id is not None
    acts = [] if is_merged else [act(request, thread, rights) for act in hooks.get_hooks("synthesis_acts")]
    texts = [text(request, thread, rights) for text in hooks.get_hooks("synthesis_texts")] if is_text(written) else []
    return {
        "thread": thread,
        "head": head,
        "synthesis": written,
        "sections": [] if is_text(written) else sections(written, request.user),
        "is_text": is_text(written),
        "texts": [text for text in texts if text],
        "may_write": rights.space.may_write and not is_merged and not is_text(written),
        "into": goes_on_in(request.user, thread),
        "merged": merged_syntheses(thread, request.user),
        "writers": list(written.writers.order_by("name", "pk")) if written else [],
        "acts": [act for act in acts if act],
        "crumbs": [
            place_of(thread),
            {"name": thread.name, "url": thread.get_absolute_url()},
        ],
        "here": reverse("threads:synthesis", args=[thread.pk]),
    }
