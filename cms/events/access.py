"""The door to an event, and who is said to come to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404

from cms.access import is_editor
from cms.models import Attendance, EventPage
from intranet.accounts.models import User
from intranet.people.words import fold
from realtime.spaces.access import rights_in, see_space

NAMED = 200  # people, on its page


def access_event(user: User, pk: int) -> EventPage:
    """The published event for somebody who sees it; Http404 for anybody else."""
    event: EventPage | None = EventPage.objects.visible_to(user).select_related("space").filter(pk=pk).first()
    if event is None:
        raise Http404
    return event


def access_event_as_host(user: User, pk: int) -> EventPage:
    """The event for who runs its space or edits the pages; PermissionDenied for one who only sees it."""
    event = access_event(user, pk)
    if not may_host(user, event):
        raise PermissionDenied
    return event


def may_host(user: User, event: EventPage) -> bool:
    """Whether `user` opens the questions of an event they see; two queries at most."""
    if user.is_guest or event.space is None or event.space.is_archived:
        return False
    return is_editor(user) or rights_in(user, event.space).may_facilitate


def is_over(event: EventPage, at: datetime) -> bool:
    """Whether it has ended at `at`; without an end, whether it has begun."""
    return bool((event.ends_at or event.starts_at) < at)


@dataclass(frozen=True, slots=True)
class Attending:
    """What the reader of an event said of it, and who comes, as far as the reader is told."""

    mine: str
    people: Sequence[User]


def attending(event: EventPage, reader: User) -> Attending:
    """Who comes and sees the event now, by name; a guest is told of their own answer alone. One query."""
    own = Q(user=reader)
    coming = Q(answer=Attendance.Answer.COMING, user__in=seers_of(event))
    rows = event.attendances.filter(own if reader.is_guest else own | coming).select_related("user__profile")
    own_first = ExpressionWrapper(own, output_field=BooleanField()).desc()
    found = list(rows.order_by(own_first, "user__name", "user_id")[:NAMED])
    mine = next((row.answer for row in found if row.user_id == reader.pk), "")
    people = [] if reader.is_guest else [row.user for row in found if row.answer == Attendance.Answer.COMING]
    return Attending(mine, sorted(people, key=lambda person: (fold(person.name), person.pk)))


def seers_of(event: EventPage) -> Any:
    """The people who see the event now: whoever left its space comes no more."""
    return see_space(event.space, with_guests=event.shared_with_guests).values("pk") if event.space else []
