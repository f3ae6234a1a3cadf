"""Reading what one was told: one, all, up to a place; and taking that back."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.notifications.models import Notification
from realtime.notifications.services.telling import tell_inboxes


@transaction.atomic
def read_topic(*, user: User, topic: str, upto: int, at: datetime) -> int:
    """What hangs under `topic` up to a place has been read; one statement when nothing waited there. Returns how many."""
    waiting = Notification.objects.of(user).unread().filter(topic=topic, seq__lte=upto)
    return told(user, waiting.update(read_at=at), at=at)


def topics_waiting(*, user: User, kind: str) -> set[int]:
    """The keys of the topics `kind:key` under which something waits for `user`; one query."""
    topics = Notification.objects.of(user).unread().filter(topic__startswith=f"{kind}:")
    return {int(topic.partition(":")[2]) for topic in topics.values_list("topic", flat=True).distinct()}


@transaction.atomic
def read_topics(*, user: User, upto: Mapping[str, int], at: datetime) -> int:
    """What hangs under some topics, up to the place in each, was read at the same moment `at`; returns how many.

    As with `read_all`, `unread_again` takes this back.
    """
    waiting = Notification.objects.of(user).unread().filter(topic__in=upto).values_list("pk", "topic", "seq")
    reached = [pk for pk, topic, seq in waiting if seq <= upto[topic]]
    return told(user, Notification.objects.filter(pk__in=reached, read_at=None).update(read_at=at), at=at)


@transaction.atomic
def read_one(*, notification: Notification, at: datetime) -> int:
    """One notification has been read; returns 0 when it was already."""
    waiting = Notification.objects.filter(pk=notification.pk, read_at=None)
    return told(notification.user, waiting.update(read_at=at), at=at)


@transaction.atomic
def unread_one(*, notification: Notification, at: datetime) -> int:
    """One notification waits again; returns 0 when it did already."""
    read = Notification.objects.filter(pk=notification.pk).exclude(read_at=None)
    return told(notification.user, read.update(read_at=None), at=at)


@transaction.atomic
def read_all(*, user: User, at: datetime) -> int:
    """Everything has been read, at the same moment `at`: with it, `unread_again` takes this back. Returns how many."""
    waiting = Notification.objects.of(user).on_screen().unread()
    return told(user, waiting.update(read_at=at), at=at)


@transaction.atomic
def unread_again(*, user: User, read_at: datetime, at: datetime) -> int:
    """What was read at exactly that moment waits again; returns how many."""
    return told(user, Notification.objects.of(user).filter(read_at=read_at).update(read_at=None), at=at)


@transaction.atomic
def close(*, user: User, sources: Collection[tuple[str, int]], at: datetime) -> int:
    """What can no longer be seen does not wait any more: the bell must not call for it. Returns how many."""
    number = 0
    for kind in {kind for kind, _ in sources}:
        keys = {key for other, key in sources if other == kind}
        gone = Notification.objects.of(user).unread().filter(source_kind=kind, source_key__in=keys)
        number += gone.update(read_at=at)
    return told(user, number, at=at)


@transaction.atomic
def carry(*, source_kind: str, places: Mapping[int, tuple[str, int]]) -> None:
    """The sources moved elsewhere: their notifications follow to the (topic, seq) of each."""
    moved = list(Notification.objects.filter(source_kind=source_kind, source_key__in=places))
    for row in moved:
        row.topic, row.seq = places[row.source_key]
    Notification.objects.bulk_update(moved, ["topic", "seq"], batch_size=500)


def told(user: User, number: int, *, at: datetime) -> int:
    """Tells the person's other screens when something changed; gives `number` back."""
    if number:
        tell_inboxes({user.pk}, at=at)
    return number
