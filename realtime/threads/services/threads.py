"""What people do with conversations: open, rename, pin, open to answers, read."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from intranet.accounts.models import User
from realtime.notifications.services import read_topic
from realtime.spaces.models import Space
from realtime.streams.services import open_stream
from realtime.threads.events import THREAD_CHANGED, ThreadChanged
from realtime.threads.indexing import index_soon
from realtime.threads.models import Message, ReadMark, Thread
from realtime.threads.posting import Draft, post_message
from realtime.threads.services.telling import tell


@transaction.atomic
def create_thread(
    *,
    space: Space,
    title: str,
    by: User | None,
    at: datetime,
    kind: str = Thread.Kind.DISCUSSION,
    audience: str = Thread.Audience.INTERNAL,
    origin_url: str = "",
    event_url: str = "",
    is_one_way: bool | None = None,
) -> Thread:
    """Opens a conversation in a space, with its stream and nothing said yet.

    An announcement is one-way unless `is_one_way` says otherwise. Raises ValueError for a private conversation
    outside a room of its own, or another in such a room.
    """
    if (kind == Thread.Kind.PRIVATE) != (space.kind == Space.Kind.PRIVATE):
        raise ValueError("a private conversation is alone in its room")
    announces = kind == Thread.Kind.ANNOUNCEMENT
    thread = Thread.objects.create(
        space=space,
        title=title.strip(),
        kind=kind,
        audience=audience,
        origin_url=origin_url,
        event_url=event_url if kind == Thread.Kind.LIVE_QA else "",
        is_one_way=announces and is_one_way is not False,
        created_by=by,
        created_at=at,
        last_at=at,
    )
    open_stream(kind="thread", key=thread.pk)
    index_soon()
    return thread


@transaction.atomic
def begin_thread(
    *,
    space: Space,
    title: str,
    body: str,
    by: User,
    at: datetime,
    kind: str,
    audience: str,
    client_id: uuid.UUID,
    event_url: str = "",
    is_one_way: bool | None = None,
) -> Thread:
    """Opens a conversation with its first words; a retry gives the same thread. Raises PostRefused."""
    said = Message.objects.filter(author=by, client_id=client_id).select_related("thread").first()
    if said is not None:
        return said.thread
    thread = create_thread(
        space=space,
        title=title,
        by=by,
        at=at,
        kind=kind,
        audience=audience,
        event_url=event_url,
        is_one_way=is_one_way,
    )
    message = post_message(Draft(by.pk, thread.pk, client_id, body), at=at)
    thread.refresh_from_db(fields=["last_message", "last_seq", "last_at"])
    mark_read(thread=thread, user=by, seq=message.seq)
    return thread


@transaction.atomic
def change_thread(*, thread: Thread, title: str, pinned: bool, at: datetime, is_one_way: bool | None = None) -> Thread:
    """Renames or pins a conversation, or says anew who answers an announcement; None leaves that as it is."""
    thread.title, thread.pinned, thread.indexed_at = title.strip(), pinned, None
    if is_one_way is not None and thread.kind == Thread.Kind.ANNOUNCEMENT:
        thread.is_one_way = is_one_way
    thread.save(update_fields=["title", "pinned", "indexed_at", "is_one_way"])
    index_soon()
    shown = ThreadChanged(title=thread.title, pinned=thread.pinned, one_way=thread.is_one_way)
    tell(thread.pk, THREAD_CHANGED, shown, at=at)
    return thread


def mark_read(*, thread: Thread, user: User, seq: int) -> None:
    """Remembers how far `user` has read; never backwards, never past the last message, and seen by nobody else.

    What they were told of it up to there is read too, on all their screens.
    """
    seq = min(seq, thread.last_seq)
    mark = ReadMark(user=user, thread=thread, seq=seq)
    behind = ReadMark.objects.filter(user=user, thread=thread)
    if not behind.filter(seq__lt=seq).update(seq=seq) and not behind.exists():
        ReadMark.objects.bulk_create([mark], ignore_conflicts=True)  # two tabs may be as quick
    read_topic(user=user, topic=thread.stream, upto=seq, at=timezone.now())
