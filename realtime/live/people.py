"""Who is behind a socket, and whether they still may be: read from the session, the account and the profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from intranet.accounts.models import User
from realtime.live import limits
from realtime.streams import statements


@dataclass(slots=True)
class Visitor:
    """A person as signed in on one socket, true at access epoch `epoch`.

    `signed_in_until` ends with the session or the account, `deadline` with the socket's own life at the latest.
    """

    user: User
    session_key: str
    password: int  # of this process only: it tells a change, nothing more
    signed_in_until: datetime
    deadline: datetime
    epoch: int

    @property
    def is_guest(self) -> bool:
        return self.user.is_guest

    @property
    def shows_presence(self) -> bool:
        """Whether colleagues see that they are here. A guest never appears."""
        return not self.is_guest and self.user.profile.shows_presence

    @property
    def language(self) -> str:
        profile = getattr(self.user, "profile", None)
        return profile.language if profile else settings.LANGUAGE_CODE


@dataclass(frozen=True, slots=True)
class Facts:
    """What is asked again of a person at each check."""

    password: int
    kind: str
    language: str
    shows_presence: bool
    expires_at: datetime | None


def current_epoch() -> int:
    """The number that moves whenever somebody may have lost a right."""
    rows = statements.select("SELECT value FROM accounts_accessepoch WHERE id = 1")
    return int(rows[0][0]) if rows else 0


def admit(session_keys: Sequence[str]) -> dict[str, Visitor | None]:
    """The visitor behind each session cookie, None where nobody is signed in. Three queries, however many."""
    epoch, now = current_epoch(), timezone.now()
    sessions = Session.objects.filter(pk__in=session_keys, expire_date__gt=now)
    signed_in = {session.session_key: (session, session.get_decoded()) for session in sessions}
    people = User.objects.select_related("profile").in_bulk(_ids(data for _, data in signed_in.values()))
    admitted: dict[str, Visitor | None] = dict.fromkeys(session_keys)
    for key, (session, data) in signed_in.items():
        user = people.get(int(data.get(SESSION_KEY, 0)))
        if user and _is_signed_in(user, data, now):
            admitted[key] = _visitor(user, session, epoch, now)
    return admitted


def still_signed_in(visitors: Sequence[tuple[str, int]]) -> tuple[Mapping[str, datetime], Mapping[int, Facts]]:
    """Of pairs (session key, person's id): the sessions that live, with their end, and the facts of open accounts."""
    now = timezone.now()
    keys, ids = {key for key, _ in visitors}, {pk for _, pk in visitors}
    sessions = Session.objects.filter(pk__in=keys, expire_date__gt=now).values_list("pk", "expire_date")
    people = User.objects.filter(pk__in=ids, is_active=True).values_list(
        "pk", "password", "profile__kind", "profile__language", "profile__shows_presence", "expires_at"
    )
    facts = {
        pk: Facts(hash(password), kind, language, shows, until) for pk, password, kind, language, shows, until in people
    }
    return dict(sessions), {pk: fact for pk, fact in facts.items() if not fact.expires_at or fact.expires_at > now}


def refresh(visitor: Visitor, session_end: datetime | None, facts: Facts | None) -> bool:
    """Brings `visitor` up to date; False when they are signed out: no session, no account, another password."""
    if session_end is None or facts is None or facts.password != visitor.password:
        return False
    profile = getattr(visitor.user, "profile", None)
    if profile:
        profile.kind, profile.language, profile.shows_presence = facts.kind, facts.language, facts.shows_presence
    visitor.user.expires_at = facts.expires_at
    visitor.signed_in_until = min(filter(None, (session_end, facts.expires_at)))
    visitor.deadline = min(visitor.deadline, visitor.signed_in_until)
    return True


def _ids(decoded: Any) -> set[int]:
    return {int(data[SESSION_KEY]) for data in decoded if str(data.get(SESSION_KEY, "")).isdigit()}


def _is_signed_in(user: User, data: Mapping[str, Any], now: datetime) -> bool:
    return (
        data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and user.is_active
        and (user.expires_at is None or user.expires_at > now)
        and constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )


def _visitor(user: User, session: Session, epoch: int, now: datetime) -> Visitor:
    until = min(filter(None, (session.expire_date, user.expires_at)))
    return Visitor(
        user=user,
        session_key=session.session_key,
        password=hash(user.password),
        signed_in_until=until,
        deadline=min(until, now + timedelta(seconds=limits.LIFE)),
        epoch=epoch,
    )
