"""What others begin in a place while somebody looks at the list of its conversations."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from intranet.accounts.models import User
from realtime.spaces.models import Space
from realtime.streams.models import Stream
from realtime.threads.models import Thread

MOST = 99  # conversations that are counted


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a place stands: its stream to follow from, and the last conversation begun that the person sees."""

    head: int
    newest: int


def standing_of(space: Space, user: User) -> Standing:
    """Where `space` stands now, at the beginning when nothing was ever told of it; one query."""
    newest = Thread.objects.visible_to(user).filter(space=space).order_by("-pk").values("pk")[:1]
    head = Stream.objects.filter(kind="space", key=OuterRef("pk")).values("head")
    stands = Space.objects.filter(pk=space.pk).values_list(Subquery(head), Subquery(newest)).get()
    return Standing(*(number or 0 for number in stands))


def begun_after(threads: Any, newest: int, *, user: User) -> int:
    """How many of `threads` somebody else began after the conversation `newest`, counted up to MOST; one query."""
    found = threads.filter(pk__gt=newest).exclude(created_by=user).order_by("pk")
    return len(found.values_list("pk", flat=True)[:MOST])
