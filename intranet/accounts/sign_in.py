"""Signing somebody in without a password: a guest who just accepted, a person of the demo."""

from django.contrib.auth import login
from django.http import HttpRequest

from intranet.accounts.models import User


def sign_in_as(request: HttpRequest, user: User) -> None:
    """Begins a session of `user`, with a new key."""
    login(request, user, backend="intranet.accounts.backends.PersonBackend")
