"""Saying something: one service for the form, the socket, imports and the demo; many at once in one transaction."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from realtime.spaces.access import NO_RIGHTS, Rights, rights_of_many
from realtime.spaces.markup import EmptyMessage, MessageTooLong, clean_body, render
from realtime.streams.models import StreamEvent
from realtime.streams.services import Fact, append_locked, lock
from realtime.threads.access import may_see, may_write
from realtime.threads.events import MESSAGE_POSTED
from realtime.threads.indexing import index_soon
from realtime.threads.models import Message, Thread
from realtime.threads.payloads import message_posted


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say. `client_id` is made by the browser, the same for every retry.

    `said_at` is for conversations brought from elsewhere, which were said before they are posted.
    """

    author_id: int
    thread_id: int
    client_id: uuid.UUID
    body: str
    reply_to_id: int | None = None
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that is said: it was committed with its event, now or by an earlier try (then `event` is None)."""

    message: Message
    event: StreamEvent | None


class PostRefused(Exception):
    """Why a draft is not said; `code` is for the browser, the text for the person."""

    code = "refused"
    reason = _("This message cannot be sent.")


class NoSuchThread(PostRefused):
    code = "gone"
    reason = _("This conversation is not there, or no longer open to you. Your words are kept here.")


class MayNotWrite(PostRefused):
    code = "denied"
    reason = _("You can read this conversation but not write in it. Your words are kept here.")


class NothingSaid(PostRefused):
    code = "empty"
    reason = _("Write something first.")


class TooLong(PostRefused):
    code = "too_long"
    reason = _(
        "This is too long for one message (20,000 characters at most). Your words are kept here: shorten or split them."
    )


class ClientIdTaken(PostRefused):
    code = "conflict"
    reason = _("This message was already sent in another conversation.")


class ReplyElsewhere(PostRefused):
    code = "reply_gone"
    reason = _("The message you answer is no longer in this conversation. Your words are kept here.")


def post_message(draft: Draft, *, at: datetime) -> Message:
    """Says one thing and returns it; the same draft again returns the same message. Raises PostRefused."""
    [outcome] = post_messages([draft], at=at)
    if isinstance(outcome, PostRefused):
        raise outcome
    return outcome.message


@transaction.atomic
def post_messages(drafts: Sequence[Draft], *, at: datetime) -> list[Posted | PostRefused]:
    """Says many things in one transaction, each answered in its place; one refusal never hurts a neighbor.

    Rights are read afresh for the whole batch. Ten queries whatever the number of drafts.
    """
    said_before, answered = known_messages(drafts)
    threads = Thread.objects.select_related("space").in_bulk({draft.thread_id for draft in drafts})
    rights = rights_of_many(
        {draft.author_id for draft in drafts}, list({t.space_id: t.space for t in threads.values()}.values())
    )
    outcomes: dict[int, Posted | PostRefused] = {}
    fresh: dict[tuple[int, uuid.UUID], tuple[int, Message]] = {}
    for place, draft in enumerate(drafts):
        key = (draft.author_id, draft.client_id)
        try:
            thread = thread_to_write(draft, threads.get(draft.thread_id), rights)
            if key in said_before:
                outcomes[place] = Posted(same_message(said_before[key], thread, draft), None)
            elif key in fresh:
                same_message(fresh[key][1], thread, draft)
            else:
                fresh[key] = (place, compose(draft, thread, answered, at))
        except PostRefused as refusal:
            outcomes[place] = refusal
    events = store([message for _place, message in fresh.values()], at)
    for (place, message), event in zip(fresh.values(), events, strict=True):
        outcomes[place] = Posted(message, event)
    for place, draft in enumerate(drafts):
        if place not in outcomes:  # said twice in this very batch
            outcomes[place] = Posted(fresh[draft.author_id, draft.client_id][1], None)
    return [outcomes[place] for place in range(len(drafts))]


def known_messages(drafts: Sequence[Draft]) -> tuple[dict[tuple[int, uuid.UUID], Message], dict[int, Message]]:
    """What these drafts said before by (author, client id), and the messages they answer by id; one query."""
    retried = Q(author__in={d.author_id for d in drafts}, client_id__in={d.client_id for d in drafts})
    answered = Q(pk__in={d.reply_to_id for d in drafts if d.reply_to_id is not None})
    messages = list(Message.objects.filter(retried | answered).select_related("author__profile"))
    by_retry = {(m.author_id, m.client_id): m for m in messages if m.author_id is not None}
    return by_retry, {m.pk: m for m in messages}


def thread_to_write(draft: Draft, thread: Thread | None, rights: Mapping[tuple[int, int], Rights]) -> Thread:
    right = rights.get((draft.author_id, thread.space_id), NO_RIGHTS) if thread else NO_RIGHTS
    if thread is None or not may_see(right, thread):
        raise NoSuchThread
    if not may_write(right, thread, draft.author_id):
        raise MayNotWrite
    return thread


def same_message(message: Message, thread: Thread, draft: Draft) -> Message:
    if message.thread_id != draft.thread_id:
        raise ClientIdTaken
    message.thread = thread
    return message


def compose(draft: Draft, thread: Thread, answered: Mapping[int, Message], at: datetime) -> Message:
    """The message of a draft, not stored yet."""
    try:
        body = clean_body(draft.body)
    except EmptyMessage:
        raise NothingSaid from None
    except MessageTooLong:
        raise TooLong from None
    reply_to = answered.get(draft.reply_to_id) if draft.reply_to_id is not None else None
    if draft.reply_to_id is not None and (reply_to is None or reply_to.thread_id != thread.pk or reply_to.deleted_at):
        raise ReplyElsewhere
    return Message(
        thread=thread,
        author_id=draft.author_id,
        client_id=draft.client_id,
        body=body,
        html=render(body),
        reply_to=reply_to,
        posted_at=draft.said_at or at,
    )


def store(messages: list[Message], at: datetime) -> list[StreamEvent]:
    """Writes messages with their events, given back in the same order; each thread moves to its last one."""
    if not messages:
        return []
    streams = lock("thread", {message.thread_id for message in messages})
    heads = {stream.key: stream.head for stream in streams}
    for message in messages:
        heads[message.thread_id] += 1
        message.seq = heads[message.thread_id]
    Message.objects.bulk_create(messages)
    facts: dict[int, list[Fact]] = {}
    for message in with_authors(messages):
        facts.setdefault(message.thread_id, []).append(Fact(MESSAGE_POSTED, dict(message_posted(message))))
    events = {(event.stream.key, event.seq): event for event in append_locked(streams, facts, at=at)}
    move_threads(messages)
    index_soon()
    return [events[message.thread_id, message.seq] for message in messages]


def with_authors(messages: list[Message]) -> list[Message]:
    """Gives each message its author, fetched in one query."""
    authors = User.objects.select_related("profile").in_bulk({message.author_id for message in messages})
    for message in messages:
        message.author = authors[message.author_id]
    return messages


def move_threads(messages: list[Message]) -> None:
    """Each thread remembers its last message, in one statement."""
    last = {message.thread_id: message for message in messages}
    for message in last.values():
        message.thread.last_message = message
        message.thread.last_seq = message.seq
        message.thread.last_at = message.posted_at
    Thread.objects.bulk_update([m.thread for m in last.values()], ["last_message", "last_seq", "last_at"])
