"""What screens show of pages: who keeps one, where it stands, what is below it, and lists of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from cms.access import ReadPage
from cms.base.models import GROUND, BasePage
from cms.gathered import Gathered
from cms.models import HOME, CollaborativePage, Passage
from cms.talk.access import passages_of
from intranet.accounts.models import User
from realtime.spaces.access import Rights
from realtime.spaces.models import Space
from realtime.threads.exchanges import Exchange
from realtime.threads.models import Thread

KINDS = {
    "news": ("newspage", "newspaper"),
    "events": ("eventpage", "calendar-days"),
    "guides": ("guidepage", "book-open"),
    "shared": ("collaborativepage", "file-pen"),
}
ICONS = dict(KINDS.values())
DRAFTS = 20  # on a screen, those written last


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way from the space to a page."""

    name: str
    url: str


@dataclass
class Reading:
    """A page as somebody reads it."""

    page: ReadPage
    reader: User
    around: Gathered

    @property
    def path(self) -> str:
        """Where it is under /pages/."""
        return str(self.page.url_path).removeprefix(HOME)

    @cached_property
    def crumbs(self) -> list[Crumb]:
        """The space, then the pages above this one that the reader sees."""
        space = self.page.space
        if space is None:
            return []
        above = [page for page in self.around.pages.values() if page.depth > GROUND and self.is_under(page)]
        pages = Crumb(_("Pages"), reverse("cms:space_pages", args=[space.slug]))
        return [
            Crumb(space.name, space.get_absolute_url()),
            pages,
            *(Crumb(page.title, page.url) for page in sorted(above, key=lambda page: page.depth)),
        ]

    def is_under(self, page: BasePage) -> bool:
        return bool(self.page.path != page.path and self.page.path.startswith(page.path))

    @property
    def below(self) -> list[BasePage]:
        """The pages just under this one that the reader sees, in the order of the tree."""
        under = [page for page in self.around.pages.values() if page.depth == self.page.depth + 1]
        return sorted((page for page in under if page.path.startswith(self.page.path)), key=lambda page: page.path)

    @property
    def cited_by(self) -> list[BasePage]:
        """The published pages that the reader sees and that link to this one, by title."""
        citing = [page for page in self.around.pages.values() if page.is_citing]
        return sorted(citing, key=lambda page: (page.title.casefold(), page.pk))

    @property
    def original(self) -> BasePage | None:
        """The page of which it is the alias, where the reader sees that one."""
        return self.around.pages.get(self.page.alias_of_id)

    @property
    def thread(self) -> Thread | None:
        """The conversation beside it; guests never see it."""
        return None if self.reader.is_guest else self.page.thread

    @property
    def exchange(self) -> Exchange | None:
        """What became of it, for those who see the conversation beside it; None of what is no publication."""
        page = self.page
        if self.reader.is_guest or not page.is_written_with_thread or page.first_published_at is None:
            return None
        return Exchange(page.thread, page.first_published_at, page.answered_at, page.answering_teams)

    @property
    def right(self) -> Rights | None:
        """What the reader may do in the space of the conversation, where that is the page's; None for: ask."""
        thread = self.thread
        return self.page.right if thread is not None and thread.space_id == self.page.space_id else None

    @cached_property
    def passages(self) -> list[Passage]:
        """The passages of it that are talked about, where the reader sees the conversation; one query, or none."""
        is_shown = self.page.has_passages and not self.reader.is_guest
        return list(passages_of(self.page, self.reader)) if is_shown else []

    @property
    def is_late(self) -> bool:
        """Whether its review is due; that of an alias is its original's."""
        return (
            self.page.review_on is not None
            and self.page.alias_of_id is None
            and self.page.review_on <= timezone.localdate()
        )

    def beside(self, request: HttpRequest) -> list[Any]:
        """What other parts of the house put beside a page, through the hook `collaborative_page_aside`."""
        found = [aside(request, self.page) for aside in hooks.get_hooks("collaborative_page_aside")]
        return [part for part in found if part]


def drafts_of(space: Space) -> QuerySet[Any]:
    """The shared pages of a space that are written and were not published yet: for those who may write them."""
    drafts: QuerySet[Any] = CollaborativePage.objects.filter(
        space=space, live=False, first_published_at=None, binned_at=None
    )
    return drafts.order_by("-latest_revision_created_at", "-pk")[:DRAFTS]


def of_space(space: Space, reader: User, *, kind: str) -> dict[str, Any]:
    """The pages of a space that `reader` sees: the first page apart, the others in the order of the tree.

    `kind` is one of KINDS, "" for all.
    """
    pages = list(BasePage.objects.visible_to(reader).filter(space=space).listed().order_by("path"))
    first = next((page for page in pages if page.depth == GROUND), None)
    others = [page for page in pages if page.depth > GROUND]
    counts = {name: sum(page.content_type.model == model for page in others) for name, (model, _icon) in KINDS.items()}
    if kind in KINDS:
        others = [page for page in others if page.content_type.model == KINDS[kind][0]]
    return {"first": first, "pages": others, "kind": kind if kind in KINDS else "", "counts": counts}
