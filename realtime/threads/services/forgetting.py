"""Taking words out of the streams: a log that is caught up from must not remember what nobody may read."""

from collections.abc import Collection
from typing import Any

from realtime.streams.models import StreamEvent
from realtime.threads.events import MESSAGE_EDITED, MESSAGE_POSTED, MESSAGE_SHOWN
from realtime.threads.models import Message, Thread

WITH_WORDS = [MESSAGE_POSTED, MESSAGE_EDITED, MESSAGE_SHOWN]
KEPT = {"id", "seq", "cid", "author", "reply_to", "posted_at", "edited_at"}  # of an event whose words are forgotten


def forget_words(message: Message) -> None:
    """Takes a message out of its stream's log: what it said and carried, and the glances at it of those who answer it."""
    told = StreamEvent.objects.filter(stream__kind="thread", stream__key=message.thread_id, kind__in=WITH_WORDS)
    events = list(told.filter(payload__id=message.pk))
    for event in events:
        event.payload = without_words(event.payload)
    answers = list(told.filter(payload__reply_to__id=message.pk))
    for event in answers:
        event.payload["reply_to"] = None if message.deleted_at else event.payload["reply_to"] | {"excerpt": ""}
    StreamEvent.objects.bulk_update([*events, *answers], ["payload"])


def forget_moved(source: Thread, messages: Collection[Message]) -> None:
    """Takes messages that went elsewhere out of the log of the conversation they were in, with the glances at them."""
    moved = [message.pk for message in messages]
    told = StreamEvent.objects.filter(stream__kind="thread", stream__key=source.pk, kind__in=WITH_WORDS)
    events = list(told.filter(payload__id__in=moved))
    for event in events:
        event.payload = without_words(event.payload)
    answers = list(told.filter(payload__reply_to__id__in=moved).exclude(payload__id__in=moved))
    for event in answers:
        event.payload["reply_to"] = None
    StreamEvent.objects.bulk_update([*events, *answers], ["payload"], batch_size=500)


def without_words(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: value if name in KEPT else emptied(value) for name, value in payload.items()}


def emptied(value: Any) -> Any:
    """A value with nothing of what was said in it."""
    if isinstance(value, str | list):
        return type(value)()
    return None if isinstance(value, dict) else value
