"""Taking words out of the streams: a log that is caught up from must not remember what nobody may read."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from realtime.streams.models import StreamEvent
from realtime.threads.events import (
    MESSAGE_EDITED,
    MESSAGE_POSTED,
    MESSAGE_SHOWN,
    QUESTION_ASKED,
    QUESTION_CHANGED,
    QUESTION_SHOWN,
    STATE_CHANGED,
)
from realtime.threads.models import LiveQuestion, Message, Thread

WITH_WORDS = [MESSAGE_POSTED, MESSAGE_EDITED, MESSAGE_SHOWN]
WITH_GLANCES = {"reply_to": [MESSAGE_POSTED, MESSAGE_SHOWN], "answer": [STATE_CHANGED]}  # at another message
OF_QUESTIONS = [QUESTION_ASKED, QUESTION_CHANGED, QUESTION_SHOWN]
KEPT = {"id", "seq", "cid", "author", "reply_to", "posted_at", "edited_at"}  # of an event whose words are forgotten


def forget_words(message: Message) -> None:
    """Takes a message out of its stream's log: what it said and carried, and the glances of others at it.

    Of a hidden one, whoever answers it still says that it does.
    """
    forget(message.thread_id, {message.pk}, still_answered=message.deleted_at is None)


def forget_moved(source: Thread, messages: Collection[Message]) -> None:
    """Takes messages that went elsewhere out of the log of the conversation they were in, with the glances at them."""
    forget(source.pk, {message.pk for message in messages}, still_answered=False)


def forget(thread_id: int, messages: Collection[int], *, still_answered: bool) -> None:
    """Rewrites each event of a thread that tells words of `messages`, by id; one query, one statement for 500 events."""
    told = Q(kind__in=WITH_WORDS, payload__id__in=messages)
    for name, kinds in WITH_GLANCES.items():
        told |= Q(kind__in=kinds, **{f"payload__{name}__id__in": messages})
    events = list(StreamEvent.objects.filter(told, stream__kind="thread", stream__key=thread_id))
    for event in events:
        if event.kind in WITH_WORDS and event.payload["id"] in messages:
            event.payload = without_words(event.payload)
        for name in WITH_GLANCES:
            forget_glance(event.payload, name, messages, still_answered=still_answered)
    StreamEvent.objects.bulk_update(events, ["payload"], batch_size=500)


def forget_glance(payload: dict[str, Any], name: str, messages: Collection[int], *, still_answered: bool) -> None:
    """Takes the words of one of `messages` out of the glance of that name, and the glance itself where none is left."""
    glance = payload.get(name)
    if glance is not None and glance["id"] in messages:
        payload[name] = glance | {"excerpt": ""} if still_answered and name == "reply_to" else None


def forget_question(question: LiveQuestion) -> None:
    """Takes a question of a live Q&A out of its stream's log: what it asked, and why it was set aside."""
    told = StreamEvent.objects.filter(stream__kind="thread", stream__key=question.thread_id, kind__in=OF_QUESTIONS)
    events = list(told.filter(payload__id=question.pk))
    for event in events:
        event.payload |= {"body": "", "reason": ""}
    StreamEvent.objects.bulk_update(events, ["payload"], batch_size=500)


def without_words(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: value if name in KEPT else emptied(value) for name, value in payload.items()}


def emptied(value: Any) -> Any:
    """A value with nothing of what was said in it."""
    if isinstance(value, str | list):
        return type(value)()
    return None if isinstance(value, dict) else value
