"""Private conversations, read: who is in one, what it is called, and whether the same people have one already."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from intranet.accounts.models import User
from realtime.spaces.models import Space, SpaceMember
from realtime.threads.models import Thread

NAMED = 4  # people named in what an untitled conversation is called


def people_of(thread: Thread) -> list[User]:
    """Those who are in a private conversation, by name; one query."""
    rows = (
        SpaceMember.objects.filter(space=thread.space_id).select_related("user__profile").order_by("user__name", "pk")
    )
    return [row.user for row in rows if row.user is not None]


def name_conversations(threads: Iterable[Thread], *, user: User) -> None:
    """Calls untitled private conversations by the names of the others in them; one query, none when there is none."""
    untitled = [thread for thread in threads if thread.is_private and not thread.title]
    if not untitled:
        return
    rows = SpaceMember.objects.filter(space__in={thread.space_id for thread in untitled}).exclude(user=user)
    names: dict[int, list[str]] = {}
    for space_id, name in rows.order_by("user__name", "pk").values_list("space", "user__name"):
        names.setdefault(space_id, []).append(name)
    for thread in untitled:
        others = names.get(thread.space_id, [])
        thread.people_names = ", ".join(others[:NAMED]) + ("…" if len(others) > NAMED else "")


def conversations_among(people: Collection[User], *, user: User) -> Any:
    """The private conversations that `user` sees and that hold exactly these people, the latest first."""
    ids = {person.pk for person in people} | {user.pk}
    inside = SpaceMember.objects.filter(space=OuterRef("pk"))
    rooms = Space.objects.filter(~Exists(inside.exclude(user__in=ids)), kind=Space.Kind.PRIVATE)
    for pk in ids:
        rooms = rooms.filter(Exists(inside.filter(user=pk)))
    return Thread.objects.visible_to(user).private().filter(space__in=rooms).latest_first()
