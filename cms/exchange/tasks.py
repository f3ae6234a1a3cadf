"""What the worker does for files that were brought."""

from datetime import datetime, timedelta

from cms.exchange.kept import sweep
from realtime.recurring.registry import recurring


@recurring(every=timedelta(minutes=20))
def sweep_brought(*, at: datetime) -> None:
    """Removes files that were brought in more than an hour ago and never became pages."""
    sweep(at=at)
