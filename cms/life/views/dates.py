"""Setting the day on which a page comes out, and calling it off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.life import dates
from cms.life.forms import DayForm
from cms.writing.access import access_written_page, space_of
from cms.writing.services import Waits
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="written_page")
def page_day(request: PersonRequest, pk: int) -> HttpResponse:
    """The moment at which a page is published; with `act=cancel`, none."""
    page = access_written_page(request.user, pk)
    if request.method == "POST" and request.POST.get("act") == "cancel":
        dates.call_off(page=page, by=request.user, at=timezone.now())
        messages.success(request, _("The page comes out when somebody publishes it."))
        return redirect("cms:page_write", pk)
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            dates.publish_on(page=page, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(
                request, _("The page has its day. Until then it is read by those who write here, and not changed.")
            )
            return redirect("cms:page_write", pk)
        except dates.NotToCome:
            form.add_error("moment", _("Choose a moment to come."))
        except Waits:
            form.add_error(None, _("This page cannot be published now: it is locked, or waits for its approval."))
    context = {"page": page, "space": space_of(page), "form": form, "day": dates.day_of(page)}
    return render(request, "cms/page_day.html", context, status=422 if form.errors else 200)
