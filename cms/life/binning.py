"""The bin of a space: what was put there comes back as it was, for thirty days."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision, WorkflowState

from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.kept_in import tell_conversation
from cms.life.tree import held_with_below, hold_tree, threads_of
from cms.models import CollaborativePage
from cms.writing.keeping import materialise
from cms.writing.owner import LOCKED, held_by
from cms.writing.services import Waits
from intranet.accounts.models import User
from intranet.accounts.services import bump_access_epoch
from realtime.coedit.bell import ring_rights_after_commit
from realtime.coedit.models import Document
from realtime.spaces.models import Space
from realtime.threads.models import Thread

KEPT_FOR = timedelta(days=30)


class NotInTheBin(Exception):
    """Somebody brought it back, or deleted it, a moment ago."""


class InTheBin(Exception):
    """Somebody put it there a moment ago."""


@backstage
@transaction.atomic
def bin_page(*, page: CollaborativePage, by: User, at: datetime) -> list[Any]:
    """Takes a page, with what is below it, out of everyone's sight; who writes in them is told that they cannot any more.

    What was typed until now is kept, a day on which it was to come out and an approval it waits for are called off.
    Returns the pages that went. Raises Waits for a page that somebody locked, and InTheBin.
    """
    hold_tree()
    pages = [found for found in held_with_below(page.pk) if found.binned_at is None]
    if not pages or pages[0].pk != page.pk:
        raise InTheBin
    if held_by(pages[0]) is LOCKED:
        raise Waits
    for one in pages:
        materialise(page_id=one.pk, at=at)
        call_off(one, by)
    pks = [one.pk for one in pages]
    BasePage.objects.filter(pk__in=pks).update(live=False, binned_at=at, binned_by=by)  # live_revision remembers
    threads_of(pks).filter(last_seq__gt=0).update(origin_url="")  # what was said stays, beside nothing
    tell_conversations(pks, at=at)
    tell_rooms(pages)
    return pages


def call_off(page: BasePage, by: User) -> None:
    """No day and no approval waits for a page in the bin."""
    with_a_day(page).update(approved_go_live_at=None)
    kind = ContentType.objects.get_for_model(BasePage, for_concrete_model=False)
    for waiting in WorkflowState.objects.active().filter(base_content_type=kind, object_id=str(page.pk)):
        waiting.cancel(user=by)


def with_a_day(page: BasePage) -> Any:
    """The versions of a page that wait for a day on which they come out."""
    return Revision.objects.for_instance(page).exclude(approved_go_live_at=None)


def tell_conversations(pks: list[int], *, at: datetime) -> None:
    """Those that some of these pages sum up say where they are kept, or no longer do."""
    for page in CollaborativePage.objects.filter(pk__in=pks).exclude(synthesis=None):
        tell_conversation(page=page, at=at)


def tell_rooms(pages: list[Any]) -> None:
    """Has everybody's rights asked again where these pages are being written."""
    bump_access_epoch()
    for page in pages:
        if text := getattr(page, "text", None):
            ring_rights_after_commit(text.document_id)


@backstage
@transaction.atomic
def restore_page(*, page: BasePage) -> list[Any]:
    """Brings a page back with what went with it: published where it was, with its text, its versions and its conversation.

    Where the page above it is in the bin, it comes back under the one above that. Raises NotInTheBin.
    """
    hold_tree()
    pages = held_with_below(page.pk)
    if not pages or pages[0].binned_at is None:
        raise NotInTheBin
    went = pages[0].binned_at
    back = [one for one in pages if one.binned_at == went]
    pks = [one.pk for one in back]
    gone = BasePage.objects.filter(pk__in=pks)
    published = list(gone.exclude(live_revision=None).values_list("pk", flat=True))
    gone.update(binned_at=None, binned_by=None)
    BasePage.objects.filter(pk__in=published).update(live=True)
    stand_under_something(pages[0])
    hang_beside(pks)
    tell_conversations(pks, at=timezone.now())
    tell_rooms(back)
    return list(BasePage.objects.filter(pk__in=pks).order_by("path"))


def stand_under_something(page: BasePage) -> None:
    """Moves a page whose parent is in the bin under the nearest one that is not."""
    above = list(BasePage.objects.ancestor_of(page).order_by("-depth"))
    if above[0].binned_at is not None:
        page.refresh_from_db()
        page.move(next(one for one in above if one.binned_at is None), pos="last-child")


def hang_beside(pks: list[int]) -> None:
    """Their conversations stand beside them again."""
    for page in BasePage.objects.filter(pk__in=pks):
        threads_of([page.pk]).update(origin_url=page.url or "")


@backstage
@transaction.atomic
def delete_for_good(*, page: BasePage) -> None:
    """Deletes a page that is in the bin, with what is below it, its text, its versions and what was noted of it.

    What people said beside it stays among the conversations of the space. Raises NotInTheBin.
    """
    hold_tree()
    pages = held_with_below(page.pk)
    if not pages or pages[0].binned_at is None:
        raise NotInTheBin
    pks = [one.pk for one in pages]
    documents = [one.text.document_id for one in pages if getattr(one, "text", None)]
    silent = list(threads_of(pks).filter(last_seq=0).values_list("pk", flat=True))
    BasePage.objects.get(pk=page.pk).delete()
    Document.objects.filter(pk__in=documents).delete()
    Thread.objects.filter(pk__in=silent).delete()
    PageLogEntry.objects.filter(page__in=pks).delete()


def empty_bins(*, at: datetime) -> int:
    """Deletes for good what was put into a bin thirty days ago or earlier; returns how many pages that were put there."""
    with_below = BasePage.objects.filter(binned_at__lte=at - KEPT_FOR).order_by("path")
    tops = tops_of(list(with_below))
    for page in tops:
        with suppress(NotInTheBin):  # gone with the one above it, or brought back
            delete_for_good(page=page)
    return len(tops)


def binned_in(space: Space) -> list[Any]:
    """What stands in the bin of a space, the last first: the pages that were put there, without those that went along."""
    binned = BasePage.objects.filter(space=space).exclude(binned_at=None).select_related("binned_by")
    return sorted(tops_of(list(binned.order_by("path"))), key=lambda page: (page.binned_at, page.pk), reverse=True)


def tops_of(pages: list[Any]) -> list[Any]:
    """Of pages in the order of the tree, those that did not go along with the one above them."""
    went = {(page.path, page.binned_at) for page in pages}
    return [page for page in pages if (page.path[: -page.steplen], page.binned_at) not in went]
