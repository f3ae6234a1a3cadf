"""A page, or a list of pages, on the screen of somebody who sees them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.access import ReadPage
from cms.base.curtain import drawn_for
from cms.base.models import BasePageQuerySet
from cms.gathered import at_hand
from cms.links import gather
from cms.reading import Reading
from intranet.accounts.request import PersonRequest

A_LIST = 20  # pages on a screen


def show_page(request: PersonRequest, found: ReadPage, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page as its reader sees it; `more` for its template, such as a form that was refused."""
    with drawn_for(request.user):
        around = gather(found, request.user)
    with drawn_for(request.user), at_hand(around):
        context = {**found.get_context(request), "reading": Reading(found, request.user, around), **more}
        return render(request, found.get_template(request), context, status=status)


def page_list(request: HttpRequest, pages: BasePageQuerySet, template: str, **more: Any) -> HttpResponse:
    """A screen of pages; three queries."""
    page = Paginator(pages.listed(), A_LIST).get_page(request.GET.get("page"))
    return render(request, template, {"page": page, **more})
