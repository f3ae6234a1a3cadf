"""The passages of a page that people talk about, for those who see both the page and the conversation."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404

from cms.base.models import BasePage
from cms.models import Passage
from intranet.accounts.models import User
from realtime.threads.models import Thread

MOST = 60  # open ones that a page shows
SETTLED = 20


def passages_of(page: BasePage, user: User) -> QuerySet[Passage]:
    """The open ones of a page whose conversation `user` sees, as people began them."""
    seen = Thread.objects.visible_to(user)
    found = Passage.objects.filter(page_id=page.pk, resolved_at=None, thread__in=seen)
    return found.select_related("thread__last_message__author").order_by("pk")[:MOST]


def beside(page: BasePage, user: User) -> dict[str, Any]:
    """What the list beside a page shows to those who write it: the open ones, and those settled last; one query."""
    seen = Thread.objects.visible_to(user)
    found = Passage.objects.filter(page_id=page.pk, thread__in=seen).select_related("thread__last_message__author")
    latest = found.order_by(F("resolved_at").desc(nulls_first=True), "pk")[: MOST + SETTLED]
    passages = [passage for passage in latest if passage.resolved_at is None]
    settled = [passage for passage in latest if passage.resolved_at is not None]
    return {"passages": passages[:MOST], "settled": settled[:SETTLED], "may_settle": True}


def access_passage(user: User, page: BasePage, pk: int) -> Passage:
    """One passage of a page, settled or not, for somebody who sees its conversation; Http404 otherwise."""
    seen = Passage.objects.filter(page_id=page.pk, thread__in=Thread.objects.visible_to(user))
    passage: Passage | None = seen.select_related("thread").filter(pk=pk).first()
    if passage is None:
        raise Http404
    return passage
