"""The one way a service tells a thread's watchers what happened."""

from datetime import datetime
from typing import Any

from realtime.streams.models import StreamEvent
from realtime.streams.services import append


def tell(thread_id: int, kind: str, payload: Any, *, at: datetime) -> StreamEvent:
    """Appends to the thread's stream, inside the transaction of the change."""
    return append("thread", thread_id, kind=kind, payload=dict(payload), at=at)
