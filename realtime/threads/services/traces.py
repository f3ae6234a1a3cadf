"""Leaving a trace among the messages of a conversation."""

from datetime import datetime

from django.db import transaction

from intranet.accounts.models import User
from realtime.threads.events import TRACE_LEFT
from realtime.threads.models import Message, Thread, Trace
from realtime.threads.payloads import trace_left
from realtime.threads.services.telling import tell


@transaction.atomic
def leave_trace(
    *,
    thread: Thread,
    kind: str,
    by: User | None,
    at: datetime,
    reason: str = "",
    other: Thread | None = None,
    message: Message | None = None,
    count: int = 0,
) -> Trace:
    """Says among the messages of `thread` what happened to it (`kind`: a Trace.Kind), now and on every later load.

    `other` is where messages were moved from or to, `count` how many, `message` the answer kept.
    """
    trace = Trace(thread=thread, kind=kind, by=by, at=at, reason=reason, other=other, message=message, count=count)
    trace.seq = tell(thread.pk, TRACE_LEFT, trace_left(trace), at=at).seq
    trace.save()
    return trace
