"""The bin of a space."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cms.base.models import BasePage
from cms.life import binning
from cms.life.access import access_binned_page, access_space_as_writer
from cms.life.views.moving import below
from cms.writing.access import access_written_page, space_of
from cms.writing.services import Waits
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest

A_SCREEN = 20


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="written_page")
def page_bin(request: PersonRequest, pk: int) -> HttpResponse:
    """Moves a page to the bin, once somebody has read what goes with it."""
    page = access_written_page(request.user, pk)
    space = space_of(page)
    if request.method == "POST":
        try:
            binning.bin_page(page=page, by=request.user, at=timezone.now())
            undo = reverse("cms:page_restore", args=[pk])
            messages.success(request, _("“%(title)s” is in the bin.") % {"title": page.draft_title}, extra_tags=undo)
        except Waits:
            messages.error(request, _("This page is locked: whoever locked it can open it again."))
            return redirect("cms:page_write", pk)
        except binning.InTheBin:
            messages.info(request, _("This page is in the bin already."))
        return redirect("cms:space_pages", space.slug)
    return render(request, "cms/page_bin.html", {"page": page, "space": space, "below": list(below(page))})


@require_GET
@policy(Audience.EMPLOYEE, holds="space")
def bin_of_space(request: PersonRequest, slug: str) -> HttpResponse:
    """What is in the bin of a space: when it went there, and by whom."""
    space, rights = access_space_as_writer(request.user, slug)
    pages = Paginator(binning.binned_in(space), A_SCREEN).get_page(request.GET.get("page"))
    return render(request, "cms/bin.html", {"space": space, "rights": rights, "pages": pages})


@require_POST
@policy(Audience.EMPLOYEE, holds="binned_page")
def page_restore(request: PersonRequest, pk: int) -> HttpResponse:
    """Brings a page back as it was."""
    page = still_binned(request, pk)
    if page is not None:
        try:
            binning.restore_page(page=page)
        except binning.NotInTheBin:
            messages.info(request, _("Somebody has brought this page back already."))
        else:
            messages.success(request, _("“%(title)s” is back as it was.") % {"title": page.draft_title})
    return redirect("cms:page_write", pk)


def still_binned(request: PersonRequest, pk: int) -> BasePage | None:
    """The page in the bin, None for one that this person writes and that is there no more; Http404 for others."""
    if BasePage.objects.filter(pk=pk, binned_at=None).exists():
        access_written_page(request.user, pk)
        messages.info(request, _("Somebody has brought this page back already."))
        return None
    return access_binned_page(request.user, pk)[0]


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="binned_page")
def page_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Deletes a page for good: by those who run the space, once they have read what goes with it."""
    page, rights = access_binned_page(request.user, pk)
    if not rights.may_facilitate:
        raise PermissionDenied
    space = space_of(page)
    if request.method == "POST":
        try:
            binning.delete_for_good(page=page)
            messages.success(request, _("“%(title)s” is deleted for good.") % {"title": page.draft_title})
        except binning.NotInTheBin:
            messages.info(request, _("Somebody has brought this page back already."))
        return redirect("cms:bin", space.slug)
    everything = list(BasePage.objects.descendant_of(page).order_by("path"))
    return render(request, "cms/page_delete.html", {"page": page, "space": space, "below": everything})
