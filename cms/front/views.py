"""Closing what stands across all screens, for oneself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from cms.front.access import access_banner
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest, wanted

CLOSED = "closed_banners"  # in the session
MOST = 50  # remembered


def closed_by(request: HttpRequest) -> list[int]:
    """The banners that this browser's person has closed since they signed in."""
    return list(request.session.get(CLOSED, []))


@require_POST
@policy(Audience.PERSON, holds="banner")
def banner_close(request: PersonRequest, pk: int) -> HttpResponse:
    """One has read a banner: it is shown no more until one signs in again. `next` is where one was."""
    banner = access_banner(request.user, pk, at=timezone.now())
    closed = [key for key in closed_by(request) if key != banner.pk]
    request.session[CLOSED] = [*closed, banner.pk][-MOST:]
    return redirect(wanted(request))
