"""A channel layer that lies: what is rung may never arrive, arrive twice, late, or in another order."""

import asyncio
import random
from typing import Any

from channels.layers import BaseChannelLayer
from django.utils.module_loading import import_string

IN_MEMORY: dict[str, Any] = {"BACKEND": "channels.layers.InMemoryChannelLayer"}


class ChaosChannelLayer:
    """Wraps the layer named by `inner` and disturbs every `send` and `group_send`.

    `drop` and `double` are probabilities, `delay` the most seconds a message waits. A delayed message
    is overtaken by those behind it, which is the reordering. The same `seed` disturbs alike.
    """

    def __init__(
        self,
        inner: dict[str, Any] | None = None,
        drop: float = 0.3,
        double: float = 0.1,
        delay: float = 0.05,
        seed: int | None = None,
        **_: Any,
    ) -> None:
        chosen = inner or IN_MEMORY
        config: dict[str, Any] = chosen.get("CONFIG", {})
        self.layer: BaseChannelLayer = import_string(chosen["BACKEND"])(**config)
        self.drop, self.double, self.delay = drop, double, delay
        self.random = random.Random(seed)  # chance, not secrecy
        self.late: set[asyncio.Task[None]] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.layer, name)

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        self._disturb(self.layer.send, channel, message)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self._disturb(self.layer.group_send, group, message)

    def _disturb(self, send: Any, address: str, message: dict[str, Any]) -> None:
        if self.random.random() < self.drop:
            return
        for _ in range(2 if self.random.random() < self.double else 1):
            task = asyncio.ensure_future(self._send_late(send, address, message))
            self.late.add(task)
            task.add_done_callback(self.late.discard)

    async def _send_late(self, send: Any, address: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(self.random.uniform(0, self.delay))
        await send(address, message)
