"""The faults of a crash run, dealt from a seed like cards: each kind once before any comes again."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Protocol

from tests.crash.history import Fault
from tests.crash.house import House
from tests.support.sites import Process

Strike = Callable[[], Awaitable[None]]


class Chronicle(Protocol):
    """Where faults are noted."""

    faults: list[Fault]


class Breaker:
    """Breaks a house in every way it knows, and makes it well again. `strikes` are its ways, by name."""

    def __init__(self, house: House, history: Chronicle, seed: str) -> None:
        self.house, self.history = house, history
        self.chance = random.Random(seed)
        self.strikes = {**self.of_servers(), **(self.of_services() if house.redis else {}), **self.of_disk()}

    def deal(self) -> Iterator[str]:
        """Names of faults for ever, in rounds of all of them."""
        while True:
            yield from self.chance.sample(sorted(self.strikes), len(self.strikes))

    async def strike(self, kind: str) -> None:
        """Breaks something and returns when it is well again."""
        begun = time.monotonic()
        await self.strikes[kind]()
        self.history.faults.append(Fault(kind, begun, time.monotonic()))

    async def last(self, least: float, most: float) -> None:
        await asyncio.sleep(self.chance.uniform(least, most))

    # --- the ways -------------------------------------------------------------------------------

    def of_servers(self) -> dict[str, Strike]:
        strikes: dict[str, Strike] = {}
        for number, process in enumerate(self.house.site.processes, start=1):
            strikes[f"kill -9 of server {number}"] = partial(self.kill_server, process)
            strikes[f"SIGSTOP of server {number}"] = partial(self.freeze, process.send)
        return strikes

    def of_services(self) -> dict[str, Strike]:
        return {
            "kill -9 of PostgreSQL": self.kill_database,
            "SIGSTOP of PostgreSQL": partial(self.freeze, self.house.cluster.send),
            "kill -9 of Redis": self.kill_redis,
            "SIGSTOP of Redis": partial(self.freeze, self.send_redis),
            "FLUSHALL of Redis": partial(self.tell_redis, "FLUSHALL"),
            "CLIENT KILL of Redis": partial(self.tell_redis, "CLIENT KILL TYPE pubsub", "CLIENT KILL TYPE normal"),
        }

    def of_disk(self) -> dict[str, Strike]:
        return {"full disk": self.fill_disk} if self.house.disk.is_mounted else {}

    async def kill_server(self, process: Process) -> None:
        await asyncio.to_thread(process.kill)
        await self.last(0.1, 1)
        await asyncio.to_thread(process.start)

    async def freeze(self, send: Callable[[signal.Signals], None]) -> None:
        send(signal.SIGSTOP)
        await self.last(0.8, 5)
        send(signal.SIGCONT)

    async def kill_database(self) -> None:
        await asyncio.to_thread(self.house.cluster.kill)
        await self.last(0.1, 2)
        await asyncio.to_thread(self.house.cluster.come_back)

    async def kill_redis(self) -> None:
        assert self.house.redis is not None
        await asyncio.to_thread(self.house.redis.kill)
        await self.last(0.1, 2)
        await asyncio.to_thread(self.house.redis.start)

    def send_redis(self, which: signal.Signals) -> None:
        assert self.house.redis is not None
        assert self.house.redis.process is not None
        self.house.redis.process.send_signal(which)

    async def tell_redis(self, *commands: str) -> None:
        await asyncio.to_thread(self.house.tell_redis, *commands)

    async def fill_disk(self) -> None:
        await asyncio.to_thread(self.house.disk.fill)
        await self.last(1, 3)
        await asyncio.to_thread(self.house.disk.clear)
        if self.house.redis:
            await asyncio.to_thread(self.house.cluster.come_back)  # it may have fallen over
