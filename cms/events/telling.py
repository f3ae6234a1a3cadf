"""Telling those who come, or may, that an event has another day or place."""

from datetime import datetime
from typing import Any

from wagtail.models import Revision

from cms.base.models import BasePage
from cms.care.telling import Reason, is_quiet, notice_about, seers
from cms.events.access import is_over
from cms.models import Attendance, EventPage
from cms.publishing import last_published, moment
from realtime.notifications.services import notify

CONCERNED = [Attendance.Answer.COMING, Attendance.Answer.PERHAPS]


def tell_of_new_time(*, page: BasePage, revision: Revision, at: datetime) -> set[int]:
    """Tells those who come or may come to an event that was published with another day or place; returns whom.

    Once a publication, and not who published it. Called in the transaction that publishes it.
    """
    if not isinstance(page, EventPage) or is_quiet(page) or is_over(page, at):
        return set()
    before = last_published(page)
    if before is None or when_and_where(before) == when_and_where(revision):
        return set()
    answered = Attendance.objects.filter(event=page.pk, answer__in=CONCERNED).values_list("user", flat=True)
    people = seers(page, answered)
    if people:
        about: dict[str, Any] = {"source_kind": "event", "actor_id": revision.user_id, "at": at}
        notify([notice_about(page, people, reason=Reason.RESCHEDULED, key=f"when:{revision.pk}", **about)], at=at)
    return people


def when_and_where(revision: Revision) -> tuple[Any, ...]:
    """The moments and the place that a revision says, to be compared with another's."""
    content = revision.content
    return moment(content.get("starts_at")), moment(content.get("ends_at")), content.get("place") or ""
