"""Which events a calendar is given."""

from datetime import datetime, timedelta
from typing import Any

from cms.models import EventPage
from intranet.accounts.models import User

BACK = timedelta(days=365)
MOST = 1_000


def events_for_calendar(user: User, at: datetime) -> Any:
    """The events that `user` sees, from a year before `at` on, the first one first; one query."""
    return EventPage.objects.visible_to(user).coming(at - BACK)[:MOST]
