"""What the workers do for pages: again and again, and what an answer must not wait for."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from cms.life import asking, binning
from cms.tasks import publish_scheduled
from intranet.accounts.models import User
from realtime.recurring.registry import recurring


@recurring(every=timedelta(hours=6))
def empty_bins(*, at: datetime) -> int:
    """Deletes what was in a bin for thirty days; returns how many pages that were put there."""
    return binning.empty_bins(at=at)


@recurring(every=timedelta(minutes=1))
def publish_due(*, at: datetime) -> None:
    """Publishes what has its day and withdraws what has expired, whatever the CMS queued or did not."""
    publish_scheduled.call()


@task()
def pass_on_request(user_id: int, path: str, words: str) -> None:
    """Somebody asks to be let in. Here, so that whoever asks cannot tell by the time it takes whether something is there."""
    by = User.objects.filter(pk=user_id, is_active=True).first()
    if by is not None:
        asking.ask_to_be_let_in(by=by, path=path, words=words, at=timezone.now())
