"""Rings the other processes through the channel layer, and hears them. May be lost, late, doubled: never leaned on."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from channels.layers import get_channel_layer
from django.conf import settings

from realtime.live import limits

if TYPE_CHECKING:
    from realtime.live.hub import Hub

logger = logging.getLogger(__name__)
BELL = "live.bell"
PRESENCE = "live.presence"


class Ringer:
    """Sends what moved, at most one message at a time: what moves meanwhile goes into the next. Lives on one loop."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.is_failing = self.is_probing = False
        self.moved: dict[str, int] = {}
        self.is_access_moved = False
        self.streams: dict[str, list[int]] = {}
        self.typing: dict[str, set[int]] = {}
        self.sending: asyncio.Task[None] | None = None

    def tell_moved(self, moved: dict[str, int], *, access: bool = False) -> None:
        """These streams stand at these heads; with `access`, a right was taken away somewhere."""
        if reaches_others():
            for name, head in moved.items():
                self.moved[name] = max(head, self.moved.get(name, 0))
            self.is_access_moved |= access
            self._start()

    def tell_presence(self, streams: dict[str, list[int]], typing: dict[str, int]) -> None:
        """These people, by id, are on these streams in this process; one person writes in each of `typing`."""
        if reaches_others():
            self.streams |= streams
            for name, person in typing.items():
                self.typing.setdefault(name, set()).add(person)
            self._start()

    def probe(self) -> None:
        """Sends an empty bell after a failure, to learn whether the layer is back."""
        self.is_probing = True
        self._start()

    def _start(self) -> None:
        if self.sending is None:
            self.sending = asyncio.ensure_future(self._send())

    async def _send(self) -> None:
        try:
            while message := self._take():
                await asyncio.wait_for(get_channel_layer().group_send(*message), limits.BELL_TIMEOUT)
                self.is_failing = False
        except Exception as error:  # whatever a layer raises: a lost bell costs latency
            self.is_failing = True
            logger.warning("The bell was not heard: %r", error)
        finally:
            self.sending = None

    def _take(self) -> tuple[str, dict[str, Any]] | None:
        if self.moved or self.is_access_moved or self.is_probing:
            self.is_probing = False
            moved, self.moved = self.moved, {}
            access, self.is_access_moved = self.is_access_moved, False
            return BELL, {"type": "bell", "moved": moved, "access": access}
        if self.streams or self.typing:
            streams, self.streams = self.streams, {}
            typing = {name: people.pop() for name, people in self.typing.items()}
            self.typing = {name: people for name, people in self.typing.items() if people}
            return PRESENCE, {"type": "presence", "process": self.name, "streams": streams, "typing": typing}
        return None


def reaches_others() -> bool:
    """Whether anybody listens to the layer: other processes, or this one where tests make it hear only the layer."""
    return bool(settings.PARVIS_MANY_PROCESSES or not settings.PARVIS_DIRECT_BELL)


async def listen(hub: Hub) -> None:
    """Hears the layer for ever, from the beginning again when it fails."""
    while True:
        try:
            await _listen(hub)
        except Exception as error:  # whatever a layer raises
            hub.ringer.is_failing = True
            logger.warning("The layer is away: %r", error)
            await asyncio.sleep(limits.TICK)


async def _listen(hub: Hub) -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(BELL, channel)
    await layer.group_add(PRESENCE, channel)
    while True:
        message = await layer.receive(channel)
        if message["type"] == "bell":
            hub.hear(message["moved"])
            if message["access"]:
                hub.hear_access()
        elif message["type"] == "presence":
            hub.presence.hear(message["process"], message["streams"], message["typing"])
