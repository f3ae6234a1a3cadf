"""What people do with conversations. Saying something is in `posting`: it happens many at a time."""

import re
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from intranet.accounts.models import User
from realtime.spaces.markup import clean_body, render
from realtime.spaces.models import Space
from realtime.streams.models import StreamEvent
from realtime.streams.services import append, open_stream
from realtime.threads.events import (
    MESSAGE_DELETED,
    MESSAGE_EDITED,
    MESSAGE_POSTED,
    REACTIONS_CHANGED,
    THREAD_CHANGED,
    MessageDeleted,
    MessageEdited,
    ReactionsChanged,
    ThreadChanged,
)
from realtime.threads.indexing import forget, index_soon
from realtime.threads.models import Message, MessageRevision, Reaction, ReadMark, Thread
from realtime.threads.payloads import reactions_shown
from realtime.threads.posting import Draft, post_message

MOST_SIGNS = 20  # different emoji on one message
EMOJI_PART = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    "|[0-9#*]\ufe0f?\u20e3"  # a keycap
    "|[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]{0,2}[\U000e0020-\U000e007f]*"
)


class NotAnEmoji(ValueError):
    """A reaction is one emoji."""


class TooManySigns(Exception):
    """The message carries MOST_SIGNS different emoji already."""


class MessageTakenBack(Exception):
    """The message was deleted meanwhile."""


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
) -> Thread:
    """Opens a conversation in a space, with its stream and nothing said yet."""
    thread = Thread.objects.create(
        space=space,
        title=title.strip(),
        kind=kind,
        audience=audience,
        origin_url=origin_url,
        created_by=by,
        created_at=at,
        last_at=at,
    )
    open_stream(kind="thread", key=thread.pk)
    index_soon()
    return thread


@transaction.atomic
def begin_thread(
    *, space: Space, title: str, body: str, by: User, at: datetime, kind: str, audience: str, client_id: uuid.UUID
) -> Thread:
    """Opens a conversation with its first words; a retry gives the same thread. Raises PostRefused."""
    said = Message.objects.filter(author=by, client_id=client_id).select_related("thread").first()
    if said is not None:
        return said.thread
    thread = create_thread(space=space, title=title, by=by, at=at, kind=kind, audience=audience)
    message = post_message(Draft(by.pk, thread.pk, client_id, body), at=at)
    thread.refresh_from_db(fields=["last_message", "last_seq", "last_at"])
    mark_read(thread=thread, user=by, seq=message.seq)
    return thread


@transaction.atomic
def change_thread(*, thread: Thread, title: str, pinned: bool, at: datetime) -> Thread:
    """Renames or pins a conversation."""
    thread.title, thread.pinned, thread.indexed_at = title.strip(), pinned, None
    thread.save(update_fields=["title", "pinned", "indexed_at"])
    index_soon()
    tell(thread.pk, THREAD_CHANGED, ThreadChanged(title=thread.title, pinned=thread.pinned), at=at)
    return thread


@transaction.atomic
def edit_message(*, message: Message, body: str, at: datetime) -> Message:
    """Changes what a message says; what it said before stays readable in its history.

    Raises EmptyMessage, MessageTooLong, MessageTakenBack.
    """
    message = locked(message)
    body = clean_body(body)
    if body == message.body:
        return message
    MessageRevision.objects.create(message=message, body=message.body, html=message.html, until=at)
    message.body, message.html, message.edited_at, message.indexed_at = body, render(body), at, None
    message.save(update_fields=["body", "html", "edited_at", "indexed_at"])
    index_soon()
    shown = MessageEdited(id=message.pk, html=message.html, body=body, edited_at=at.isoformat())
    tell(message.thread_id, MESSAGE_EDITED, shown, at=at)
    return message


@transaction.atomic
def delete_message(*, message: Message, at: datetime) -> Message:
    """Takes a message back: its words and their history are gone, its place stays. Raises MessageTakenBack."""
    message = locked(message)
    message.body, message.html, message.deleted_at = "", "", at
    message.save(update_fields=["body", "html", "deleted_at"])
    message.revisions.all().delete()
    message.reactions.all().delete()
    forget_words(message)
    forget(message)
    tell(message.thread_id, MESSAGE_DELETED, MessageDeleted(id=message.pk), at=at)
    return message


def forget_words(message: Message) -> None:
    """Takes a message's words out of its stream: a log that is caught up from must not remember them."""
    told = StreamEvent.objects.filter(stream__kind="thread", stream__key=message.thread_id)
    for event in told.filter(kind__in=[MESSAGE_POSTED, MESSAGE_EDITED], payload__id=message.pk):
        event.payload |= {"html": "", "body": ""}
        event.save(update_fields=["payload"])


@transaction.atomic
def react(*, message: Message, user: User, emoji: str, at: datetime) -> bool:
    """Leaves a sign on a message, or takes it back when it is there; returns whether it is there now.

    Raises NotAnEmoji, TooManySigns, MessageTakenBack.
    """
    if not is_emoji(emoji):
        raise NotAnEmoji
    message = locked(message)
    taken_back, _ = Reaction.objects.filter(message=message, user=user, emoji=emoji).delete()
    if not taken_back:
        signs = set(message.reactions.values_list("emoji", flat=True))
        if emoji not in signs and len(signs) >= MOST_SIGNS:
            raise TooManySigns
        Reaction.objects.create(message=message, user=user, emoji=emoji, at=at)
    reactions = message.reactions.select_related("user__profile")
    shown = ReactionsChanged(id=message.pk, reactions=reactions_shown(reactions))
    tell(message.thread_id, REACTIONS_CHANGED, shown, at=at)
    return not taken_back


def is_emoji(text: str) -> bool:
    """Whether `text` is one emoji: parts joined by U+200D, each a symbol with its marks, a flag, or a keycap."""
    return (
        0 < len(text) <= 16 and all(EMOJI_PART.fullmatch(part) for part in text.split("\u200d")) and not text.isascii()
    )


def locked(message: Message) -> Message:
    """The message as it is now, held until the transaction ends. Raises MessageTakenBack."""
    now = Message.objects.select_for_update(of=("self",)).filter(pk=message.pk, deleted_at=None).first()
    if now is None:
        raise MessageTakenBack
    return now


def mark_read(*, thread: Thread, user: User, seq: int) -> None:
    """Remembers how far `user` has read; never backwards, never past the last message, and seen by nobody else."""
    seq = min(seq, thread.last_seq)
    mark = ReadMark(user=user, thread=thread, seq=seq)
    behind = ReadMark.objects.filter(user=user, thread=thread)
    if not behind.filter(seq__lt=seq).update(seq=seq) and not behind.exists():
        ReadMark.objects.bulk_create([mark], ignore_conflicts=True)  # two tabs may be as quick


def tell(thread_id: int, kind: str, payload: Any, *, at: datetime) -> None:
    append("thread", thread_id, kind=kind, payload=dict(payload), at=at)
