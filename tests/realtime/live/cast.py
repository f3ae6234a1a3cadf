"""People, places and words for the tests of the live transport, made through the services."""

import itertools
import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from intranet.accounts.models import User
from intranet.people.services import create_person
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import add_member, create_space
from realtime.streams.services import append
from realtime.threads.models import Message, Thread
from realtime.threads.posting import Draft, post_message
from realtime.threads.services import create_thread

numbers = itertools.count(1)


def now() -> datetime:
    return datetime.now(UTC)


def person(**more: object) -> User:
    """Somebody new, an employee unless said otherwise."""
    number = next(numbers)
    return create_person(email=f"live{number}@example.org", name=f"Person {number}", at=now(), **more)  # type: ignore[arg-type]


def session_of(user: User) -> str:
    """The cookie of a browser where `user` has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key
    return session.session_key


def space(*members: User, audience: str = Space.Audience.MEMBERS, kind: str = Space.Kind.COMMUNITY) -> Space:
    """A space run by the first of `members` (somebody new without any)."""
    founder = members[0] if members else person()
    name = f"Live {next(numbers)}"
    made = create_space(name=name, kind=kind, audience=audience, by=founder, at=now())
    for member in members[1:]:
        join(made, member)
    return made


def join(place: Space, user: User) -> SpaceMember:
    role = SpaceMember.Role.GUEST if user.is_guest else SpaceMember.Role.MEMBER
    return add_member(space=place, member=user, role=role, at=now())


def thread(*members: User, audience: str = Thread.Audience.INTERNAL, place: Space | None = None) -> Thread:
    """A conversation its members alone can see."""
    place = place or space(*members)
    return create_thread(space=place, title="Live", by=None, at=now(), audience=audience)


def say(where: Thread, by: User, body: str = "words") -> Message:
    return post_message(Draft(by.pk, where.pk, uuid.uuid4(), body), at=now())


def tell(where: Thread, *texts: str) -> None:
    """Appends one event for each text to the stream of a thread, each in its own transaction."""
    for text in texts:
        with transaction.atomic():
            append("thread", where.pk, kind="test.told", payload={"text": text}, at=now())
