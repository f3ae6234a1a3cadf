"""What is done again and again about approvals."""

from datetime import datetime, timedelta

from cms.approving import telling
from realtime.recurring.registry import recurring


@recurring(every=timedelta(hours=6))
def remind_of_approvals(*, at: datetime) -> None:
    """Asks once more those whose approval is wanted by now."""
    telling.remind_of_approvals(at=at)
