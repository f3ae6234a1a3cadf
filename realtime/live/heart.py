"""The hub's heartbeat: what the bell missed is found, everybody is asked about again, clients hear that we live."""

import asyncio
import logging

from realtime.live import frames, limits
from realtime.live.database import in_database
from realtime.live.hub import Hub
from realtime.live.log import read_heads
from realtime.live.pump import check_people

logger = logging.getLogger(__name__)
SLOTS = int(limits.HEARTBEAT / limits.TICK)


async def beat(hub: Hub) -> None:
    """Ticks for ever. A database that is away costs its ticks, not the heart."""
    tick = 0
    while True:
        await asyncio.sleep(limits.TICK)
        tick += 1
        hub.dismiss_overdue()
        greet(hub, tick % SLOTS)
        try:
            await look_around(hub, is_full=tick % SLOTS == 0)
        except Exception:
            logger.exception("The heart missed a beat.")
        hub.beat_at = hub.loop.time()


async def look_around(hub: Hub, *, is_full: bool) -> None:
    """Asks the database about heads and people, every 10 s; about heads every 2 s while the layer fails."""
    if hub.ringer.is_failing:
        hub.ringer.probe()
    if is_full or hub.ringer.is_failing:
        await look_at_heads(hub)
    if is_full:
        await check_people(hub, even_if_known=True)
        hub.presence.announce_all()
        forget_idle_rings(hub)


async def look_at_heads(hub: Hub) -> None:
    """Rings the streams that moved unheard: a deaf process repairs itself."""
    rings = {ring.stream_id: ring for ring in hub.rings.values() if ring.watches}
    heads, epoch = await in_database(read_heads, list(rings))
    hub.hear_epoch(epoch)
    hub.hear({rings[stream_id].name: head for stream_id, head in heads.items()})


def greet(hub: Hub, slot: int) -> None:
    """Tells a fifth of the connections the heads of their streams: one that missed something asks again."""
    encoded: dict[tuple[str, ...], bytes] = {}
    for connection in list(hub.connections):
        if connection.slot != slot:
            continue
        names = tuple(connection.watches)
        if names not in encoded:
            encoded[names] = frames.encode({"is": "heads", "heads": {name: hub.rings[name].sent for name in names}})
        connection.mention(encoded[names])


def forget_idle_rings(hub: Hub) -> None:
    """Lets go of the streams nobody watches any more."""
    now = hub.loop.time()
    for name, ring in list(hub.rings.items()):
        if not ring.watches and now - ring.left_at > limits.RING_IDLE:
            del hub.rings[name]
