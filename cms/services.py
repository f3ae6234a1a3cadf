"""What is done with pages and files: by services of the house, by the CMS through hooks, and by whoever fills it."""

from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.base.curtain import lifted
from cms.base.models import BasePage
from cms.ground import EDITORS, lay_ground
from cms.models import Folder, HomePage, SpaceDocument, SpaceImage, SpacePage, WrittenPage
from intranet.accounts.models import User
from intranet.accounts.services import bump_access_epoch
from intranet.people.models import Team
from realtime.spaces.models import Space
from realtime.threads.models import Thread
from realtime.threads.services import change_thread, create_thread

Written = TypeVar("Written", bound=WrittenPage)
LONGEST_TITLE = 160  # of a thread


class NotAnEmployee(Exception):
    """Guests do not edit."""


# --- spaces have pages and files ----------------------------------------------------------------


@transaction.atomic
def open_space_pages(*, space: Space, at: datetime) -> SpacePage:
    """Makes a space's first page and its folder, as private as the space. Called when a space is created."""
    with lifted():
        home = HomePage.objects.first() or lay_ground()
        page = SpacePage(title=space.name, slug=space.slug, space=space, intro=space.description)
        home.add_child(instance=page)
        collection = Collection.get_first_root_node().add_child(name=space.name)
        Folder.objects.create(space=space, collection=collection)
        publish_page(page=page, by=space.created_by, at=at)
        keep_private(space, page)
    return page


@transaction.atomic
def follow_space(*, space: Space, at: datetime) -> None:
    """Gives pages and files the name and the privacy their space has now. Called when a space has changed."""
    with lifted():
        page = SpacePage.objects.get(space=space, depth=3)
        if page.title != space.name:
            page.title = page.draft_title = space.name
            publish_page(page=page, by=None, at=at)
            Collection.objects.filter(folder__space=space).update(name=space.name)
        keep_private(space, page)


def keep_private(space: Space, page: SpacePage) -> None:
    """Makes Wagtail's own privacy of pages and files say the same as the space: its group, and nobody else."""
    by_group = {"restriction_type": PageViewRestriction.GROUPS}
    on_pages, _ = PageViewRestriction.objects.get_or_create(page=page.basepage_ptr, defaults=by_group)
    on_pages.groups.set([space.group])
    on_files, _ = CollectionViewRestriction.objects.get_or_create(collection=space.folder.collection, defaults=by_group)
    on_files.groups.set([space.group])


# --- pages --------------------------------------------------------------------------------------


@transaction.atomic
def create_page(
    *,
    parent: BasePage,
    model: type[Written],
    title: str,
    body: list[tuple[str, Any]],
    by: User | None,
    at: datetime,
    is_published: bool = True,
    steward: Team | None = None,
    contact: User | None = None,
    **fields: Any,
) -> Written:
    """Writes a page under `parent`, in its space; `body` is a list of (name of a block, its value).

    `fields` are those of the type (intro, starts_at, ...). Raises ValidationError.
    """
    page = model(title=title, body=body, owner=by, steward=steward, contact=contact, live=False, **fields)
    parent.add_child(instance=page)
    if is_published:
        return publish_page(page=page, by=by, at=at)
    save_draft(page=page, by=by, at=at)
    return page


@transaction.atomic
def save_draft(*, page: Written, by: User | None, at: datetime) -> Written:
    """Keeps what the page says now as a revision that nobody but editors sees."""
    revision = page.save_revision(user=by)
    type(revision).objects.filter(pk=revision.pk).update(created_at=at)
    BasePage.objects.filter(pk=page.pk).update(latest_revision_created_at=at)
    return page


@transaction.atomic
def publish_page(*, page: Written, by: User | None, at: datetime) -> Written:
    """Shows a page as it is now to those who see its space, with a conversation beside it."""
    hang_thread(page=page, by=by, at=at)
    revision = page.save_revision(user=by)
    page.publish(revision, user=by, skip_permission_checks=True)  # asked by whoever calls
    type(revision).objects.filter(pk=revision.pk).update(created_at=at)
    page.refresh_from_db()
    first = page.first_published_at if page.first_published_at and page.first_published_at < at else at
    page.first_published_at, page.last_published_at, page.latest_revision_created_at = first, at, at
    BasePage.objects.filter(pk=page.pk).update(
        first_published_at=first, last_published_at=at, latest_revision_created_at=at
    )
    return page


@transaction.atomic
def hang_thread(*, page: BasePage, by: User | None, at: datetime) -> Thread | None:
    """Opens the conversation beside a page, or gives it the title the page has now; None where none belongs."""
    if page.space is None or not getattr(page, "is_written_with_thread", False):
        return None
    title = page.title[:LONGEST_TITLE]
    if page.thread is None:
        page.thread = create_thread(space=page.space, title=title, by=by, at=at, origin_url=page.url or "")
        BasePage.objects.filter(pk=page.pk).update(thread=page.thread)
    elif page.thread.title != title:
        change_thread(thread=page.thread, title=title, pinned=page.thread.pinned, at=at)
    return page.thread


@transaction.atomic
def follow_move(*, page: BasePage) -> None:
    """After a page moved: it and what is below it are in the space they are in now, and so are their conversations."""
    parent = page.get_parent()
    moved = BasePage.objects.descendant_of(page, inclusive=True)
    moved.update(space=parent.space)
    threads = {held.thread_id: held for held in moved.exclude(thread=None)}
    for thread in Thread.objects.filter(pk__in=threads):
        thread.space, thread.origin_url = parent.space, threads[thread.pk].url or ""
        thread.save(update_fields=["space", "origin_url"])
    bump_access_epoch()


@transaction.atomic
def mark_reviewed(*, page: BasePage, by: User, at: datetime) -> BasePage:
    """Says that somebody has read a page again and stands for it; it no longer waits for its review."""
    page.verified_on, page.verified_by, page.review_on = timezone.localdate(at), by, None
    BasePage.objects.filter(pk=page.pk).update(verified_on=page.verified_on, verified_by=by, review_on=None)
    return page


# --- files --------------------------------------------------------------------------------------


@transaction.atomic
def add_image(*, space: Space, title: str, file: File, by: User | None) -> SpaceImage:  # type: ignore[type-arg]  # of bytes
    """Puts an image in the folder of a space; width and height are read from the file."""
    image = SpaceImage(title=title, file=file, uploaded_by_user=by, collection=space.folder.collection)
    image._set_image_file_metadata()
    image.save()
    return image


@transaction.atomic
def add_document(*, space: Space, title: str, file: File, by: User | None) -> SpaceDocument:  # type: ignore[type-arg]  # of bytes
    """Puts a document in the folder of a space. Raises ValidationError for a file we do not take."""
    document = SpaceDocument(title=title, file=file, uploaded_by_user=by, collection=space.folder.collection)
    document.full_clean(exclude=["tags"])
    document._set_document_file_metadata()
    document.save()
    return document


# --- editors ------------------------------------------------------------------------------------


@transaction.atomic
def appoint_editor(*, user: User) -> None:
    """Opens the CMS to an employee, for the spaces they see. Raises NotAnEmployee."""
    if user.is_guest:
        raise NotAnEmployee
    user.groups.add(Group.objects.get(name=EDITORS))


@transaction.atomic
def dismiss_editor(*, user: User) -> None:
    """Closes the CMS to somebody again."""
    user.groups.remove(Group.objects.get(name=EDITORS))
    bump_access_epoch()
