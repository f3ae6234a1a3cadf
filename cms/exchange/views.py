"""Pages out and in."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cms.access import access_page
from cms.exchange.brought import MOST_BYTES, MOST_FILES, gathered_from
from cms.exchange.coming import Outcome, bring_in
from cms.exchange.fonts import NoFonts
from cms.exchange.forms import BringForm
from cms.exchange.kept import Gone, keep, kept, let_go
from cms.exchange.leaving import page_as, space_as
from cms.exchange.plan import planned
from cms.life.access import access_space_as_writer
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.access import access_space

FORMS = ("markdown", "html", "pdf")


@require_GET
@policy(Audience.PERSON, holds="page")
def page_export(request: PersonRequest, path: str) -> HttpResponseBase:
    """A page as a file: `?as=` markdown, html or pdf."""
    page = access_page(request.user, path)
    try:
        leaving = page_as(form_asked(request), page=page, asker=request.user, site=site_of(request))
    except NoFonts:
        messages.error(request, _("The PDF cannot be made on this site yet: print the page, or take it as HTML."))
        return redirect(page.url)
    response = HttpResponse(leaving.content, content_type=leaving.content_type)
    return as_attachment(response, leaving.name)


@require_GET
@policy(Audience.EMPLOYEE, holds="space")
def space_export(request: PersonRequest, slug: str) -> HttpResponseBase:
    """The pages of a space with their pictures and files, in one archive: `?as=` markdown or html."""
    space = access_space(request.user, slug)
    form = form_asked(request)
    archive = space_as(form, space=space, asker=request.user, site=site_of(request))
    response: Any = FileResponse(archive, content_type="application/zip")
    return as_attachment(response, f"{space.slug}-{'html' if form == 'html' else 'markdown'}.zip")


def form_asked(request: PersonRequest) -> str:
    asked = request.GET.get("as", "")
    return asked if asked in FORMS else FORMS[0]


def site_of(request: PersonRequest) -> str:
    """Where we are: "https://parvis.example"."""
    return request.build_absolute_uri("/").rstrip("/")


def as_attachment(response: HttpResponseBase, name: str) -> HttpResponseBase:
    """Saved by the browser under a name, never shown among our pages, and by no one else kept."""
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


# --- in -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="space")
def space_import(request: PersonRequest, slug: str) -> HttpResponse:
    """Chooses files to bring into a space; what becomes of them is said before anything is made."""
    space, _rights = access_space_as_writer(request.user, slug)
    error = ""
    if request.method == "POST":
        uploads = [*request.FILES.getlist("files"), *request.FILES.getlist("folder")]
        basket = gathered_from(zip(paths_of(request.POST.getlist("paths"), uploads), uploads, strict=True))
        if basket.files or basket.refused:
            return redirect(
                "cms:space_import_report",
                space.slug,
                keep(basket=basket, space=space, by=request.user, at=timezone.now()),
            )
        error = _("No file arrived. Choose files, a folder or a zip.")
    context = {"space": space, "error": error, "most_files": MOST_FILES, "most_bytes": MOST_BYTES // 1024**2}
    return render(request, "cms/exchange/choose.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="space")
def space_import_report(request: PersonRequest, slug: str, token: str) -> HttpResponse:
    """What will become of each file; then brings them in."""
    space, _rights = access_space_as_writer(request.user, slug)
    try:
        basket = kept(token, space=space, by=request.user, at=timezone.now())
    except Gone:
        messages.error(request, _("These files are no longer here: they are kept for an hour. Choose them again."))
        return redirect("cms:space_import", space.slug)
    plan = planned(basket, space)
    form = BringForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        site = site_of(request)
        done = bring_in(plan=plan, space=space, by=request.user, at=timezone.now(), site=site, **form.cleaned_data)
        let_go(token)
        say_what_came(request, done)
        return redirect("cms:space_pages", space.slug)
    return render(request, "cms/exchange/report.html", {"space": space, "plan": plan, "form": form})


def paths_of(told: list[str], uploads: list[Any]) -> list[str]:
    """The paths of files in the folder they came from, where the browser says them; else their names."""
    names = [upload.name or "" for upload in uploads]
    is_told = len(told) == len(names) and all(path.endswith(name) for path, name in zip(told, names, strict=True))
    return told if is_told else names


def say_what_came(request: PersonRequest, done: Outcome) -> None:
    made, skipped = len(done.made), len(done.skipped)
    messages.success(
        request,
        ngettext("%(number)s page was brought in.", "%(number)s pages were brought in.", made) % {"number": made},
    )
    if skipped:
        messages.info(
            request,
            ngettext(
                "%(number)s page was there already and is as it was.",
                "%(number)s pages were there already and are as they were.",
                skipped,
            )
            % {"number": skipped},
        )
    if done.refused:
        messages.error(request, _("Not taken: %(names)s") % {"names": ", ".join(done.refused)})
