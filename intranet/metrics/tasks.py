"""What is done with the measures again and again."""

from datetime import datetime, timedelta

from intranet.metrics import rounds
from realtime.recurring.registry import recurring


@recurring(every=timedelta(hours=6))
def look_after_windows(*, at: datetime) -> None:
    """Suspends what has another formula, opens the quarter that began, closes those that are settled."""
    rounds.look_after_windows(at=at)
