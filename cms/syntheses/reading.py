"""What the screen of a conversation's synthesis shows of the page on which it is written together."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from cms.base.curtain import drawn_for
from cms.base.models import BasePage
from cms.gathered import at_hand
from cms.links import gather_said
from cms.models import CollaborativePage
from cms.syntheses.access import may_publish, may_write_together, page_of, writes
from cms.writing.keeping import materialise
from cms.writing.services import draft_of
from intranet.accounts.models import User
from realtime.threads.access import ThreadRights
from realtime.threads.models import Thread
from realtime.threads.syntheses import synthesis_of


def text_shown(request: Any, thread: Thread, rights: ThreadRights) -> SafeString:
    """The text as it is now, to read, for those who write it; for the others, where it will be read."""
    written = synthesis_of(thread)
    page = page_of(written) if written else None
    context = {"thread": thread, "page": None, "may_write": may_write_together(thread, rights), "is_binned": False}
    if page is None or page.binned_at is not None:
        return rendered(request, context | {"is_binned": page is not None})
    if not writes(request.user, page):
        is_seen = BasePage.objects.visible_to(request.user).filter(pk=page.pk).exists()
        return rendered(request, context | {"may_write": False, "read": page if is_seen else None})
    draft, around = drafted(page, request.user)
    with drawn_for(request.user, as_editor=True), at_hand(around):
        return rendered(request, context | {"page": draft, "may_write": True})


def drafted(page: CollaborativePage, user: User) -> tuple[Any, Any]:
    """What those who write a page typed until now, and what that refers to as far as `user` sees it."""
    materialise(page_id=page.pk, at=timezone.now())
    with drawn_for(user, as_editor=True):
        draft = draft_of(page)
        return draft, gather_said(draft, user)


def rendered(request: Any, context: dict[str, Any]) -> SafeString:
    return render_to_string("cms/includes/synthesis_text.html", {"read": None, **context}, request=request)


def acts_of(request: HttpRequest, thread: Thread, rights: ThreadRights) -> SafeString | None:
    """What a synthesis of points can become: a text written together, or a page as it is."""
    written = synthesis_of(thread)
    if written is not None and written.together_at is not None:
        return None
    has_points = written is not None and written.points.exists()
    context = {
        "thread": thread,
        "may_publish": has_points and may_publish(thread, rights),
        "may_write": may_write_together(thread, rights),
        "is_again": bool(written and written.published_at),
    }
    if not (context["may_publish"] or context["may_write"]):
        return None
    return render_to_string("cms/includes/synthesis_acts.html", context, request=request)
