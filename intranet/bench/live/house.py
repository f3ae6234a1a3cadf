"""The people of the benchmark, their sessions and the conversation they all follow. Run as a program on a database.

    python -m intranet.bench.live.house PEOPLE

prints what the clients need to know, as one JSON object.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any

import django


def make_house(count: int) -> dict[str, Any]:
    """`count` people signed in, members of one closed space: the thread's id and each one's session cookie."""
    from realtime.spaces.models import Space, SpaceMember
    from realtime.spaces.services import create_space
    from realtime.threads.services import create_thread

    at = datetime.now(UTC)
    people = make_people(count)
    space = create_space(name="Bench", kind=Space.Kind.COMMUNITY, audience=Space.Audience.MEMBERS, by=people[0], at=at)
    SpaceMember.objects.bulk_create([SpaceMember(space=space, user=person, since=at) for person in people[1:]])
    thread = create_thread(space=space, title="Bench", by=None, at=at)
    return {"thread": thread.pk, "sessions": make_sessions(people)}


def make_people(count: int) -> list[Any]:
    from django.contrib.auth.hashers import make_password

    from intranet.accounts.models import User
    from intranet.people.models import Profile

    password = make_password(None)
    people = User.objects.bulk_create(
        [User(email=f"bench{n}@example.org", name=f"Person {n}", password=password) for n in range(count)]
    )
    Profile.objects.bulk_create([Profile(user=person) for person in people])
    return people


def make_sessions(people: list[Any]) -> list[str]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils.crypto import get_random_string

    store = SessionStore()
    sessions = []
    for person in people:
        data = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        sessions.append(
            Session(
                session_key=get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789"),
                session_data=store.encode(data),
                expire_date=store.get_expiry_date(),
            )
        )
    Session.objects.bulk_create(sessions)
    return [session.session_key for session in sessions]


if __name__ == "__main__":
    django.setup()
    print(json.dumps(make_house(int(sys.argv[1]))))
