"""The screen on which a page is written together, and what its editor asks of the house."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Revision

from cms import services as pages
from cms.base.curtain import drawn_for
from cms.gathered import at_hand
from cms.links import gather_said
from cms.models import CollaborativePage
from cms.writing import services
from cms.writing.access import access_written_page, space_of
from cms.writing.beside import open_in_the_cms
from cms.writing.checks import remarks_on
from cms.writing.forms import PageTitleForm, PublishForm, VersionNameForm
from cms.writing.history import before, compared, revisions_of, version_of, versions
from cms.writing.keeping import materialise, open_text
from cms.writing.shown import file_told, found, found_to_show, image_told, shown
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest, whole

A_SCREEN = 20  # versions on one
LONGEST = 200  # letters that are looked for: an address of ours is longer than words


@require_GET
@never_cache
@policy(Audience.EMPLOYEE, holds="written_page")
def page_write(request: PersonRequest, pk: int) -> HttpResponse:
    """The page as those who write it see it: a draft, live."""
    return show_written(request, access_written_page(request.user, pk))


def show_written(
    request: PersonRequest,
    page: CollaborativePage,
    form: PageTitleForm | None = None,
    publish_form: PublishForm | None = None,
    **refused: Form,
) -> HttpResponse:
    """The screen, with what was typed until now; `form` is a title that was refused, `publish_form` a note, as are others."""
    text = open_text(page=page, at=timezone.now())
    materialise(page_id=page.pk, at=timezone.now())
    with drawn_for(request.user, as_editor=True):
        draft = services.draft_shown(page)
        around = gather_said(draft, request.user)
    with drawn_for(request.user, as_editor=True), at_hand(around):
        shown_form = form or PageTitleForm(initial={"title": draft.title, "intro": draft.intro})
        context = {
            "page": draft,
            "text": text,
            "editor_urls": addresses(page.pk),
            "title_form": shown_form,
            "publish_form": publish_form or PublishForm(),
            "remarks": remarks_on(draft),
            "in_the_cms": open_in_the_cms(page, reader=request.user, at=timezone.now()),
            **refused,
        }
        wrong = form or publish_form or refused
        return render(request, "cms/page_write.html", context, status=422 if wrong else 200)


def addresses(pk: int) -> dict[str, str]:
    """Where the editor asks what."""
    names = ("find", "image", "file", "shown", "messages", "people")
    talk = {"passages": reverse("cms:passages", args=[pk]), "talk": reverse("cms:passage_begin", args=[pk])}
    return {name: reverse(f"cms:page_{name}", args=[pk]) for name in names} | talk


@require_POST
@policy(Audience.EMPLOYEE, holds="written_page")
def page_name(request: PersonRequest, pk: int) -> HttpResponse:
    """Another title, other first words."""
    page = access_written_page(request.user, pk)
    form = PageTitleForm(request.POST)
    if not form.is_valid():
        return show_written(request, page, form)
    services.name_page(page=page, by=request.user, at=timezone.now(), **form.cleaned_data)
    return redirect("cms:page_write", pk)


@require_POST
@policy(Audience.EMPLOYEE, holds="written_page")
def page_publish(request: PersonRequest, pk: int) -> HttpResponse:
    """Shows the page, as it is at this moment, to everyone in its space."""
    page = access_written_page(request.user, pk)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return show_written(request, page, publish_form=form)
    try:
        published = services.publish_text(page=page, by=request.user, at=timezone.now(), **form.cleaned_data)
    except services.Waits:
        messages.error(request, _("This page cannot be published now: it is locked, or waits for its approval."))
        return redirect("cms:page_write", pk)
    messages.success(request, _("The page is published."))
    return redirect(published.url)


@require_GET
@policy(Audience.EMPLOYEE, holds="written_page")
def page_find(request: PersonRequest, pk: int) -> JsonResponse:
    """Pages and files to link to, by words of their title; with `?cards`, conversations and polls to show."""
    page = access_written_page(request.user, pk)
    words = request.GET.get("q", "").strip()[:LONGEST]
    if "cards" in request.GET:
        return JsonResponse({"cards": found_to_show(request.user, space_of(page), words)})
    return JsonResponse(found(request.user, words) if words else {"pages": [], "documents": []})


@require_GET
@policy(Audience.EMPLOYEE, holds="written_page")
def page_shown(request: PersonRequest, pk: int) -> JsonResponse:
    """What the page names by its number, as far as this person sees it."""
    access_written_page(request.user, pk)
    return JsonResponse(shown(request.user, request.GET))


@require_POST
@policy(Audience.EMPLOYEE, holds="written_page")
def page_image(request: PersonRequest, pk: int) -> JsonResponse:
    """Takes a picture in for the page."""
    space = space_of(access_written_page(request.user, pk))
    return taken_in(
        request, "image", lambda brought: pages.add_picture(space=space, file=brought, by=request.user), image_told
    )


@require_POST
@policy(Audience.EMPLOYEE, holds="written_page")
def page_file(request: PersonRequest, pk: int) -> JsonResponse:
    """Takes a file in for the page."""
    space = space_of(access_written_page(request.user, pk))

    def add(brought: Any) -> Any:
        return pages.add_document(space=space, title=(brought.name or "")[:255], file=brought, by=request.user)

    return taken_in(request, "file", add, file_told)


def taken_in(
    request: PersonRequest, name: str, add: Callable[[Any], Any], told: Callable[[Any], dict[str, Any]]
) -> JsonResponse:
    """What became of the file that was brought: its number and what is drawn of it, or why it is refused."""
    brought = request.FILES.get("file")
    if brought is None:
        return JsonResponse({"message": _("No file arrived. Try again.")}, status=422)
    try:
        made = add(brought)
    except ValidationError as refusal:
        return JsonResponse({"message": " ".join(refusal.messages)}, status=422)
    return JsonResponse({name: {"id": made.pk, **told(made)}}, status=201)


# --- history --------------------------------------------------------------------------------------


@require_GET
@policy(Audience.EMPLOYEE, holds="written_page")
def page_history(request: PersonRequest, pk: int) -> HttpResponse:
    """The versions of a page, the latest first."""
    page = access_written_page(request.user, pk)
    shown_here = Paginator(revisions_of(page), A_SCREEN).get_page(request.GET.get("page"))
    context = {"page": page, "versions": versions(page, list(shown_here)), "pages": shown_here}
    return render(request, "cms/page_history.html", context)


@require_GET
@policy(Audience.EMPLOYEE, holds="written_page")
def page_version(request: PersonRequest, pk: int, revision: int) -> HttpResponse:
    """A version beside the one before it, or beside the one in `?to=`."""
    page = access_written_page(request.user, pk)
    return show_version(request, page, version_of(page, revision))


def show_version(
    request: PersonRequest, page: CollaborativePage, new: Revision, form: VersionNameForm | None = None
) -> HttpResponse:
    """The screen of a version; `form` is a name that was refused."""
    to = whole(request.GET.get("to", ""))
    old = before(page, new) if to is None else version_of(page, to)
    [version] = versions(page, [new])
    context = {
        "page": page,
        "version": version,
        "old": old,
        "changes": compared(old, new, reader=request.user),
        "name_form": form or VersionNameForm(initial={"name": version.name}),
    }
    return render(request, "cms/page_version.html", context, status=422 if form else 200)


@require_POST
@policy(Audience.EMPLOYEE, holds="written_page")
def page_version_name(request: PersonRequest, pk: int, revision: int) -> HttpResponse:
    """Gives a version a name, or takes it away."""
    page = access_written_page(request.user, pk)
    found = version_of(page, revision)
    if request.POST.get("act") == "remove":
        services.unname_version(revision=found)
        return redirect("cms:page_version", pk, revision)
    form = VersionNameForm(request.POST)
    if not form.is_valid():
        return show_version(request, page, found, form)
    services.name_version(revision=found, by=request.user, at=timezone.now(), **form.cleaned_data)
    return redirect("cms:page_version", pk, revision)


@require_POST
@policy(Audience.EMPLOYEE, holds="written_page")
def page_bring_back(request: PersonRequest, pk: int, revision: int) -> HttpResponse:
    """Makes the page say again what it said then."""
    page = access_written_page(request.user, pk)
    try:
        services.bring_back(page=page, revision=version_of(page, revision), by=request.user, at=timezone.now())
    except services.Waits:
        messages.error(request, _("This page cannot be changed now: it is locked, or waits for its approval."))
        return redirect("cms:page_history", pk)
    messages.success(request, _("The page says again what it said then. It is a draft until somebody publishes it."))
    return redirect("cms:page_write", pk)
