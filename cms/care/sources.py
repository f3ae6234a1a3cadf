"""What an inbox and a letter show of pages, with the rights of the moment."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from cms.base.curtain import lifted
from cms.base.models import BasePage
from cms.care.access import archived_for, kept_pages
from cms.models import PageChange, PageProblem
from intranet.accounts.models import User
from intranet.accounts.templatetags.parvis import saying
from realtime.notifications.sources import Shown, source


@source("page")
def show_pages(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """Pages as somebody sees them now; one query."""
    return {pk: shown(page) for pk, page in seen_pages(user, keys).items()}


@source("page_change")
def show_changes(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """What those who published a page said that changed, to those who see the page; two queries."""
    changes = PageChange.objects.in_bulk(keys)
    pages = seen_pages(user, {change.page_id for change in changes.values()})
    return {pk: shown(pages[change.page_id], change.words) for pk, change in changes.items() if change.page_id in pages}


@source("archived_page")
def show_archived(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """Archived pages, to those who may bring them back; one query."""
    with lifted():
        found = archived_for(user).filter(pk__in=keys).filter(pk__in=kept_pages(user)).select_related("space")
        return {page.pk: shown(page, _("One click brings it back.")) for page in found}


@source("page_problem")
def show_problems(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """What readers found wrong with a page, while it is open, to those who keep that page; two queries."""
    with lifted():
        pages = kept_pages(user).live().select_related("space")
        problems = PageProblem.objects.filter(pk__in=keys, closed_at=None)
        kept = {page.pk: page for page in pages.filter(problems__in=problems)}
    return {one.pk: shown(kept[one.page_id], said_of(one)) for one in problems if one.page_id in kept}


def said_of(problem: PageProblem) -> str:
    """The kind of a problem and the words it was told with."""
    return saying(str(problem.get_kind_display()), problem.words)


def seen_pages(user: User, keys: Collection[int]) -> dict[int, BasePage]:
    """The published pages among `keys` that `user` sees."""
    with lifted():
        seen = BasePage.objects.visible_to(user).select_related("space").filter(pk__in=keys, depth__gt=2)
        return {page.pk: page for page in seen}


def shown(page: BasePage, words: str = "", *, title: str = "", url: str = "") -> Shown:
    """A page as its readers know it; `title` and `url` are those of a draft."""
    place = page.space.name if page.space else ""
    return Shown(title=title or page.title, words=words, url=url or page.url or "", place=place)
