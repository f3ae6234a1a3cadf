"""From a conversation to a page of its space: its synthesis is written together, or a page is made of its points."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cms.base.curtain import lifted
from cms.life.beginning import anew
from cms.life.binning import restore_page
from cms.life.house import Part
from cms.models import CollaborativePage, SpacePage
from cms.services import create_page, publish_page, save_draft
from cms.syntheses.access import page_of, takes_pages
from cms.writing.services import begin_page
from intranet.accounts.models import User
from realtime.threads.models import Point, Synthesis, Thread
from realtime.threads.services.synthesis import as_points, begun, write_as_text
from realtime.threads.syntheses import sections, synthesis_of

LONGEST_TITLE = 160


class NothingToPublish(Exception):
    """The conversation has no synthesis yet, or one without points."""


class NoPages(Exception):
    """The conversation is held where there are no pages: a private one, or an archived space."""


@transaction.atomic
def write_together(*, thread: Thread, by: User, at: datetime) -> CollaborativePage:
    """The page on which the synthesis of a thread is written together: a draft, begun with what its points say.

    Asked by several at once it is begun once; one in the bin comes back. Raises NoPages.
    """
    if not takes_pages(thread):
        raise NoPages
    written = begun(thread, at)
    with lifted():
        page = page_of(written) or begin_text(written, by=by, at=at)
        if page.binned_at is not None:
            restore_page(page=page)
        if written.together_at is None and written.is_ahead:
            bring_level(page, written, by=by, at=at)
    write_as_text(synthesis=written, at=at)
    return page


def begin_text(written: Synthesis, *, by: User, at: datetime) -> CollaborativePage:
    title = _("Synthesis: %(title)s") % {"title": written.thread.title}
    page: CollaborativePage = begin_page(
        space=written.thread.space,
        title=title[:LONGEST_TITLE],
        body=blocks_of(written, by, with_all_kinds=True),
        by=by,
        at=at,
        synthesis=written,
    )
    return page


def bring_level(page: CollaborativePage, written: Synthesis, *, by: User, at: datetime) -> None:
    """Has the draft of a page say what the points say since it was published."""
    then: Any = page.get_latest_revision_as_object()
    then.body = body_of(written, by)
    save_draft(page=then, by=by, at=at)


@transaction.atomic
def publish_synthesis(*, thread: Thread, title: str, by: User, at: datetime) -> CollaborativePage:
    """Puts the points of a synthesis into a page of its space, the same page every time.

    What the page said before stays in its history, also what was changed there by hand.
    Raises NothingToPublish or NoPages, and WrittenTogether for one that is a page already.
    """
    written = synthesis_of(thread)
    if written is None or not written.points.exists():
        raise NothingToPublish
    if not takes_pages(thread):
        raise NoPages
    written = as_points(written)
    with lifted():
        return published(written, title=title, by=by, at=at)


def published(written: Synthesis, *, title: str, by: User, at: datetime) -> CollaborativePage:
    """The page as it is published now: the one of before under its new title, or a new one."""
    body = body_of(written, by)
    found = page_of(written)
    if found is not None:
        if found.binned_at is not None:
            restore_page(page=found)
            found.refresh_from_db()
        page: CollaborativePage = found.get_latest_revision_as_object() if found.latest_revision else found
        page.title, page.body = title, body
        return publish_page(page=page, by=by, at=at)
    space = written.thread.space
    first = SpacePage.objects.get(space=space)
    return create_page(
        parent=first,
        model=CollaborativePage,
        title=title,
        body=body,
        by=by,
        at=at,
        steward=space.team,
        synthesis=written,
    )


# --- what it says ---------------------------------------------------------------------------------


def body_of(written: Synthesis, by: User) -> Any:
    """The body of a page with the points of a synthesis."""
    return CollaborativePage.body.field.stream_block.to_python(blocks_of(written, by))


def blocks_of(written: Synthesis, by: User, *, with_all_kinds: bool = False) -> list[dict[str, Any]]:
    """The raw blocks of the points of a synthesis: a heading for each kind that has some, or for all, and the points."""
    shown = {section.kind: section for section in sections(written, by)}
    blocks: list[dict[str, Any]] = []
    for kind in Point.Kind:
        if kind in shown or with_all_kinds:
            blocks.append({"type": "paragraph", "value": Part(kind.label, ()).html()})
        if kind in shown:
            blocks += [cited_block(one.point) for one in shown[kind].points]
    return anew(blocks)


def cited_block(point: Point) -> dict[str, Any]:
    """A point and the messages it rests on."""
    cited = list(point.citations.order_by("message").values_list("message", flat=True))
    return {"type": "cited", "value": {"text": format_html("<p>{}</p>", point.text), "messages": cited}}
