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
from cms.base.models import BasePage
from cms.gathered import Gathered
from cms.models import HOME
from intranet.accounts.models import User
from realtime.spaces.models import Space
from realtime.threads.models import Thread

KINDS = {
    "news": ("newspage", "newspaper"),
    "events": ("eventpage", "calendar-days"),
    "guides": ("guidepage", "book-open"),
    "shared": ("collaborativepage", "file-pen"),
}
ICONS = dict(KINDS.values())
SPACE_PAGE = 3  # depth of a space's first page


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
        above = [page for page in self.around.pages.values() if page.depth > SPACE_PAGE and self.is_under(page)]
        pages = Crumb(_("Pages"), reverse("cms:space_pages", args=[space.slug]))
        return [
            Crumb(space.name, space.get_absolute_url()),
            pages,
            *(Crumb(page.title, page.url) for page in sorted(above, key=lambda page: page.depth)),
        ]

    def is_under(self, page: BasePage) -> bool:
        return bool(self.page.path != page.path and self.page.path.startswith(page.path))

    @cached_property
    def below(self) -> list[BasePage]:
        """The pages under this one that the reader sees."""
        if self.page.is_leaf():
            return []
        return list(listed(self.page.get_children().visible_to(self.reader)))

    @property
    def thread(self) -> Thread | None:
        """The conversation beside it; guests never see it."""
        return None if self.reader.is_guest else self.page.thread

    @property
    def is_late(self) -> bool:
        """Whether its review is due."""
        return self.page.review_on is not None and self.page.review_on <= timezone.localdate()

    def beside(self, request: HttpRequest) -> list[Any]:
        """What other parts of the house put beside a page, through the hook `collaborative_page_aside`."""
        found = [aside(request, self.page) for aside in hooks.get_hooks("collaborative_page_aside")]
        return [part for part in found if part]


def listed(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Pages with what a list shows of them, in one query and one for their types."""
    return pages.select_related("space", "steward", "content_type")


def of_space(space: Space, reader: User, *, kind: str) -> dict[str, Any]:
    """The pages of a space that `reader` sees: the first page apart, the others in the order of the tree.

    `kind` is one of KINDS, "" for all.
    """
    pages = list(listed(BasePage.objects.visible_to(reader).filter(space=space)).order_by("path"))
    first = next((page for page in pages if page.depth == SPACE_PAGE), None)
    others = [page for page in pages if page.depth > SPACE_PAGE]
    counts = {name: sum(page.content_type.model == model for page in others) for name, (model, _icon) in KINDS.items()}
    if kind in KINDS:
        others = [page for page in others if page.content_type.model == KINDS[kind][0]]
    return {"first": first, "pages": others, "kind": kind if kind in KINDS else "", "counts": counts}
