"""What people do with polls: choose, take back, close. Asking one is saying a message: see `posting`."""

from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.threads.events import POLL_CHANGED, OptionChosen, PollChanged
from realtime.threads.models import Message, Poll, PollOption, PollVote
from realtime.threads.payloads import poll_shown
from realtime.threads.polling import with_options
from realtime.threads.services.messages import locked
from realtime.threads.services.telling import tell


class NoSuchPoll(Exception):
    """The message carries no poll, or none with that option."""


class PollClosed(Exception):
    """Its answers stand as they are."""


@transaction.atomic
def vote(*, message: Message, option_id: int, user: User, is_chosen: bool, at: datetime) -> Poll:
    """Chooses an option or takes that back; saying the same twice changes nothing. One choice replaces another
    where there is one answer.

    Raises NoSuchPoll, PollClosed, MessageTakenBack, MessageHidden.
    """
    poll = open_poll(message)
    option = PollOption.objects.filter(poll=poll, pk=option_id).first()
    if option is None:
        raise NoSuchPoll
    there = PollVote.objects.filter(poll=poll, user=user)
    if there.filter(option=option).exists() == is_chosen:
        return poll
    if is_chosen:
        if not poll.is_multiple:
            there.delete()
        PollVote.objects.create(poll=poll, option=option, user=user, is_only=not poll.is_multiple, at=at)
    else:
        there.filter(option=option).delete()
    tell_poll(poll, at=at)
    return poll


@transaction.atomic
def close_poll(*, message: Message, at: datetime) -> Poll:
    """Lets the answers stand as they are. Raises NoSuchPoll, PollClosed, MessageTakenBack, MessageHidden."""
    poll = open_poll(message)
    poll.closed_at = at
    poll.save(update_fields=["closed_at"])
    tell_poll(poll, at=at)
    return poll


def open_poll(message: Message) -> Poll:
    """The poll of a message, held until the transaction ends. Raises NoSuchPoll, PollClosed."""
    message = locked(message)
    poll = Poll.objects.select_for_update(of=("self",)).filter(message=message).first()
    if poll is None:
        raise NoSuchPoll
    if poll.closed_at:
        raise PollClosed
    poll.message = message
    return poll


def tell_poll(poll: Poll, *, at: datetime) -> None:
    with_options([poll])
    shown = poll_shown(poll.message)
    if shown is None:
        raise NoSuchPoll
    chosen = [OptionChosen(id=option["id"], people=option["people"]) for option in shown["options"]]
    tell(poll.message.thread_id, POLL_CHANGED, PollChanged(id=poll.pk, closed=shown["closed"], options=chosen), at=at)
