"""A page in two places: a copy of it elsewhere, or the page itself with what is below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.move_page import MovePageAction
from wagtail.models import Revision

from cms import services
from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.life.beginning import anew
from cms.life.files import carry_files, without_unseen
from cms.life.tree import held_with_below, hold_tree
from cms.models import CollaborativePage, SpacePage
from cms.writing import services as writing
from cms.writing.keeping import materialise
from cms.writing.owner import held_by
from intranet.accounts.models import User
from realtime.spaces.models import Space

LONGEST_TITLE = 160


class NoSuchPlace(Exception):
    """The page it was to stand under is gone, is in the bin, or is below the page itself."""


@dataclass(frozen=True, slots=True)
class Came:
    """A page where it came to, and the names of the pictures and files that did not come along."""

    page: Any
    left: list[str] = field(default_factory=list)


@backstage
@transaction.atomic
def duplicate_page(*, page: CollaborativePage, to: Space, by: User, at: datetime) -> Came:
    """Begins another page in a space with what this one says now: a draft with a text and a history of its own.

    Pictures and files that not everyone there could see are left out.
    """
    materialise(page_id=page.pk, at=at)
    draft = writing.draft_of(page)
    body, left = without_unseen(anew(draft.body.raw_data), of=to)
    title = _("%(title)s (copy)") % {"title": draft.title[: LONGEST_TITLE - 10]}
    made = writing.begin_page(space=to, title=title, intro=draft.intro, body=body, by=by, at=at)
    return Came(made, left)


@backstage
@transaction.atomic
def move_page(*, page: CollaborativePage, under: BasePage, by: User, at: datetime) -> Came:
    """Puts a page, with what is below it, under another one; rights follow the space it comes to.

    Its old addresses lead to it. In another space it is no longer shared with guests, and the pictures and files that
    only these pages hold come along. Raises Waits or NoSuchPlace.
    """
    hold_tree()
    pages = held_with_below(page.pk)
    target = BasePage.objects.select_related("space").filter(pk=under.pk, binned_at=None).first()
    if not pages or target is None or target.path.startswith(pages[0].path) or pages[0].binned_at:
        raise NoSuchPlace
    if not isinstance(target.specific, SpacePage | CollaborativePage):
        raise NoSuchPlace
    if not held_by(pages[0]).writes:
        raise writing.Waits
    source = pages[0].space
    give_free_slug(pages[0], target)
    MovePageAction(pages[0], target, pos="last-child", user=by).execute(skip_permission_checks=True)
    if source == target.space:
        return Came(BasePage.objects.get(pk=page.pk))
    share_no_more(pages)
    left = carry_files(pages=pages, source=source, target=target.space)
    return Came(BasePage.objects.get(pk=page.pk), left)


def give_free_slug(page: BasePage, target: BasePage) -> None:
    """Another address under the new parent where a page there has that one; in its drafts too."""
    taken = set(target.get_children().exclude(pk=page.pk).values_list("slug", flat=True))
    if page.slug not in taken:
        return
    free = next(slug for number in range(2, len(taken) + 3) if (slug := f"{page.slug}-{number}") not in taken)
    services.rewrite(Revision.objects.for_instance(page), slug=free)
    BasePage.objects.filter(pk=page.pk).update(slug=free)
    page.slug = free


def share_no_more(pages: list[BasePage]) -> None:
    """The guests of another space were not in anybody's mind: what is shared with them is decided there."""
    for page in pages:
        services.rewrite(Revision.objects.for_instance(page), shared_with_guests=False)
    BasePage.objects.filter(pk__in=[page.pk for page in pages]).update(shared_with_guests=False)
