"""What somebody keeps for later."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cms.life import bookmarks
from cms.life.access import access_seen_page
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest

A_SCREEN = 20


@require_GET
@policy(Audience.EMPLOYEE)
def bookmark_list(request: PersonRequest) -> HttpResponse:
    """The pages that one put aside, the last first."""
    kept = Paginator(bookmarks.bookmarks_of(request.user), A_SCREEN).get_page(request.GET.get("page"))
    return render(request, "cms/bookmarks.html", {"page": kept})


@require_POST
@policy(Audience.EMPLOYEE, holds="page")
def page_keep(request: PersonRequest, pk: int) -> HttpResponse:
    """Puts a page aside, or with `act=remove` lets it go; `back=list` comes from the list."""
    page = access_seen_page(request.user, pk)
    if request.POST.get("act") == "remove":
        bookmarks.let_go(page=page, by=request.user)
    else:
        bookmarks.put_aside(page=page, by=request.user, at=timezone.now())
    return redirect("cms:bookmarks") if request.POST.get("back") == "list" else redirect(page.url)
