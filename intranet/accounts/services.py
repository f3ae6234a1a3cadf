"""What can happen to an account."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from wagtail import hooks

from intranet.accounts.models import AccessEpoch, User

MESSAGE_TO_LISTENERS = "after_access_change"


class LastAdministrator(Exception):
    """Nobody would be left to run the platform."""


def bump_access_epoch() -> None:
    """Says, in the transaction that takes a right away, that open sockets must be asked again."""
    if not AccessEpoch.objects.filter(pk=1).update(value=F("value") + 1):
        AccessEpoch.objects.create(pk=1, value=1)
    transaction.on_commit(ring_access_bell)


def ring_access_bell() -> None:
    """Calls whoever holds open sockets; a lost call costs a heartbeat, never a leak."""
    for listener in hooks.get_hooks(MESSAGE_TO_LISTENERS):
        listener()


@transaction.atomic
def deactivate_user(*, user: User, at: datetime) -> User:
    """Closes an account at `at`: it cannot sign in, its sockets are cut. What it wrote stays.

    Raises LastAdministrator when it is the only administrator left.
    """
    if user.is_superuser and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk).exists():
        raise LastAdministrator
    user.is_active = False
    user.expires_at = at
    user.save(update_fields=["is_active", "expires_at"])
    bump_access_epoch()
    for listener in hooks.get_hooks("after_activation_change"):
        listener(users=[user], at=at)
    return user


@transaction.atomic
def reactivate_user(*, user: User, at: datetime) -> User:
    """Opens a closed account again."""
    user.is_active = True
    user.expires_at = None
    user.save(update_fields=["is_active", "expires_at"])
    for listener in hooks.get_hooks("after_activation_change"):
        listener(users=[user], at=at)
    return user


@transaction.atomic
def change_password(*, user: User, password: str) -> User:
    """Gives an account another password: every session of it ends, and its open sockets with them."""
    user.set_password(password)
    user.save(update_fields=["password"])
    bump_access_epoch()
    return user


def end_session_of_request(*, request: HttpRequest | None, **kwargs: Any) -> None:
    """Ends the session and tells the sockets in one transaction, before Django flushes the cookie."""
    session = getattr(request, "session", None)
    if session is None or not session.session_key:
        return
    with transaction.atomic():
        Session.objects.filter(pk=session.session_key).delete()
        bump_access_epoch()
