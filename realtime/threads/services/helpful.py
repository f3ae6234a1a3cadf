"""Saying that a message of another helped."""

from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.threads.events import HELPFUL_CHANGED, HelpfulChanged
from realtime.threads.models import HelpfulMark, Message
from realtime.threads.payloads import helpful_shown
from realtime.threads.services.messages import going_on, locked
from realtime.threads.services.telling import tell


class OwnWords(Exception):
    """Nobody marks their own words."""


@transaction.atomic
def mark_helpful(*, message: Message, user: User, is_helpful: bool, at: datetime) -> bool:
    """Says that a message helped, or takes that back; saying the same twice changes nothing. Returns whether it changed.

    Raises OwnWords, MessageTakenBack, MessageHidden, ConversationOver.
    """
    message = going_on(locked(message))
    if message.author_id == user.pk:
        raise OwnWords
    marks = HelpfulMark.objects.filter(message=message)
    if marks.filter(user=user).exists() == is_helpful:
        return False
    if is_helpful:
        HelpfulMark.objects.create(message=message, user=user, at=at)
    else:
        marks.filter(user=user).delete()
    people = helpful_shown(marks.select_related("user__profile"))
    tell(message.thread_id, HELPFUL_CHANGED, HelpfulChanged(id=message.pk, people=people), at=at)
    return True
