"""Conversations for tests, made through the services like everyone's."""

import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone

from intranet.accounts.models import User
from realtime.spaces.models import Space
from realtime.threads.models import Message, Thread
from realtime.threads.posting import Draft, post_message
from realtime.threads.services import create_thread


def make_thread(
    space: Space, *, by: User | None = None, title: str = "La navette de 14 h", at: datetime | None = None, **more: Any
) -> Thread:
    """A conversation with nothing said yet; `more` is kind, audience or origin_url."""
    return create_thread(space=space, title=title, by=by, at=at or timezone.now(), **more)


def say(
    thread: Thread,
    author: User,
    body: str = "Elle part à l’heure.",
    *,
    reply_to: Message | None = None,
    at: datetime | None = None,
) -> Message:
    """One message, through the service."""
    draft = Draft(author.pk, thread.pk, uuid.uuid4(), body, reply_to.pk if reply_to else None)
    message = post_message(draft, at=at or timezone.now())
    thread.refresh_from_db()
    return message
