"""Who may call an address or a socket action: declared on it, enforced by it, read by the access matrix."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


class Audience(StrEnum):
    """Who gets past the door; what lies behind is then asked of `access.py`."""

    ANYONE = "anyone"  # signed in or not
    PERSON = "person"  # signed in, guests included
    EMPLOYEE = "employee"  # signed in, not a guest
    EDITOR = "editor"  # may open the CMS
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an address declares: its audience, the kind of object its argument names, if any, and whether it hides."""

    audience: Audience
    holds: str = ""
    hides: bool = False

    def admits(self, user: Any) -> bool:
        """Whether `user` gets past the door."""
        match self.audience:
            case Audience.ANYONE:
                return True
            case Audience.PERSON:
                return bool(user.is_authenticated)
            case Audience.EMPLOYEE:
                return bool(user.is_authenticated and not user.is_guest)
            case Audience.EDITOR:
                return bool(user.is_authenticated and not user.is_guest and user.has_perm("wagtailadmin.access_admin"))
            case Audience.ADMINISTRATOR:
                return bool(user.is_authenticated and user.is_administrator)


def policy(audience: Audience, holds: str = "", *, hides: bool = False) -> Callable[[View], View]:
    """Declares and enforces who may call a view.

    `holds` names the kind of object in the address ("space", "thread", ...): the access matrix then
    calls it with one of each. Raises PermissionDenied for a person outside the audience, or Http404 where the
    address `hides` that it is there; somebody not signed in is sent to sign in by LoginRequiredMiddleware.
    """
    declared = Policy(audience, holds, hides)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not declared.admits(request.user):
                raise Http404 if declared.hides else PermissionDenied
            return view(request, *args, **kwargs)

        guarded.policy = declared  # type: ignore[attr-defined]  # read back by policy_of
        return login_not_required(guarded) if audience is Audience.ANYONE else guarded

    return declare


def policy_of(view: Any) -> Policy | None:
    """The policy a view declares, None when it declares none."""
    return getattr(view, "policy", None)
