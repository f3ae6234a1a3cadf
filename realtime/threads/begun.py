"""What others begin in a place while somebody looks at the list of its conversations."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Subquery

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
    """Where `space` stands now; one query."""
    newest = Thread.objects.visible_to(user).filter(space=space).order_by("-pk").values("pk")[:1]
    stream = Stream.objects.filter(kind="space", key=space.pk)
    head, last = stream.values_list("head", Subquery(newest)).get()
    return Standing(head, last or 0)


def begun_after(threads: Any, newest: int, *, user: User) -> int:
    """How many of `threads` somebody else began after the conversation `newest`, counted up to MOST; one query."""
    found = threads.filter(pk__gt=newest).exclude(created_by=user).order_by("pk")
    return len(found.values_list("pk", flat=True)[:MOST])
