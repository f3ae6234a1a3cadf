"""Signing in, and choosing a language before that."""

from typing import Any

from allauth.account.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from intranet.accounts.demo import demo_cast
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import wanted
from intranet.accounts.sign_in import sign_in_as


class SignIn(LoginView):
    """allauth's sign-in, with the people of the demo beside it where there is one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"demo_people": demo_cast()}


@policy(Audience.ANYONE)
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page."""
    response: HttpResponse = SignIn.as_view()(request)
    return response


@require_POST
@policy(Audience.ANYONE)
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Becomes a person of the demo; there is no such address without a demo."""
    chosen = request.POST.get("person", "")
    person = next((person for person in demo_cast() if str(person.pk) == chosen), None)
    if person is None:
        raise Http404
    sign_in_as(request, person.user)
    return redirect(wanted(request))
