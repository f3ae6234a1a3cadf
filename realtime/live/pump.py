"""What the hub does when it was rung: read the news once, ask who may still see it, publish it."""

import asyncio
import logging

from realtime.live import limits
from realtime.live.database import in_database
from realtime.live.hub import Hub
from realtime.live.log import News, Place, may_watch, read_news
from realtime.live.people import current_epoch, refresh, still_signed_in
from realtime.live.ring import Ring

logger = logging.getLogger(__name__)
IDLE_RINGS_A_TURN = 20


async def pump(hub: Hub) -> None:
    """Serves the bell for ever, one turn after the other; a database that is away is asked again in a second."""
    while True:
        await hub.wake.wait()
        hub.wake.clear()
        rings = [ring for ring in hub.rung if ring.watches]
        hub.rung.clear()
        try:
            await turn(hub, rings)
        except Exception:
            logger.exception("The hub could not read; it will try again.")
            hub.rung.update(rings)
            await asyncio.sleep(1)
            hub.wake.set()


async def turn(hub: Hub, rings: list[Ring]) -> None:
    """One reading of `rings`. A new access epoch asks about people first, then about each stream's watchers."""
    news = await in_database(read_news, [Place(ring.stream_id, ring.name, ring.head) for ring in rings])
    await hear_access(hub, news)
    await check_people(hub)
    for ring in rings:
        if events := news.events.get(ring.stream_id):
            await check_ring(hub, ring)
            hub.delivery.publish(ring, events)
    if news.is_cut:
        hub.rung.update(rings)
        hub.wake.set()
    await check_idle_rings(hub)


async def hear_access(hub: Hub, news: News) -> None:
    """Learns the newest epoch, from the news or, when the access bell rang, from the database."""
    hub.seen = max(hub.seen, news.epoch)
    if not hub.is_access_rung:
        return
    hub.is_access_rung = False
    try:
        hub.seen = max(hub.seen, await in_database(current_epoch))
    except Exception:
        hub.is_access_rung = True
        raise


async def check_people(hub: Hub, *, even_if_known: bool = False) -> None:
    """Closes the sockets of those who are no longer signed in, when the epoch moved or when asked to.

    Who chose meanwhile to be seen, or not to be, is shown or hidden where they are.
    """
    epoch, asked = hub.seen, list(hub.connections)
    if epoch <= hub.people_epoch and not even_if_known:
        return
    pairs = [(connection.visitor.session_key, connection.person_id) for connection in asked]
    sessions, facts = await in_database(still_signed_in, pairs) if pairs else ({}, {})
    for connection in asked:
        visitor = connection.visitor
        was_shown = visitor.shows_presence
        if not refresh(visitor, sessions.get(visitor.session_key), facts.get(visitor.user.pk)):
            hub.dismiss(connection, limits.SIGNED_OUT)
        elif visitor.shows_presence is not was_shown:
            hub.presence.chose(connection)
    hub.set_next_deadline()
    hub.people_epoch = max(hub.people_epoch, epoch)


async def check_ring(hub: Hub, ring: Ring) -> None:
    """Stops sending a stream to those who may no longer see it, unless that was asked about just now."""
    epoch, asked, now = hub.seen, list(ring.watches.values()), hub.loop.time()
    if ring.is_sure(epoch, now):
        return
    entitled = await in_database(may_watch, ring.kind, ring.key, {watch.connection.person_id for watch in asked})
    for watch in asked:
        if watch.connection.person_id not in entitled and ring.watches.get(watch.connection) is watch:
            hub.unwatch(watch.connection, ring.name)
            watch.connection.reply({"is": "gone", "stream": ring.name})
    ring.epoch, ring.asked_at = max(ring.epoch, epoch), now


async def check_idle_rings(hub: Hub) -> None:
    """Asks about streams without news too, a few at a turn, so that who lost a right is told soon."""
    stale = [ring for ring in hub.rings.values() if ring.watches and ring.epoch < hub.seen]
    for ring in stale[:IDLE_RINGS_A_TURN]:
        await check_ring(hub, ring)
    if len(stale) > IDLE_RINGS_A_TURN:
        hub.wake.set()
