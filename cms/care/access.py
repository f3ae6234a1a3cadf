"""Who sees what of the care of pages: those who answer for one, and what was archived."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from cms.access import ReadPage, access_page
from cms.base.curtain import lifted
from cms.base.models import BasePage
from cms.models import HOME, PageProblem, answers_for
from intranet.accounts.models import User
from realtime.spaces.models import Space


def access_kept_page(user: User, path: str) -> ReadPage:
    """The page at `path` for somebody who answers for it or is its contact; PermissionDenied for its other readers."""
    page = access_page(user, path)
    if not page.is_kept:
        raise PermissionDenied
    return page


def access_problem(user: User, pk: int) -> PageProblem:
    """A problem somebody found with a published page, for one of those who keep it; Http404 otherwise."""
    with lifted():
        pages = kept_pages(user).live()
        found = PageProblem.objects.select_related("page").filter(pk=pk, page__in=pages).first()
    if found is None:
        raise Http404
    return found


def kept_pages(user: User) -> Any:
    """The pages of the spaces `user` sees that they answer for or are the contact of, published or not."""
    pages = BasePage.objects.managed_by(user).filter(depth__gt=2).exclude(space=None)
    return pages.filter(answers_for(user) | Q(contact=user))


# --- archived -----------------------------------------------------------------------------------


def archived_at(user: User, path: str) -> BasePage | None:
    """The archived page that was at `path`, for those who would see it there; None for others, and where none is."""
    with lifted():
        page: BasePage | None = (
            archived_for(user).select_related("space", "steward", "contact").filter(url_path=HOME + path).first()
        )
    return page


def access_archived(user: User, pk: int) -> BasePage:
    """An archived page, for somebody who keeps it; Http404 otherwise."""
    with lifted():
        page: BasePage | None = archived_for(user).filter(pk=pk, pk__in=kept_pages(user)).first()
    if page is None:
        raise Http404
    return page


def archived_for(user: User) -> Any:
    """The archived pages that `user` would see, were they published."""
    pages = BasePage.objects.filter(live=False, depth__gt=3, space__in=Space.objects.visible_to(user))
    pages = pages.exclude(archived_on=None).filter(binned_at=None)
    return pages.filter(shared_with_guests=True) if user.is_guest else pages
