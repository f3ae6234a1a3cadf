"""Following and muting: what a person chooses to hear of a conversation or of a space."""

from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.spaces.models import Level, Space, SpaceSubscription
from realtime.threads.models import Subscription, Thread


@transaction.atomic
def choose_level(*, thread: Thread, user: User, level: str, at: datetime) -> str:
    """From now on `user` hears `thread` at `level`, whatever they chose for its space; "" goes by the space again.

    Returns what they had chosen before, "" for nothing.
    """
    mine = Subscription.objects.filter(user=user, thread=thread)
    before = mine.values_list("level", flat=True).first() or ""
    if not level:
        mine.delete()
    elif level != before:
        Subscription.objects.update_or_create(user=user, thread=thread, defaults={"level": Level(level), "since": at})
    return before


@transaction.atomic
def choose_space_level(*, space: Space, user: User, level: str, at: datetime) -> str:
    """From now on `user` hears `space` at `level`, but for the conversations they chose otherwise; "" is normal again.

    Returns what they had chosen before, "" for nothing.
    """
    level = level or Level.NORMAL
    before = SpaceSubscription.objects.filter(user=user, space=space).values_list("level", flat=True).first() or ""
    if level != (before or Level.NORMAL):
        SpaceSubscription.objects.update_or_create(
            user=user, space=space, defaults={"level": Level(level), "since": at}
        )
    return before
