"""The events one sees: as a list, a month, a file for calendars; and what one says of each."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cms.events import services
from cms.events.access import access_event, access_event_as_host
from cms.events.files import calendar_of
from cms.events.listed import events_for_calendar
from cms.events.month import asked_month, month_of
from cms.models import Attendance, EventPage
from cms.showing import page_list
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest


@require_GET
@policy(Audience.EMPLOYEE)
def events(request: PersonRequest) -> HttpResponse:
    """What is coming, what was, or a month (`?month=2026-11`)."""
    if "month" in request.GET:
        today = timezone.localdate()
        month = month_of(request.user, asked_month(request.GET["month"], today), today=today)
        return render(request, "cms/events.html", {"month": month, "view": "month"})
    is_past = request.GET.get("when") == "past"
    seen = EventPage.objects.visible_to(request.user)
    pages = seen.past(timezone.now()) if is_past else seen.coming(timezone.now())
    return page_list(request, pages, "cms/events.html", month=None, view="past" if is_past else "coming")


@require_GET
@policy(Audience.PERSON)
def calendar(request: PersonRequest) -> HttpResponse:
    """All the events one sees, as a file."""
    return calendar_file(request, events_for_calendar(request.user, timezone.now()), "parvis.ics")


@require_GET
@policy(Audience.PERSON, holds="event")
def event_calendar(request: PersonRequest, pk: int) -> HttpResponse:
    """One event, as a file."""
    event = access_event(request.user, pk)
    return calendar_file(request, [event], f"event-{event.pk}.ics")


def calendar_file(request: HttpRequest, found: "QuerySet[EventPage] | list[EventPage]", name: str) -> HttpResponse:
    site = request.build_absolute_uri("/").rstrip("/")
    answer = HttpResponse(calendar_of(found, site=site, at=timezone.now()), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@policy(Audience.PERSON, holds="event")
def event_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """One says of oneself that one comes, perhaps, or cannot; `answer=` takes it back."""
    event, answer = access_event(request.user, pk), request.POST.get("answer", "")
    try:
        if answer in Attendance.Answer.values:
            services.answer_event(event=event, user=request.user, answer=answer, at=timezone.now())
        elif answer == "":
            services.take_answer_back(event=event, user=request.user, at=timezone.now())
    except services.EventOver:
        messages.error(request, _("This event is over."))
    return redirect(f"{event.url}#coming")


@require_POST
@policy(Audience.EMPLOYEE, holds="event")
def event_questions(request: PersonRequest, pk: int) -> HttpResponse:
    """Who runs the space, or edits the pages, opens the live Q&A of an event."""
    event = access_event_as_host(request.user, pk)
    try:
        thread = services.open_questions(event=event, by=request.user, at=timezone.now())
    except services.EventOver:
        messages.error(request, _("This event is over."))
        return redirect(event.url)
    messages.success(request, _("The questions are open. The page of the event leads here."))
    return redirect(thread.get_absolute_url())
