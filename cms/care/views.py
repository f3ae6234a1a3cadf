"""What readers and those who answer for a page do on its screen."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms import services as pages
from cms.access import ReadPage, access_page
from cms.care import archive, keeping, services
from cms.care.access import access_archived, access_kept_page, access_problem, archived_at, kept_pages
from cms.care.foot import ASKED_AGAIN, OPINION, OPINIONS, opinions_said
from cms.care.forms import AnswerForm, KeepersForm, ProblemForm
from cms.models import HOME
from cms.showing import show_page
from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.access import see_space


@require_POST
@policy(Audience.PERSON, holds="page")
def page_watch(request: PersonRequest, path: str) -> HttpResponse:
    """Follows a page, or follows it no longer."""
    page = access_page(request.user, path)
    if request.POST.get("as") == "off":
        services.unwatch_page(page=page, user=request.user)
    else:
        services.watch_page(page=page, user=request.user, at=timezone.now())
    return redirect(page.url)


# --- is it still needed? ------------------------------------------------------------------------


@require_POST
@policy(Audience.EMPLOYEE, holds="page")
def page_reviewed(request: PersonRequest, path: str) -> HttpResponse:
    """One of those who answer for a page has read it again: it is right, it needs work, or nobody needs it."""
    page = access_kept_page(request.user, path)
    match request.POST.get("as"):
        case "work":
            return needs_work(request, page)
        case "over":
            return no_longer_needed(request, page)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if not form.is_valid():
        return show_page(request, page, status=422, answer_form=form)
    at = timezone.now()
    until = archive.months_after(timezone.localdate(at), form.cleaned_data["months"])
    pages.mark_reviewed(page=page, by=request.user, at=at, review_on=until)
    messages.success(request, _("Thank you: the page says that you have read it again."))
    return redirect(page.url)


def needs_work(request: PersonRequest, page: ReadPage) -> HttpResponse:
    """The page is kept; those who wrote it are told, and whoever says it may begin at once."""
    keeping.ask_for_work(page=page, by=request.user, at=timezone.now())
    messages.success(request, _("The page is kept, and those who wrote it are told that it needs work."))
    return redirect(reverse("cms:page_write", args=[page.pk]) if page.is_written else page.url)


def no_longer_needed(request: PersonRequest, page: ReadPage) -> HttpResponse:
    """The page leaves its readers, and can be brought back."""
    try:
        archive.archive_page(page=page, by=request.user, at=timezone.now())
    except archive.OnGround:
        messages.error(request, _("The first page of a space stays as long as the space."))
    return redirect(page.url)


def show_archived(request: PersonRequest, path: str) -> HttpResponse:
    """In plain words, to those who would see the page: that it is archived, since when, and whom to ask; else Http404."""
    page = archived_at(request.user, path)
    if page is None:
        raise Http404
    services.read_page(page=page, user=request.user, at=timezone.now())
    may_bring_back = not request.user.is_guest and kept_pages(request.user).filter(pk=page.pk).exists()
    return render(request, "cms/page_archived.html", {"page": page, "may_bring_back": may_bring_back}, status=410)


@require_POST
@policy(Audience.EMPLOYEE, holds="archived_page")
def page_bring_back_archived(request: PersonRequest, pk: int) -> HttpResponse:
    """Readers find an archived page again."""
    found = access_archived(request.user, pk)
    page = archive.bring_page_back(page=found, by=request.user, at=timezone.now())
    messages.success(request, _("The page is back, as it was. It is to be read again in three months."))
    return redirect(page.url)


# --- a problem with this page -------------------------------------------------------------------


@require_POST
@policy(Audience.PERSON, holds="page")
def page_problem(request: PersonRequest, path: str) -> HttpResponse:
    """Takes in what a reader found wrong; who it is goes nowhere."""
    page = access_page(request.user, path)
    form = ProblemForm(request.POST, auto_id="problem_%s")
    if form.is_valid():
        try:
            keeping.report_problem(page=page, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Thank you. Those who answer for this page are told, and not who told it."))
            return redirect(page.url)
        except keeping.TooMany:
            form.add_error(None, _("Many problems of this page are open already: those who answer for it know."))
    return show_page(request, page, status=422, problem_form=form)


@require_POST
@policy(Audience.EMPLOYEE, holds="page_problem")
def page_problem_close(request: PersonRequest, pk: int) -> HttpResponse:
    """What somebody found wrong is dealt with."""
    problem = access_problem(request.user, pk)
    keeping.close_problem(problem=problem, by=request.user, at=timezone.now())
    return redirect(f"{problem.page.url}#problems")


@require_POST
@policy(Audience.EMPLOYEE, holds="page")
def page_sign(request: PersonRequest, path: str) -> HttpResponse:
    """Leaves a sign on a page, or takes it back."""
    page = access_page(request.user, path)
    try:
        services.sign_page(page=page, user=request.user, emoji=request.POST.get("emoji", ""), at=timezone.now())
    except services.NotASign:
        raise Http404 from None
    return redirect(f"{page.url}#signs")


@require_POST
@policy(Audience.PERSON, holds="page")
def page_opinion(request: PersonRequest, path: str) -> HttpResponse:
    """A reader found a page useful, or not; who it is goes nowhere, and only their browser knows that they said it."""
    page = access_page(request.user, path)
    is_useful = request.POST.get("as") == "useful"
    said = opinions_said(request)
    if page.pk not in said:
        keeping.say_useful(page=page, is_useful=is_useful, at=timezone.now())
    if is_useful:
        messages.success(request, _("Thank you. Those who answer for this page learn that it helped, and not whom."))
        response = redirect(page.url)
    else:
        messages.success(request, _("Thank you. Say below what is lacking, if you like: who tells it is kept nowhere."))
        response = redirect(f"{page.url}?lacking#problem")
    kept = ".".join(map(str, [*said, page.pk][-OPINIONS:]))
    response.set_cookie(OPINION, kept, max_age=ASKED_AGAIN, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


# --- who answers for it -------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="page")
def page_keepers(request: PersonRequest, path: str) -> HttpResponse:
    """Who answers for a page, and when it is read again."""
    page = access_kept_page(request.user, path)
    asked: dict[str, Any] = {"contacts": contacts_of(page), "initial": kept_now(page)}
    form = KeepersForm(request.POST or None, **asked)
    if request.method == "POST" and form.is_valid():
        keeping.choose_keepers(page=page, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Kept. Readers see it at the foot of the page."))
        return redirect(page.url)
    context = {"page": page, "form": form, "path": str(page.url_path).removeprefix(HOME)}
    return render(request, "cms/page_keepers.html", context, status=422 if form.errors else 200)


def contacts_of(page: ReadPage) -> Any:
    """Employees who see the page."""
    return see_space(page.space, with_guests=False).order_by("name", "pk") if page.space else User.objects.none()


def kept_now(page: ReadPage) -> dict[str, int | date | None]:
    return {"steward": page.steward_id, "contact": page.contact_id, "review_on": page.review_on}
