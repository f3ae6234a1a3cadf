"""The one door to pages and their files."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.db.models.expressions import Combinable
from django.http import Http404
from django.utils import timezone

from cms.base.models import BasePage
from cms.ground import EDITORS
from cms.models import (
    HOME,
    Bookmark,
    CollaborativePage,
    PageChange,
    PageProblem,
    PageSign,
    PageWatch,
    Passage,
    SpaceDocument,
    SpaceImage,
    SpaceRendition,
    WrittenPage,
    answers_for,
)
from cms.topic import told_of_page
from intranet.accounts.models import User
from realtime.spaces.access import Rights, rights_of, role_held
from realtime.threads.exchanges import first_answer, teams_that_answered

TYPES = ["spacepage", "newspage", "eventpage", "guidepage", "collaborativepage"]


class ReadPage(WrittenPage):
    """A page as `access_page` gives it, with what its reader may do."""

    is_edited: bool  # in the CMS
    is_answered_for: bool  # of the steward team, or runs the space
    right: Rights | None  # of its reader in its space
    is_written: bool  # on the portal, by the members of its space
    is_watched: bool  # by its reader
    has_news: bool  # that its reader was told of and has not read
    is_kept: bool  # by its reader: answered for, or as its contact
    has_changes: bool  # that its readers were told of
    has_signs: bool  # of its readers
    has_problems: bool  # that somebody found and nobody has dealt with
    is_put_aside: bool  # by its reader, for later
    has_passages: bool  # that people talk about
    answered_at: datetime | None  # by somebody else, in the conversation beside it
    answering_teams: int  # that took part there

    class Meta:
        abstract = True


def access_page(user: User, path: str) -> ReadPage:
    """The page at `path` ("heron-3/journal/", under /pages/), as its own type, for a person; Http404 otherwise.

    One query for all types, with what its screen shows of those who keep it.
    """
    page = (
        BasePage.objects.visible_to(user)
        .annotate(
            is_edited=edited_by(user),
            is_answered_for=answered_for_by(user),
            is_put_aside=Exists(Bookmark.objects.filter(page=OuterRef("pk"), user=user)),
            role=role_held(user, "space"),
            has_passages=Exists(Passage.objects.filter(page=OuterRef("pk"), resolved_at=None)),
            answered_at=first_answer("thread"),
            answering_teams=teams_that_answered("thread", timezone.localdate()),
            **cared_for_by(user),
        )
        .select_related(*TYPES, "space", "steward", "contact__profile", "verified_by", "thread__space")
        .filter(url_path=HOME + path, depth__gt=2)
        .first()
    )
    if page is None:
        raise Http404
    return as_itself(page, user)


def edited_by(user: User) -> Combinable:
    """Whether an editor reads a page whose space still takes words."""
    if user.is_guest:
        return Value(False)
    editors = Value(True) if user.is_superuser else Exists(Group.objects.filter(name=EDITORS, user=user))
    return ExpressionWrapper(Q(editors, space__archived_at=None), output_field=BooleanField())


def answered_for_by(user: User) -> Combinable:
    """Whether the reader answers for a page; guests never do."""
    if user.is_guest:
        return Value(False)
    return ExpressionWrapper(answers_for(user), output_field=BooleanField())


def cared_for_by(user: User) -> dict[str, Combinable]:
    """Whether the reader follows a page and was told of it, and whether there is something to fetch for its foot."""
    of_page = {"page": OuterRef("pk")}
    return {
        "is_watched": Exists(PageWatch.objects.filter(user=user, **of_page)),
        "has_news": told_of_page(user),
        "has_changes": Exists(PageChange.objects.filter(**of_page)),
        "has_signs": Exists(PageSign.objects.filter(**of_page)),
        "has_problems": Exists(PageProblem.objects.filter(closed_at=None, **of_page)),
    }


def as_itself(page: BasePage, user: User) -> ReadPage:
    """The page as its own type, with what its reader may do."""
    specific = of_own_type(page, "space", "steward", "contact", "verified_by", "thread")
    if specific is None:
        raise Http404
    specific.is_edited, specific.is_answered_for = page.is_edited, page.is_answered_for
    specific.right = right_of(user, page)
    specific.is_written, specific.is_watched = is_written_by(user, specific), page.is_watched
    specific.has_news = page.has_news
    specific.has_changes, specific.has_problems = page.has_changes, page.has_problems
    specific.has_signs = page.has_signs
    specific.is_kept = not user.is_guest and (page.is_answered_for or page.contact_id == user.pk)
    specific.is_put_aside, specific.has_passages = page.is_put_aside, page.has_passages
    specific.answered_at, specific.answering_teams = page.answered_at, page.answering_teams or 0
    return specific  # type: ignore[no-any-return]  # a row of one of TYPES


def of_own_type(page: BasePage, *relations: str) -> Any:
    """The row of a page as its own type, where TYPES were fetched with it, sharing `relations`; None for another type."""
    fetched = page._state.fields_cache
    specific = next((found for name in TYPES if (found := fetched.get(name)) is not None), None)
    if specific is not None:
        specific._state.fields_cache |= {relation: fetched[relation] for relation in relations}
    return specific


def right_of(user: User, page: BasePage) -> Rights | None:
    """What the reader of a page may do in its space; None where it is in none. `role` came with the page."""
    if page.space is None:
        return None
    return rights_of({page.role} if page.role else set(), space=page.space, is_guest=user.is_guest)


def is_written_by(user: User, page: ReadPage) -> bool:
    """Whether `user` writes a page on the portal."""
    is_shared = isinstance(page, CollaborativePage) and page.alias_of_id is None and not user.is_guest
    return bool(is_shared and page.right and page.right.may_write)


def access_image(user: User, pk: int) -> SpaceImage:
    """The image for a person; Http404 for one they may not see."""
    image = SpaceImage.objects.visible_to(user).filter(pk=pk).first()
    if image is None:
        raise Http404
    return image  # type: ignore[no-any-return]  # Wagtail's managers carry no types


def access_document(user: User, pk: int) -> SpaceDocument:
    """The document for a person; Http404 for one they may not see."""
    document = SpaceDocument.objects.visible_to(user).filter(pk=pk).first()
    if document is None:
        raise Http404
    return document  # type: ignore[no-any-return]  # Wagtail's managers carry no types


def may_see_file(user: User, name: str) -> bool:
    """Whether `user` may see the stored file `name`: rendition, original or document, by where it is kept."""
    folder = name.partition("/")[0]
    if folder == "images":
        rendition = SpaceRendition.objects.filter(file=name).values("image")
        return bool(SpaceImage.objects.visible_to(user).filter(pk__in=rendition).exists())
    if folder == "original_images":
        return bool(SpaceImage.objects.visible_to(user).filter(file=name).exists())
    if folder == "documents":
        return bool(SpaceDocument.objects.visible_to(user).filter(file=name).exists())
    return False


def is_editor(user: User) -> bool:
    """Whether the CMS opens to `user`; one query."""
    return not user.is_guest and (user.is_superuser or user.groups.filter(name=EDITORS).exists())
