"""What people do about an event: say whether they come, and open its questions."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from cms.base.models import BasePage
from cms.events.access import is_over
from cms.models import HOME, Attendance, EventPage
from intranet.accounts.models import User
from intranet.accounts.services import bump_access_epoch
from realtime.spaces.telling import tell_spaces
from realtime.threads.models import Thread
from realtime.threads.services import create_thread

LONGEST_TITLE = 160  # of a thread


class EventOver(Exception):
    """Nobody says any more whether they come."""


# --- coming or not ------------------------------------------------------------------------------


@transaction.atomic
def answer_event(*, event: EventPage, user: User, answer: str, at: datetime) -> Attendance:
    """`user` says of themselves that they come, perhaps, or cannot; said again, the last word holds. Raises EventOver."""
    if is_over(event, at):
        raise EventOver
    said: Attendance = Attendance.objects.update_or_create(
        event_id=event.pk, user=user, defaults={"answer": answer, "at": at}
    )[0]
    return said


@transaction.atomic
def take_answer_back(*, event: EventPage, user: User, at: datetime) -> None:
    """As if `user` had said nothing. Raises EventOver."""
    if is_over(event, at):
        raise EventOver
    Attendance.objects.filter(event=event.pk, user=user).delete()


# --- its questions ------------------------------------------------------------------------------


@transaction.atomic
def open_questions(*, event: EventPage, by: User, at: datetime) -> Thread:
    """The live Q&A of an event, opened if there is none: in its space, and with its guests where they see the event.

    Raises EventOver, also for one that stands in no space.
    """
    if event.space is None or is_over(event, at):
        raise EventOver
    BasePage.objects.select_for_update(of=("self",)).filter(pk=event.pk).first()  # two at once open one
    held = questions_of(event).first()
    if held is not None:
        return held
    audience = Thread.Audience.SHARED if event.shared_with_guests else Thread.Audience.INTERNAL
    opened = create_thread(
        space=event.space,
        title=event.title[:LONGEST_TITLE],
        by=by,
        at=at,
        kind=Thread.Kind.LIVE_QA,
        audience=audience,
        event_url=event.url or "",
    )
    tell_spaces({event.space.pk}, at=at)
    return opened


def questions_of(event: EventPage) -> QuerySet[Thread]:
    """The live Q&As of its space that were opened for an event, the latest first."""
    held = Thread.objects.filter(kind=Thread.Kind.LIVE_QA, event_url=event.url, space=event.space_id, merged_into=None)
    return held.order_by("-pk")


@transaction.atomic
def follow_address(*, page: BasePage, before: str, after: str, out_of: int | None = None) -> None:
    """After a page has another address: the questions of the events at and below it lead there.

    `before` and `after` are `url_path`s. Those of the space `out_of`, which the page left, come along into its space of
    today; one of any other space, where an event is only named, stays where it is.
    """
    old, new = (reverse("wagtail_serve", args=[path.removeprefix(HOME)]) for path in (before, after))
    held = Thread.objects.filter(kind=Thread.Kind.LIVE_QA, event_url__startswith=old)
    for thread in held.select_for_update(of=("self",)):
        thread.event_url = new + thread.event_url.removeprefix(old)
        if page.space_id is not None and thread.space_id == out_of:
            thread.space_id = page.space_id
        thread.save(update_fields=["event_url", "space"])
    if out_of is not None:
        bump_access_epoch()
