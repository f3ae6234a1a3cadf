"""What the demo's people were told while it was said: a living inbox, for which nobody is written to."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F

from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import company
from realtime.notifications.models import Notification
from realtime.spaces.models import Level, Space
from realtime.threads.models import Message, ReadMark
from realtime.threads.notices import tell_of
from realtime.threads.services import choose_space_level

CHOSEN = [
    ("bruno", "place", Level.MUTED),  # he reads it on Fridays
    ("claire", "participation", Level.FOLLOWED),
    ("sofiane", "participation", Level.FOLLOWED),
]
FRESH = 3  # conversations in which each person of the cast finds something they have not read


def seed_notices(spaces: dict[str, Space], people: dict[str, User], clock: Clock) -> None:
    """Tells everything that was said as posting would have, at the levels some chose; read, but for the latest."""
    long_ago = clock.now - timedelta(days=200)
    for person, space, level in CHOSEN:
        choose_space_level(space=spaces[space], user=people[person], level=level, at=long_ago)
    said = Message.objects.select_related("thread__space", "reply_to").order_by("posted_at", "pk")
    tell_of(list(said), at=long_ago)
    told = Notification.objects.all()
    told.update(mailed_at=F("at"))
    told.filter(at__lt=clock.now - timedelta(days=2)).update(read_at=F("at"))
    leave_unread([people[row["person"]] for row in company()["cast"]])


def leave_unread(cast: Iterable[User]) -> None:
    """The last things each of the cast was told wait for them, and they have not read their conversations that far."""
    for person in cast:
        for topic in Notification.objects.of(person).filter(topic__startswith="thread:").by_topic()[:FRESH]:
            note = Notification.objects.of(person).filter(topic=topic["topic"]).latest("at", "pk")
            Notification.objects.filter(pk=note.pk).update(read_at=None)
            marks = ReadMark.objects.filter(user=person, thread=int(note.topic.removeprefix("thread:")))
            marks.filter(seq__gte=note.seq).update(seq=note.seq - 1)
