"""Pages, the lists of them, and files."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cms import services
from cms.access import access_document, access_page, is_editor, may_see_file
from cms.care.services import read_page
from cms.care.views import show_archived
from cms.exchanges import tally_of_space
from cms.forms import EditorForm
from cms.ground import EDITORS
from cms.life.addresses import led_to
from cms.models import GuidePage, NewsPage
from cms.reading import drafts_of, of_space
from cms.showing import page_list, show_page
from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.access import access_space, rights_in
from realtime.spaces.files import file_response


@require_GET
@policy(Audience.PERSON, holds="page")
def page(request: PersonRequest, path: str) -> HttpResponse:
    """A page as those who see it read it."""
    if not path:
        return redirect("portal:home")
    try:
        found = access_page(request.user, path)
    except Http404:
        return elsewhere(request, path)
    if found.has_news:
        read_page(page=found, user=request.user, at=timezone.now())
    return show_page(request, found)


def elsewhere(request: PersonRequest, path: str) -> HttpResponse:
    """What is said where nobody finds a page: that it is archived, or where it went, to who would see it; else Http404."""
    try:
        return show_archived(request, path)
    except Http404:
        return redirect(led_to(request.user, path).url)


@require_GET
@policy(Audience.PERSON, holds="space")
def space_pages(request: PersonRequest, slug: str) -> HttpResponse:
    """The pages of a space: its tree, or those of one type."""
    space = access_space(request.user, slug)
    rights = rights_in(request.user, space)
    writes = rights.may_write and not rights.is_guest
    context = {
        "space": space,
        "rights": rights,
        "writes": writes,
        "drafts": drafts_of(space) if writes else [],
        "edits": is_editor(request.user) and not space.is_archived,
        "tally": None if rights.is_guest else tally_of_space(space, timezone.now()),
        **of_space(space, request.user, kind=request.GET.get("kind", "")),
    }
    return render(request, "cms/space_pages.html", context)


@require_GET
@policy(Audience.EMPLOYEE)
def news(request: PersonRequest) -> HttpResponse:
    """News of all the spaces one sees, the latest first."""
    pages = NewsPage.objects.visible_to(request.user).order_by("-first_published_at", "-pk")
    return page_list(request, pages, "cms/news.html")


@require_GET
@policy(Audience.EMPLOYEE)
def guides(request: PersonRequest) -> HttpResponse:
    """How things are done, by title."""
    pages = GuidePage.objects.visible_to(request.user).order_by("title", "pk")
    return page_list(request, pages, "cms/guides.html")


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
