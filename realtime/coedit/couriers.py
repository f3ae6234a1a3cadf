"""Carries cursors between processes over the channel layer: a group a document. What is lost costs seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from channels.layers import get_channel_layer

from realtime.coedit.messages import Told
from realtime.live.limits import BELL_TIMEOUT, TICK
from realtime.live.ringer import reaches_others

logger = logging.getLogger(__name__)
Heard = Callable[[int, str, list[Told] | None], None]


class Courier:
    """Tells the other processes of this one's cursors and hears of theirs. `heard` gets None when somebody asks."""

    def __init__(self, name: str, heard: Heard) -> None:
        self.name, self.heard = name, heard
        self.channel = ""
        self.open: set[int] = set()
        self.sending: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Hears the others for ever, from the beginning again when the layer fails."""
        while True:
            try:
                layer = get_channel_layer()
                self.channel = await layer.new_channel()
                for document_id in self.open:
                    await layer.group_add(group(document_id), self.channel)
                while True:
                    self._hear(await layer.receive(self.channel))
            except Exception as error:  # whatever a layer raises
                logger.warning("The layer is away: %r", error)
                await asyncio.sleep(TICK)

    async def enter(self, document_id: int) -> None:
        """Listens to a document from now on, and asks who is in it elsewhere."""
        self.open.add(document_id)
        if reaches_others() and self.channel:
            self._do(get_channel_layer().group_add(group(document_id), self.channel))
            self._send(document_id, None)

    def leave(self, document_id: int) -> None:
        """Listens to it no more."""
        self.open.discard(document_id)
        if reaches_others() and self.channel:
            self._do(get_channel_layer().group_discard(group(document_id), self.channel))

    def tell(self, document_id: int, told: list[Told]) -> None:
        """Tells the others what clients of this process say of themselves."""
        if told and reaches_others():
            self._send(document_id, [list(one) for one in told])

    async def end(self) -> None:
        """Forgets what is not sent yet."""
        for task in self.sending:
            task.cancel()
        await asyncio.gather(*self.sending, return_exceptions=True)

    def _send(self, document_id: int, told: list[Any] | None) -> None:
        message = {"type": "awareness", "process": self.name, "document": document_id, "told": told}
        self._do(get_channel_layer().group_send(group(document_id), message))

    def _do(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(self._bounded(work))
        self.sending.add(task)
        task.add_done_callback(self.sending.discard)

    async def _bounded(self, work: Awaitable[None]) -> None:
        try:
            await asyncio.wait_for(work, BELL_TIMEOUT)
        except Exception as error:  # whatever a layer raises
            logger.warning("Cursors were not told on: %r", error)

    def _hear(self, message: dict[str, Any]) -> None:
        if message["process"] == self.name or message["document"] not in self.open:
            return
        told = message["told"]
        self.heard(message["document"], message["process"], None if told is None else [Told(*one) for one in told])


def group(document_id: int) -> str:
    return f"coedit.{document_id}"
