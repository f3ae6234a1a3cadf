"""Hangs the bell: what this process committed is told to its own hub, and to the other processes."""

import asyncio
import atexit
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from django.conf import settings

from realtime.live.hub import Hub
from realtime.live.mail import Mail
from realtime.live.process import running_hub
from realtime.live.ringer import Ringer, reaches_others
from realtime.streams.models import StreamEvent

_collected = threading.local()
_lock = threading.Lock()
_outside: tuple[Mail, Ringer, threading.Thread] | None = None


def on_events(events: Sequence[StreamEvent]) -> None:
    """Tells of events just committed, from any thread, without waiting for anything."""
    collected: list[StreamEvent] | None = getattr(_collected, "events", None)
    moved = {str(event.stream): event.seq for event in events}
    if collected is not None:
        collected.extend(events)
    tell(moved, to_ourselves=collected is None)


def on_access_change() -> None:
    """Tells that a right was taken away, from any thread."""
    tell({}, access=True)


@contextmanager
def collecting() -> Iterator[list[StreamEvent]]:
    """The events this thread commits inside, for a caller that hands them to the hub by itself."""
    events: list[StreamEvent] = []
    _collected.events = events
    try:
        yield events
    finally:
        _collected.events = None


def tell(moved: dict[str, int], *, access: bool = False, to_ourselves: bool = True) -> None:
    """Rings our hub directly and the others through the layer, in the hub's loop: a slow layer delays nobody.

    Never raises: what was committed is committed, and a server that is ending needs no bell.
    """
    with suppress(RuntimeError):
        _tell(running_hub(), moved, access=access, to_ourselves=to_ourselves)


def _tell(hub: Hub | None, moved: dict[str, int], *, access: bool, to_ourselves: bool) -> None:
    if hub and to_ourselves and settings.PARVIS_DIRECT_BELL:
        hub.mail.post(partial(hub.hear, moved))
        if access:
            hub.mail.post(hub.hear_access)
    if reaches_others():
        mail, ringer = (hub.mail, hub.ringer) if hub else _outside_ringer()
        mail.post(partial(ringer.tell_moved, moved, access=access))


def _outside_ringer() -> tuple[Mail, Ringer]:
    """The ringer of a process without a hub, such as a worker, on a loop in a thread of its own."""
    global _outside
    with _lock:
        if _outside is None:
            loop = asyncio.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, name="live-bell", daemon=True)
            _outside = Mail(loop), Ringer(), thread
            thread.start()
            atexit.register(end_outside_bell)
    return _outside[:2]


def end_outside_bell() -> None:
    """Ends that thread after its last bell, or half a second: a short command is heard too."""
    global _outside
    with _lock:
        outside, _outside = _outside, None
    if outside is None:
        return
    mail, ringer, thread = outside
    loop = mail.loop
    with suppress(TimeoutError):
        asyncio.run_coroutine_threadsafe(_last_bell(ringer), loop).result(timeout=1)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _last_bell(ringer: Ringer) -> None:
    if ringer.sending:
        await asyncio.wait([ringer.sending], timeout=0.5)
