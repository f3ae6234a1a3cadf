"""A server that speaks as ours does and tells one client the wrong thing, as it is asked to."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve


class Faulty:
    """Tells everybody what is said. To the last client it tells the fourth message as `fault` says."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.clients: list[ServerConnection] = []
        self.seq = 0
        self.kept: dict[ServerConnection, str] = {}
        self.port = 0

    async def serve_one(self, client: ServerConnection) -> None:
        self.clients.append(client)
        await client.send('{"is":"welcome"}')
        async for text in client:
            await self.answer(client, json.loads(text))

    async def answer(self, client: ServerConnection, frame: dict[str, Any]) -> None:
        if frame["do"] == "say" and not (self.fault == "no ack" and self.seq == 3):
            await self.tell(frame["body"])
        elif frame["do"] == "say":
            self.seq += 1
            return
        await client.send(f'{{"is":"ok","ref":{frame["ref"]}}}')

    async def tell(self, body: str) -> None:
        self.seq += 1
        event = json.dumps({"is": "event", "stream": "thread:1", "seq": self.seq, "body": body}, separators=(",", ":"))
        for client in self.clients[:-1]:
            await client.send(event)
        for told in self.wrong(event) if self.seq in (4, 5) else [event]:
            await self.clients[-1].send(told)

    def wrong(self, event: str) -> list[str]:
        fourth = self.seq == 4
        match self.fault:
            case "gap":
                return [] if fourth else [event]
            case "double":
                return [event, event] if fourth else [event]
            case "reorder":
                kept, self.last = getattr(self, "last", ""), event
                return [] if fourth else [event, kept]
        return [event]


@contextmanager
def faulty(fault: str) -> Iterator[Faulty]:
    """Such a server in a thread of its own."""
    server, ready, loop = Faulty(fault), threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    async def main() -> None:
        async with serve(server.serve_one, "127.0.0.1", 0, compression=None) as listening:
            server.port = next(iter(listening.sockets)).getsockname()[1]
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()))
    thread.start()
    ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()
