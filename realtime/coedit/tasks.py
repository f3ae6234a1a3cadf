"""What is done with documents again and again."""

from datetime import datetime, timedelta

from realtime.coedit import services
from realtime.recurring.registry import recurring


@recurring(every=timedelta(minutes=10))
def fold_rested(*, at: datetime) -> int:
    """Keeps what a process left unkept when it ended."""
    return services.fold_rested(at=at)


@recurring(every=timedelta(days=1))
def forget_client_ids(*, at: datetime) -> int:
    """Forgets whose tab had which id."""
    return services.forget_client_ids(at=at)
