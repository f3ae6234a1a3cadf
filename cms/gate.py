"""Wagtail's admin behind our door: editors only, in front of the curtain, without the parts that know of everything."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import UNSAFE_INLINE
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver
from wagtail.admin import urls as wagtail_admin
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.base.curtain import drawn_for
from cms.permissions import keep_within_spaces
from intranet.accounts.policy import Audience, Policy

EDITORS_ONLY = Policy(Audience.EDITOR)
View = Callable[..., HttpResponseBase]

# People, groups and collections are those of spaces and teams and are kept by them: Wagtail's screens for them
# would name spaces to people who do not see them.
CLOSED = re.compile(
    r"^/cms/(users|groups|collections|embeds|snippets|failwhale|test404"
    r"|workflows/(add|edit|tasks|task_chooser)|images/\d+/generate_url|pages/\d+/privacy)(/|$)"
)
OURS = re.compile(r"^/cms/(account|login|logout|password_reset)(/|$)")  # signing in and settings are the house's
INSTEAD = {
    "account": "people:settings",
    "login": "account_login",
    "logout": "account_logout",
    "password_reset": "account_reset_password",
}
# Measured with our policy: Wagtail's forms and filters write scripts in the page, its editor writes styles.
LOOSER = {"script-src": [UNSAFE_INLINE], "style-src": [UNSAFE_INLINE]}


def behind_gate(view: View) -> View:
    """Lets editors in, and shows them what they see as persons."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if ours := OURS.match(request.path):
            return redirect(INSTEAD[ours[1]])
        if CLOSED.match(request.path):
            raise Http404
        if not EDITORS_ONLY.admits(request.user):
            raise PermissionDenied
        with drawn_for(request.user, as_editor=True):  # type: ignore[arg-type]  # the policy admits nobody anonymous
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response = response.render()
        response._csp_update = LOOSER  # type: ignore[attr-defined]  # what django-csp reads
        return response

    return guarded


keep_within_spaces()  # here, because Wagtail's own apps register theirs when they are loaded
urlpatterns: list[URLPattern | URLResolver] = decorate_urlpatterns(list(wagtail_admin.urlpatterns), behind_gate)
