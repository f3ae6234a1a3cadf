"""Daphne, with the protocol of each socket handed to the application, guarded, and ended in order."""

import asyncio
import gc
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import autobahn.twisted.websocket
import autobahn.websocket.protocol
import daphne.server
from django.conf import settings
from django.utils.module_loading import import_string
from twisted.internet import reactor

from realtime.live import limits
from realtime.live.database import close_database_threads
from realtime.live.guard import protect
from realtime.live.process import end_hub
from realtime.live.writer import writer

PING_INTERVAL = 20
BACKLOG = 2048  # everybody comes back at once after a restart
FINISH_SECONDS = 8.0


class Server(daphne.server.Server):
    """Gives a WebSocket's application its protocol, as `scope["parvis.protocol"]`, and a bounded queue.

    The root path is the server's own: a client that sends Daphne-Root-Path is not believed.
    """

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        scope["root_path"] = self.root_path
        if scope["type"] != "websocket":
            return super().create_application(protocol, scope)
        inbox = protect(protocol, ping_interval=self.ping_interval)
        scope = {**scope, "asgi": {"version": "3.0"}, "parvis.protocol": protocol}
        application = self.application(scope=scope, receive=inbox.get, send=partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(application)
        return inbox


def make_server(host: str = "127.0.0.1", port: int = 8000, *, unix: str = "", proxied: bool = False) -> Server:
    """A server of this project on a TCP port, or on the Unix socket `unix`; `run()` serves until SIGINT or SIGTERM.

    With `proxied`, the client's address is read from X-Forwarded-For.
    """
    log_plainly()
    address = f"unix:{unix}" if unix else f"tcp:{port}:interface={host.replace(':', chr(92) + ':')}"
    server = Server(
        import_string(settings.ASGI_APPLICATION),
        endpoints=[f"{address}:backlog={BACKLOG}"],
        signal_handlers=False,
        ping_interval=PING_INTERVAL,
        websocket_max_message_size=limits.PROTOCOL_BYTES,
        websocket_max_frame_size=limits.PROTOCOL_BYTES,
        websocket_handshake_timeout=30,  # a thousand at once wait their turn
        websocket_timeout=-1,  # the hub bounds a socket's life
        proxy_forwarded_address_header="X-Forwarded-For" if proxied else None,
        proxy_forwarded_proto_header="X-Forwarded-Proto" if proxied else None,
        server_name="",
        verbosity=0,
    )
    server.ready_callable = partial(_get_ready, server)
    return server


def named(thing: object) -> str:
    return getattr(thing, "__qualname__", "")


PLAIN: dict[str, Callable[[Any], str]] = {"pformat": repr, "hltype": named, "hlval": str}  # what Autobahn formats with


def log_plainly() -> None:
    """Lets Autobahn format what it logs in the cheapest way: it does so, in colors, before it asks whether anybody reads it.

    That was a third of what somebody who comes back costs.
    """
    for module in (autobahn.websocket.protocol, autobahn.twisted.websocket):
        for name in PLAIN.keys() & vars(module).keys():
            setattr(module, name, PLAIN[name])


def _get_ready(server: Server) -> None:
    """Just before serving: what was made at start-up is no garbage, and the signals end us in order."""
    gc.collect()
    gc.freeze()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, partial(_on_signal, server))


def _on_signal(server: Server, number: int, frame: Any) -> None:
    reactor.callFromThread(_stop_once, server)


def _stop_once(server: Server) -> None:
    if not hasattr(server, "stopping"):
        server.stopping = asyncio.ensure_future(_stop(server))


async def _stop(server: Server) -> None:
    """Takes nobody in any more, says goodbye, lets requests and the writer finish, and ends."""
    for listener in server.listeners:
        listener.addCallback(lambda port: port.stopListening())
    await end_hub(limits.SERVER_STOPS)
    await _requests_done(server)
    await asyncio.get_running_loop().run_in_executor(None, writer.stop)
    await asyncio.get_running_loop().run_in_executor(None, close_database_threads)
    for details in server.connections.values():
        details.setdefault("application_instance", asyncio.ensure_future(asyncio.sleep(0)))  # Daphne expects one
    reactor.stop()  # type: ignore[misc]  # the module stands for the reactor


async def _requests_done(server: Server) -> None:
    deadline = asyncio.get_running_loop().time() + FINISH_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        running = [details.get("application_instance") for details in server.connections.values()]
        if all(task is None or task.done() for task in running):
            return
        await asyncio.sleep(0.05)
