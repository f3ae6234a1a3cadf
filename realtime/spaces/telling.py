"""The one way a service tells those who look at a place that something moved there."""

from collections.abc import Collection
from datetime import datetime

from realtime.spaces.events import SPACE_MOVED, SpaceMoved
from realtime.streams.models import Stream
from realtime.streams.services import Fact, append_many, open_stream


def tell_spaces(space_ids: Collection[int], *, at: datetime) -> None:
    """Appends to the streams of some spaces, inside the transaction of the change; three statements, none for no space.

    What moved is not said: whoever looks asks for it. Not for each message, or everybody who speaks in a place would
    wait for one row. After the streams of threads and before those of inboxes (`realtime.streams.services.lock`).
    """
    if not space_ids:
        return
    facts = {pk: [Fact(SPACE_MOVED, dict(SpaceMoved()))] for pk in space_ids}
    try:
        append_many("space", facts, at=at)
    except Stream.DoesNotExist:  # made by a process that ran on, during an upgrade, before spaces had streams
        for pk in space_ids:
            open_stream(kind="space", key=pk)
        append_many("space", facts, at=at)
