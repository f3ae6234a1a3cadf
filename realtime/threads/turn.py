"""Whose turn it is in a conversation: a person's own ones, and those of them where somebody has answered."""

from typing import Any

from django.db.models import Exists, Q

from intranet.accounts.models import User
from realtime.threads.models import Message, Thread
from realtime.threads.unread import heard_by, new_messages, unread_by, with_place

SPOKEN = 100  # a person's last messages, whose conversations are looked through for answers
BEGUN = 50  # the conversations they began, those that moved last


def talked_in(user: User) -> Any:
    """The threads a person began or wrote in lately, that they still see and that take words.

    However long they have been here, their SPOKEN last messages and BEGUN conversations are looked through.
    """
    spoken = Message.objects.said().filter(author=user).order_by("-pk").values("thread")[:SPOKEN]
    begun = Thread.objects.filter(created_by=user).order_by("-last_at", "-pk").values("pk")[:BEGUN]
    open_ones = Thread.objects.visible_to(user).filter(space__archived_at=None)
    return open_ones.filter(Q(pk__in=spoken) | Q(pk__in=begun))


def answers_to(user: User) -> Any:
    """Those of a person's own threads where somebody said something since, but for those they muted."""
    return unread_by(talked_in(user), user)


def heard_of_own(user: User) -> dict[int, bool]:
    """The person's own threads that they did not mute, those that moved last first: whether one is in `answers_to`."""
    heard = with_place(talked_in(user), user).filter(heard_by(user)).annotate(holds=Exists(new_messages(user)))
    return dict(heard.order_by("-last_at", "-pk").values_list("pk", "holds"))
