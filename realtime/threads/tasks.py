"""What is done again and again about conversations."""

from datetime import datetime, timedelta

from realtime.recurring.registry import recurring
from realtime.threads import services


@recurring(every=timedelta(hours=6))
def purge_files(*, at: datetime) -> int:
    """Deletes the files that nobody said in a day; returns how many."""
    return services.purge_orphans(at=at)
