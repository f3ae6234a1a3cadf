"""The hub of this process: begun by the first socket on the server's loop, ended with the loop."""

import asyncio

from realtime.live.heart import beat
from realtime.live.hub import Hub
from realtime.live.limits import TICK
from realtime.live.pump import pump
from realtime.live.ringer import listen, reaches_others

_hub: Hub | None = None


def running_hub() -> Hub | None:
    """The hub, None before the first socket and after the end. From any thread."""
    return _hub if _hub and not _hub.loop.is_closed() else None


def the_hub() -> Hub:
    """The hub of the running loop, begun when there is none yet."""
    global _hub
    loop = asyncio.get_running_loop()
    if _hub is None or _hub.loop is not loop:
        _hub = Hub(loop)
        jobs = [pump(_hub), beat(_hub), *([listen(_hub)] if reaches_others() else [])]
        _hub.tasks = [loop.create_task(job) for job in jobs]
    return _hub


async def end_hub(code: int) -> None:
    """Closes every socket with `code` and stops listening; does nothing without a hub."""
    global _hub
    hub, _hub = _hub, None
    if hub is None:
        return
    for listener in hub.listeners:
        await listener.end()
    for connection in list(hub.connections):
        hub.dismiss(connection, code)
    for task in (*hub.tasks, *hub.fetches, *hub.presence.tasks):
        task.cancel()
    await asyncio.gather(*hub.tasks, return_exceptions=True)


def is_well() -> bool:
    """Whether the hub, if there is one, still ticks."""
    hub = running_hub()
    if hub is None:
        return True
    return not any(task.done() for task in hub.tasks) and hub.loop.time() - hub.beat_at < 15 * TICK
