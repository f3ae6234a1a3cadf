"""What an inbox and a letter show of events, with the rights of the moment."""

from collections.abc import Collection, Mapping

from django.utils import timezone
from django.utils.formats import date_format

from cms.base.curtain import lifted
from cms.care.sources import shown
from cms.models import EventPage
from intranet.accounts.models import User
from realtime.notifications.sources import Shown, source


@source("event")
def show_events(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """Events as somebody sees them now, with their day and place; one query."""
    with lifted():
        seen = EventPage.objects.visible_to(user).select_related("space").filter(pk__in=keys)
        return {event.pk: shown(event, when_and_where(event)) for event in seen}


def when_and_where(event: EventPage) -> str:
    """Its day, hour and place in one line, in the zone of the moment."""
    starts = timezone.localtime(event.starts_at)
    day = f"{date_format(starts, 'DATE_FORMAT')}, {date_format(starts, 'TIME_FORMAT')}"
    return " · ".join(filter(None, (day, event.place)))
