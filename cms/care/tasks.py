"""What is done again and again about pages."""

from datetime import datetime, timedelta

from cms.care import archive
from realtime.recurring.registry import recurring


@recurring(every=timedelta(hours=6))
def look_after_pages(*, at: datetime) -> None:
    """Asks whether pages are still needed, asks again, and archives those nobody answers for."""
    archive.look_after_pages(at=at)
