"""What is done with pages and files: by services of the house, by the CMS through hooks, and by whoever fills it."""

import json
from datetime import date, datetime
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.images.fields import WagtailImageField
from wagtail.log_actions import log
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction, Revision

from cms.base.curtain import lifted
from cms.base.models import BasePage
from cms.ground import EDITORS, lay_ground
from cms.kept_in import tell_conversation
from cms.models import CollaborativePage, Folder, HomePage, Passage, SpaceDocument, SpaceImage, SpacePage, WrittenPage
from cms.publishing import published_at, say_what_changed
from intranet.accounts.models import User
from intranet.accounts.services import bump_access_epoch
from intranet.people.models import Team
from realtime.spaces.models import Space
from realtime.spaces.telling import tell_spaces
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
        show_from_the_start(page=page, parent=home, by=space.created_by, at=at)
        collection = Collection.get_first_root_node().add_child(name=space.name)
        Folder.objects.create(space=space, collection=collection)
        keep_private(space, page)
    return page


def show_from_the_start(*, page: SpacePage, parent: HomePage, by: User | None, at: datetime) -> None:
    """Puts a page there as published, with its first revision: nobody can follow it yet who were to be told."""
    page.live, page.first_published_at, page.last_published_at = True, at, at
    parent.add_child(instance=page)
    revision = keep_revision(page=page, by=by, at=at, changed=False, clean=False)
    page.live_revision = revision
    BasePage.objects.filter(pk=page.pk).update(live_revision=revision)
    log(instance=page, action="wagtail.publish", user=by, revision=revision)


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
    keep_revision(page=page, by=by, at=at)
    return page


@transaction.atomic
def keep_revision(*, page: BasePage, by: User | None, at: datetime, **how: Any) -> Revision:
    """A revision of what the page says now, dated `at`; `how` goes to Wagtail's save_revision."""
    revision: Revision = page.save_revision(user=by, **how)
    Revision.objects.filter(pk=revision.pk).update(created_at=at)
    BasePage.objects.filter(pk=page.pk).update(latest_revision_created_at=at)
    return revision


@transaction.atomic
def publish_page(*, page: Written, by: User | None, at: datetime, note: str = "") -> Written:
    """Shows a page as it is now to those who see its space, with a conversation beside it.

    `note` tells its readers what changed.
    """
    stand_in_tree(page)
    hang_thread(page=page, by=by, at=at)
    revision = page.save_revision(user=by)
    if note:
        say_what_changed(page=page, revision=revision, words=note, by=by, at=at)
    with published_at(at):
        page.publish(revision, user=by, skip_permission_checks=True)  # asked by whoever calls
    type(revision).objects.filter(pk=revision.pk).update(created_at=at)
    page.refresh_from_db()
    first = page.first_published_at if page.first_published_at and page.first_published_at < at else at
    page.first_published_at, page.last_published_at, page.latest_revision_created_at = first, at, at
    BasePage.objects.filter(pk=page.pk).update(
        first_published_at=first, last_published_at=at, latest_revision_created_at=at
    )
    return page


def stand_in_tree(page: BasePage) -> None:
    """Gives a page the place it has in the tree now: saving an older place would lose the pages added below it since."""
    with lifted():
        page.refresh_from_db(fields=["path", "depth", "numchild", "url_path"])


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
def follow_move(*, page: BasePage, out_of: int | None) -> None:
    """After a page moved: it and what is below it are in the space they are in now, and so are their conversations.

    Those who look at the space `out_of`, which it left, and at the one it came to, are told.
    """
    parent = page.get_parent()
    moved = BasePage.objects.descendant_of(page, inclusive=True)
    moved.update(space=parent.space)
    threads = {held.thread_id: held for held in moved.exclude(thread=None)}
    threads |= {held.thread_id: held.page for held in Passage.objects.filter(page__in=moved).select_related("page")}
    for thread in Thread.objects.filter(pk__in=threads):
        _, mark, place = thread.origin_url.partition("#")
        thread.space, thread.origin_url = parent.space, f"{threads[thread.pk].url or ''}{mark}{place}"
        thread.save(update_fields=["space", "origin_url"])
    syntheses = CollaborativePage.objects.exclude(synthesis=None)
    for one in syntheses.filter(Q(pk__in=moved) | Q(synthesis__thread__in=threads)):
        tell_conversation(page=one, at=timezone.now())
    if parent.space_id != out_of:
        tell_spaces({pk for pk in (out_of, parent.space_id) if pk is not None}, at=timezone.now())
    bump_access_epoch()


@transaction.atomic
def mark_reviewed(*, page: BasePage, by: User, at: datetime, review_on: date | None = None) -> BasePage:
    """Says that somebody has read a page again and stands for it, until `review_on` if that is given."""
    said: dict[str, Any] = {"verified_on": timezone.localdate(at), "verified_by_id": by.pk, "asked_on": None}
    said_of = say_of_page(page, review_on=review_on, **said)
    tell_space_of(page, at=at)
    return said_of


def tell_space_of(page: BasePage, *, at: datetime) -> None:
    """Tells those who look at its place that a page is to be read again on another day, or by others."""
    tell_spaces({page.space_id} if page.space_id else (), at=at)


@transaction.atomic
def no_longer_archived(*, page: BasePage) -> None:
    """A page that is published again, from wherever, is archived no more."""
    if page.live and page.archived_on is not None:
        say_of_page(page, archived_on=None, asked_on=None)


@transaction.atomic
def say_of_page(page: BasePage, **said: Any) -> BasePage:
    """Says something of a page as it is today, and of its versions that may yet be published: they would take it back."""
    with lifted():
        BasePage.objects.filter(pk=page.pk).update(**said)
        row = BasePage.objects.values("latest_revision", "live_revision").get(pk=page.pk)
        kept = {name.removesuffix("_id"): value for name, value in said.items() if name not in page.kept_today}
        coming = Q(pk__in=[pk for pk in row.values() if pk]) | Q(approved_go_live_at__isnull=False)
        if kept:
            rewrite(page.revisions.filter(coming), **kept)
    for name, value in said.items():
        setattr(page, name, value)
    return page


def rewrite(revisions: QuerySet[Revision], **fields: Any) -> None:
    """Has drafts and versions say otherwise: publishing one would bring back what was changed."""
    told = json.loads(json.dumps(fields, cls=DjangoJSONEncoder))
    for revision in revisions.iterator(chunk_size=50):
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, **told})


# --- files --------------------------------------------------------------------------------------


@transaction.atomic
def add_image(*, space: Space, title: str, file: File, by: User | None) -> SpaceImage:  # type: ignore[type-arg]  # of bytes
    """Puts an image in the folder of a space; width and height are read from the file. Raises ValidationError."""
    image = SpaceImage(title=title, file=file, uploaded_by_user=by, collection=space.folder.collection)
    image.clean()
    image._set_image_file_metadata()
    image.save()
    return image


@transaction.atomic
def add_picture(*, space: Space, file: "UploadedFile[bytes]", by: User) -> SpaceImage:
    """Takes a picture that somebody brought into the folder of a space. Raises ValidationError for what is none."""
    checked = WagtailImageField().clean(file)
    return add_image(space=space, title=(file.name or "")[:255], file=checked, by=by)


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
