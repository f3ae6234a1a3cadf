"""Signing somebody in without a password: a guest who just accepted, a person of the demo."""

from django.contrib.auth import login, logout
from django.http import HttpRequest

from intranet.accounts.models import User


def sign_in_as(request: HttpRequest, user: User) -> None:
    """Begins a session of `user`, with a new key; one of somebody else in the same browser ends, with its sockets."""
    if request.user.is_authenticated:
        logout(request)
    login(request, user, backend="intranet.accounts.backends.PersonBackend")
