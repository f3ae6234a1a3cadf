"""What people do with private conversations: begin one, leave one. Nobody is added later."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from intranet.accounts.models import User
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import create_space, remove_member
from realtime.threads.models import Message, Thread, Trace
from realtime.threads.services.threads import begin_thread
from realtime.threads.services.traces import leave_trace

MOST_PEOPLE = 8  # whoever begins it included
ROOM = "Private conversation"


class NotThesePeople(Exception):
    """A private conversation is among two to MOST_PEOPLE colleagues whose accounts are open."""


@transaction.atomic
def begin_private(
    *, people: Collection[User], title: str, body: str, client_id: uuid.UUID, by: User, at: datetime
) -> Thread:
    """Opens a conversation that only `by` and `people` see, in a room of its own, with its first words.

    A retry gives the same conversation. Raises NotThesePeople, PostRefused.
    """
    said = Message.objects.filter(author=by, client_id=client_id).select_related("thread").first()
    if said is not None:
        return said.thread
    everyone = {person.pk: person for person in (by, *people)}
    if not 2 <= len(everyone) <= MOST_PEOPLE or any(p.is_guest or not p.is_active for p in everyone.values()):
        raise NotThesePeople
    room = create_space(
        name=ROOM,
        slug=f"private-{uuid.uuid4().hex}",
        kind=Space.Kind.PRIVATE,
        audience=Space.Audience.MEMBERS,
        by=None,
        at=at,
    )
    came = at - timedelta(microseconds=1)  # before the first words, which are new to the others
    SpaceMember.objects.bulk_create(SpaceMember(space=room, user=person, since=came) for person in everyone.values())
    return begin_thread(
        space=room,
        title=title,
        body=body,
        by=by,
        at=at,
        kind=Thread.Kind.PRIVATE,
        audience=Thread.Audience.INTERNAL,
        client_id=client_id,
    )


@transaction.atomic
def leave_private(*, thread: Thread, user: User, at: datetime) -> None:
    """Lets `user` out of a private conversation, for good: from the commit on nothing of it reaches them."""
    member = SpaceMember.objects.get(space=thread.space_id, user=user)
    leave_trace(thread=thread, kind=Trace.Kind.LEFT, by=user, at=at)
    remove_member(member=member, at=at)
