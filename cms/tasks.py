"""What the worker does for pages."""

from datetime import datetime

from django.core.management import call_command
from django_tasks import task

from cms.base.models import BasePage


@task()
def publish_scheduled() -> None:
    """Publishes what is due and withdraws what has expired."""
    call_command("publish_scheduled", verbosity=0)


def wake_for(page: BasePage, *, at: datetime) -> None:
    """Has the worker look again at the moments a page asks for, when they are after `at`."""
    moments = {moment for moment in (page.go_live_at, page.expire_at) if moment and moment > at}
    if not publish_scheduled.get_backend().supports_defer:
        return
    for moment in moments:
        publish_scheduled.using(run_after=moment).enqueue()
