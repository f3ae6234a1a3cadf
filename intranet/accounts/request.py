"""A request of somebody signed in, as views behind a policy receive it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from intranet.accounts.models import User

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class PersonRequest(HttpRequest):
    """Its `user` is a person: the view's policy has refused everyone else."""

    user: User
    htmx: "HtmxDetails"


def wanted(request: HttpRequest, otherwise: str = "/") -> str:
    """Where the person was going, when that is one of our own addresses; else the home page, or `otherwise`."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return otherwise


def whole(word: str) -> int | None:
    """The number that somebody sent us, None for nonsense and for one that no row has."""
    return int(word) if word.isascii() and word.isdigit() and len(word) < 16 else None
