"""What people do with messages. Saying one is in `posting`: it happens many at a time."""

import re
from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.spaces.markup import EmptyMessage, clean_body, excerpt
from realtime.spaces.telling import tell_spaces
from realtime.threads.events import (
    MESSAGE_DELETED,
    MESSAGE_EDITED,
    REACTIONS_CHANGED,
    STATE_CHANGED,
    MessageDeleted,
    MessageEdited,
    ReactionsChanged,
)
from realtime.threads.indexing import forget, index_soon
from realtime.threads.mentions import call_again, keep
from realtime.threads.models import Message, MessageRevision, Poll, Reaction, Thread
from realtime.threads.notices import tell_again
from realtime.threads.payloads import reactions_shown, state_changed
from realtime.threads.services.acts import note_taken_back
from realtime.threads.services.files import remove
from realtime.threads.services.forgetting import forget_words
from realtime.threads.services.states import answer_lost, tell_of_answers
from realtime.threads.services.telling import tell

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


class MessageHidden(MessageTakenBack):
    """The message is hidden by those who run its space: nothing is done to it until it is shown again."""


class ConversationOver(Exception):
    """The conversation is closed or withdrawn: nothing more is said or shown in it."""


@transaction.atomic
def edit_message(*, message: Message, body: str, at: datetime) -> Message:
    """Changes what a message says; what it said before stays readable in its history.

    A message that carries files may be left without words. Raises EmptyMessage, MessageTooLong, MessageTakenBack,
    ConversationOver.
    """
    message = going_on(locked(message))
    body = clean_words(message, body)
    called = call_again(message, body)
    message.unheard = called.unheard
    if called.body == message.body:
        return message
    MessageRevision.objects.create(message=message, body=message.body, html=message.html, until=at)
    message.body, message.html, message.edited_at, message.indexed_at = called.body, called.html, at, None
    calls, is_one_gone = keep(message, called)
    message.save(update_fields=["body", "html", "edited_at", "indexed_at"])
    index_soon()
    shown = MessageEdited(
        id=message.pk,
        html=message.html,
        body=message.body,
        excerpt=excerpt(message.body, 100),
        edited_at=at.isoformat(),
    )
    tell(message.thread_id, MESSAGE_EDITED, shown, at=at)
    if any(call.team_id for call in calls):
        tell_spaces({message.thread.space_id}, at=at)
    if calls or is_one_gone:
        tell_again(message, at=at)
    for thread in Thread.objects.filter(accepted=message).select_related("accepted__author"):
        tell(thread.pk, STATE_CHANGED, state_changed(thread), at=at)
    return message


def clean_words(message: Message, body: str) -> str:
    """`body` cleaned; empty only where files stand under the message."""
    try:
        return clean_body(body)
    except EmptyMessage:
        if message.attachments.exists():
            return ""
        raise


@transaction.atomic
def delete_message(*, message: Message, at: datetime) -> Message:
    """Takes a message back: its words, their history and its files are gone, its place stays. Raises MessageTakenBack.

    Of a reported one, the words stay with the reports until those who run the space decided about them.
    """
    message = locked(message, even_hidden=True)
    message.body, message.html, message.deleted_at = "", "", at
    message.save(update_fields=["body", "html", "deleted_at"])
    message.revisions.all().delete()
    message.reactions.all().delete()
    remove(message.attachments.all())
    message.mentions.all().delete()
    message.helpful_marks.all().delete()
    Poll.objects.filter(message=message).delete()
    forget_words(message)
    forget(message)
    answer_lost(messages=[message], by=message.author, at=at)  # first: a thread is held before its stream
    tell(message.thread_id, MESSAGE_DELETED, MessageDeleted(id=message.pk), at=at)
    tell_of_answers(message.thread, at=at)
    note_taken_back(message, at=at)
    return message


@transaction.atomic
def react(*, message: Message, user: User, emoji: str, at: datetime) -> bool:
    """Leaves a sign on a message, or takes it back when it is there; returns whether it is there now.

    Raises NotAnEmoji, TooManySigns, MessageTakenBack, ConversationOver.
    """
    if not is_emoji(emoji):
        raise NotAnEmoji
    message = going_on(locked(message))
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


def going_on(message: Message) -> Message:
    """The same message, locked, where its conversation takes words. Raises ConversationOver."""
    if not message.thread.takes_words:
        raise ConversationOver
    return message


def locked(message: Message, *, even_hidden: bool = False, even_taken_back: bool = False) -> Message:
    """The message as it is now, held until the transaction ends. Raises MessageTakenBack, or MessageHidden.

    Whoever answers it meanwhile does not wait: the writer holds the stream that we ask for next. Its conversation is
    read after: PostgreSQL finds no row for a join that was waited for, where the message was moved meanwhile.
    """
    now = Message.objects.select_for_update(no_key=True).filter(pk=message.pk).first()
    if now is None or (now.deleted_at and not even_taken_back):
        raise MessageTakenBack
    if now.hidden_at and not now.deleted_at and not even_hidden:
        raise MessageHidden
    now.thread = Thread.objects.select_related("space").get(pk=now.thread_id)
    return now
