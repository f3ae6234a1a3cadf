"""What is done again and again: letters, and what is no longer worth keeping."""

from datetime import datetime, timedelta

from realtime.notifications.mail import sending
from realtime.notifications.models import Notification
from realtime.recurring.registry import recurring

KEPT = timedelta(days=365)  # what was read is forgotten after that


@recurring(every=timedelta(minutes=1))
def write_soon(*, at: datetime) -> int:
    """The letters that wait for nothing but their ten minutes."""
    return sending.write_soon(at=at)


@recurring(every=timedelta(minutes=10))
def write_digests(*, at: datetime) -> int:
    """The letters of the day and of the week."""
    return sending.write_digests(at=at)


@recurring(every=timedelta(days=1))
def forget_old(*, at: datetime) -> int:
    """Takes away what was read long ago; returns how many."""
    gone: int = Notification.objects.filter(read_at__lt=at - KEPT).delete()[0]
    return gone
