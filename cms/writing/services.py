"""What those who write a page do with it besides writing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.models import Revision

from cms import services
from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.models import CollaborativePage, SpacePage, VersionName
from cms.writing.keeping import materialise, open_text
from cms.writing.owner import held_by
from intranet.accounts.models import User
from realtime.spaces.models import Space
from realtime.threads.models import Synthesis


class Waits(Exception):
    """The page waits for its approval, is locked or has its day: nothing is published from here."""


@backstage
@transaction.atomic
def begin_page(
    *,
    space: Space,
    title: str,
    by: User,
    at: datetime,
    intro: str = "",
    body: Sequence[dict[str, Any]] = (),
    slug: str = "",
    synthesis: Synthesis | None = None,
) -> CollaborativePage:
    """A shared page with a title and the raw blocks it begins with, which nobody but those who write in the space sees.

    Without a `slug` its address is made of its title. `synthesis` is the one it is, of a conversation.
    """
    page = services.create_page(
        parent=SpacePage.objects.get(space=space, depth=3),
        model=CollaborativePage,
        title=title,
        intro=intro,
        body=CollaborativePage.body.field.stream_block.to_python(list(body)),
        by=by,
        at=at,
        is_published=False,
        steward=space.team,
        slug=slug,
        synthesis=synthesis,
    )
    open_text(page=page, at=at)
    return page


@backstage
@transaction.atomic
def name_page(*, page: CollaborativePage, title: str, intro: str, by: User, at: datetime) -> CollaborativePage:
    """Gives the draft another title and first words; readers find them once it is published."""
    materialise(page_id=page.pk, at=at)
    then = draft_of(page)
    then.title, then.intro = title, intro
    named: CollaborativePage = services.save_draft(page=then, by=by, at=at)
    return named


@backstage
@transaction.atomic
def publish_text(*, page: CollaborativePage, by: User, at: datetime, note: str = "") -> CollaborativePage:
    """Shows readers what the page says now, and tells them in `note` what changed: whoever may write it may.

    Raises Waits.
    """
    materialise(page_id=page.pk, at=at)
    then = draft_of(page)
    if not held_by(then).writes:
        raise Waits
    published: CollaborativePage = services.publish_page(page=then, by=by, at=at, note=note)
    return published


@backstage
@transaction.atomic
def bring_back(*, page: CollaborativePage, revision: Revision, by: User, at: datetime) -> None:
    """Makes the page say again what it said in one of its revisions; what it says now stays in its history. Raises Waits."""
    materialise(page_id=page.pk, at=at)
    if not held_by(draft_of(page)).writes:
        raise Waits
    then: Any = revision.as_object()
    now = BasePage.objects.get(pk=page.pk)  # who answers for it is said of the page, not of a version
    then.steward_id, then.contact_id, then.review_on = now.steward_id, now.contact_id, now.review_on
    services.keep_revision(page=then, by=by, at=at, previous_revision=revision, log_action=True)


@transaction.atomic
def name_version(*, revision: Revision, name: str, by: User, at: datetime) -> VersionName:
    """Gives a version a name, or another one: it is then no more written over."""
    named, _ = VersionName.objects.update_or_create(revision=revision, defaults={"name": name, "by": by, "at": at})
    return named


@transaction.atomic
def unname_version(*, revision: Revision) -> None:
    """Takes the name of a version away; the version stays."""
    VersionName.objects.filter(revision=revision).delete()


def draft_of(page: CollaborativePage) -> Any:
    """The page as its latest revision has it, asked afresh."""
    return BasePage.objects.get(pk=page.pk).get_latest_revision_as_object()


def draft_shown(page: CollaborativePage) -> CollaborativePage:
    """What a screen shows of the draft: its title, first words and text, with its space and conversation; one query.

    Everything else is as published, which is enough to look at, not to keep.
    """
    found: Any = CollaborativePage.objects.select_related("latest_revision", "space", "thread__space").get(pk=page.pk)
    if found.latest_revision is not None and found.has_unpublished_changes:
        for name in ("title", "intro", "body"):
            field = CollaborativePage._meta.get_field(name)
            setattr(found, name, field.to_python(found.latest_revision.content[name]))
    return found  # type: ignore[no-any-return]  # Wagtail's managers carry no types
