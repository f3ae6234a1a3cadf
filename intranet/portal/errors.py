"""What is answered when something fails, with nothing read from the request: that may be what failed."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views import defaults

from realtime.live.writer import WriterBusy

AWAY = (InterfaceError, OperationalError, WriterBusy)
WAIT = 5  # seconds


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what no browser sends, such as a form in an alphabet that forms cannot have."""
    return HttpResponse(get_template("400.html").render(), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, whatever was sent along."""
    return defaults.permission_denied(unread(request), exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, whatever was sent along; at an address that somebody may have been given, with a way to ask for it."""
    template = "404_ask.html" if may_ask(request) else "404.html"
    return defaults.page_not_found(unread(request), exception, template_name=template)


def may_ask(request: HttpRequest) -> bool:
    """Whether an employee is where pages and spaces are. It does not depend on what is there."""
    user = getattr(request, "user", None)
    there = request.method == "GET" and request.path.startswith(("/pages/", "/spaces/"))
    return there and user is not None and user.is_authenticated and not user.is_guest


def unread(request: HttpRequest) -> HttpRequest:
    """The request, with a form that nobody will read again: Django's pages would look in it for a token."""
    request.csrf_processing_done = True  # type: ignore[attr-defined]  # as Django's middleware says it
    return request


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with when to try again where the database is away, full or frozen; 500 for what is our own fault."""
    if not isinstance(sys.exc_info()[1], AWAY):
        return HttpResponse(get_template("500.html").render(), status=500)
    return HttpResponse(get_template("503.html").render(), status=503, headers={"Retry-After": str(WAIT)})
