"""Pages, the lists of them, and files."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cms import services
from cms.access import access_document, access_page, is_editor, may_see_file
from cms.base.curtain import drawn_for
from cms.files import file_response
from cms.forms import EditorForm
from cms.gathered import at_hand
from cms.ground import EDITORS
from cms.links import gather
from cms.models import EventPage, GuidePage, NewsPage
from cms.reading import Reading, listed, of_space
from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.access import access_space, rights_in

A_LIST = 20  # pages on a screen


@require_GET
@policy(Audience.PERSON, holds="page")
def page(request: PersonRequest, path: str) -> HttpResponse:
    """A page as those who see it read it."""
    if not path:
        return redirect("portal:home")
    found = access_page(request.user, path)
    with drawn_for(request.user):
        around = gather(found)
    with drawn_for(request.user), at_hand(around):
        context = {**found.get_context(request), "reading": Reading(found, request.user, around)}
        return render(request, found.get_template(request), context)


@require_GET
@policy(Audience.PERSON, holds="space")
def space_pages(request: PersonRequest, slug: str) -> HttpResponse:
    """The pages of a space: its tree, or those of one type."""
    space = access_space(request.user, slug)
    context = {
        "space": space,
        "rights": rights_in(request.user, space),
        "edits": is_editor(request.user) and not space.is_archived,
        **of_space(space, request.user, kind=request.GET.get("kind", "")),
    }
    return render(request, "cms/space_pages.html", context)


@require_GET
@policy(Audience.EMPLOYEE)
def news(request: PersonRequest) -> HttpResponse:
    """News of all the spaces one sees, the latest first."""
    pages = NewsPage.objects.visible_to(request.user).order_by("-first_published_at", "-pk")
    return page_list(request, pages, "cms/news.html", {})


@require_GET
@policy(Audience.EMPLOYEE)
def events(request: PersonRequest) -> HttpResponse:
    """What is coming, or what was."""
    is_past = request.GET.get("when") == "past"
    seen = EventPage.objects.visible_to(request.user)
    pages = seen.past(timezone.now()) if is_past else seen.coming(timezone.now())
    return page_list(request, pages, "cms/events.html", {"is_past": is_past})


@require_GET
@policy(Audience.EMPLOYEE)
def guides(request: PersonRequest) -> HttpResponse:
    """How things are done, by title."""
    pages = GuidePage.objects.visible_to(request.user).order_by("title", "pk")
    return page_list(request, pages, "cms/guides.html", {})


def page_list(request: HttpRequest, pages: QuerySet[Any], template: str, more: dict[str, Any]) -> HttpResponse:
    """A screen of pages; three queries."""
    page = Paginator(listed(pages), A_LIST).get_page(request.GET.get("page"))
    return render(request, template, {"page": page, **more})


@require_POST
@policy(Audience.EMPLOYEE, holds="page")
def page_reviewed(request: PersonRequest, path: str) -> HttpResponse:
    """Somebody of the steward team has read the page again: it is still right."""
    found = access_page(request.user, path)
    if not found.is_answered_for:
        raise PermissionDenied
    services.mark_reviewed(page=found, by=request.user, at=timezone.now())
    return redirect(found.url)


# --- files --------------------------------------------------------------------------------------


@require_GET
@policy(Audience.PERSON, holds="document")
def document(request: PersonRequest, pk: int, name: str) -> HttpResponseBase:
    """A document of a space."""
    found = access_document(request.user, pk)
    return file_response(found.file.name, shown_as=found.filename)


@require_GET
@policy(Audience.PERSON, holds="file")
def media(request: PersonRequest, name: str) -> HttpResponseBase:
    """A stored file of a page: an image at a size, its original, a document."""
    if not may_see_file(request.user, name):
        raise Http404
    return file_response(name, shown_as=name.rpartition("/")[2])


# --- editors ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@policy(Audience.ADMINISTRATOR)
def editors(request: PersonRequest) -> HttpResponse:
    """Who opens the CMS: an administrator appoints editors and dismisses them."""
    form = EditorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["act"] == "dismiss":
            services.dismiss_editor(user=form.cleaned_data["person"])
        else:
            services.appoint_editor(user=form.cleaned_data["person"])
        return redirect("cms:editors")
    people = User.objects.filter(groups__name=EDITORS).select_related("profile").order_by("name", "pk")
    return render(request, "cms/editors.html", {"form": form, "editors": people})
