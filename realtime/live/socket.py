"""One plain ASGI application a socket: the origin, the person, then frame after frame."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http.cookies import CookieError, SimpleCookie
from itertools import count
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http.request import split_domain_port, validate_host

from intranet.accounts.policy import Audience, Policy
from realtime.live import limits
from realtime.live.connection import Connection
from realtime.live.dispatch import handle
from realtime.live.frames import encode
from realtime.live.heart import SLOTS
from realtime.live.hub import Hub
from realtime.live.outlet import Outlet, Send, SendOutlet, SocketOutlet
from realtime.live.people import Visitor
from realtime.live.process import the_hub

logger = logging.getLogger(__name__)
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
S = TypeVar("S", bound=Callable[..., Awaitable[None]])
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_number = count()


def socket_policy(policy: Policy) -> Callable[[S], S]:
    """Declares who may open a socket and what kind of object its address names, for the access matrix to read.

    The application itself holds to it: nobody gets past `let_in` without being signed in.
    """

    def declare(application: S) -> S:
        application.policy = policy  # type: ignore[attr-defined]  # read back by policy_of
        return application

    return declare


@socket_policy(Policy(Audience.PERSON))
async def live_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Serves one WebSocket, once `let_in` let it in."""
    hub = the_hub()
    visitor = await let_in(hub, scope, receive, send)
    if visitor is None:
        return
    connection = Connection(visitor, outlet_of(scope, send), fetch=hub.fetch, slot=next(_number) % SLOTS)
    async with staying(hub, connection, send) as is_in:
        if is_in:
            await converse(hub, connection, receive)


async def let_in(
    hub: Hub, scope: Scope, receive: Receive, send: Send, *, away: int = limits.SERVER_STOPS
) -> Visitor | None:
    """Whoever opens a socket; None when it is closed already.

    Refused before the handshake when it comes from elsewhere; closed after it with a code the client can read when the
    tab is too old, its session went too fast, nobody is signed in, or (with `away`) the database cannot be asked.
    """
    await receive()
    if not is_from_here(scope):
        await send({"type": "websocket.close", "code": 1000})
        return None
    await send({"type": "websocket.accept"})
    if not speaks_our_protocol(scope):
        await send_last(send, {"is": "reload", "protocol": limits.PROTOCOL}, limits.TOO_OLD)
        return None
    key, code = session_key(scope), limits.SIGNED_OUT
    if hub.is_kept_out(key):
        code = limits.TOO_MANY
    else:
        try:
            if visitor := await hub.admit(key):
                return visitor
        except DatabaseError as error:
            logger.warning("Nobody can be let in while the database is away: %r", error)
            code = away
    await send({"type": "websocket.close", "code": code})
    return None


@asynccontextmanager
async def staying(hub: Hub, connection: Connection, send: Send) -> AsyncIterator[bool]:
    """Keeps a connection in the hub while the block lasts; False, and closed, when its person has too many already."""
    if not hub.join(connection):
        await send({"type": "websocket.close", "code": limits.TOO_MANY})
        yield False
        return
    try:
        yield True
    finally:
        if connection.closed_with == limits.TOO_MANY:
            hub.keep_out(connection.visitor.session_key)
        hub.leave(connection)


async def converse(hub: Hub, connection: Connection, receive: Receive) -> None:
    """Welcomes, then handles the frames one after the other until the socket is closed."""
    connection.reply(welcome(connection))
    buckets = (connection.bucket, hub.buckets[connection.person_id])
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        if not connection.is_closed:
            await handle(connection, buckets, message.get("text"))
        await room(connection)


async def room(connection: Connection) -> None:
    """Waits while the client has too many answers to read, or to come."""
    while not connection.is_closed and (
        connection.pending_bytes > limits.REPLIES_BYTES or connection.in_flight >= limits.IN_FLIGHT
    ):
        connection.room.clear()
        await connection.room.wait()


def welcome(connection: Connection) -> dict[str, Any]:
    """The first frame: the protocol's version, who one is, and how often to expect a sign of life."""
    person = {"id": connection.person_id, "name": connection.visitor.user.name}
    return {"is": "welcome", "protocol": limits.PROTOCOL, "person": person, "heartbeat": limits.HEARTBEAT}


def outlet_of(scope: Scope, send: Send) -> Outlet:
    """Straight into Daphne's socket where our server offers it, else the server's own `send`."""
    protocol = scope.get("parvis.protocol")
    return SocketOutlet(protocol) if settings.PARVIS_FAST_PATH and SocketOutlet.fits(protocol) else SendOutlet(send)


async def send_last(send: Send, frame: dict[str, Any], code: int) -> None:
    """One frame and goodbye."""
    outlet = SendOutlet(send)
    outlet.write(encode(frame))
    outlet.close(code)
    if outlet.sending:
        await outlet.sending


def is_from_here(scope: Scope) -> bool:
    """Whether the Host is ours and the Origin is, in full, one of the addresses people open."""
    headers = dict(scope["headers"])
    host, _port = split_domain_port(headers.get(b"host", b"").decode("latin1"))
    return (
        bool(host)
        and validate_host(host, settings.ALLOWED_HOSTS)
        and is_our_origin(headers.get(b"origin", b"").decode("latin1"))
    )


def is_our_origin(origin: str) -> bool:
    """Scheme, host and port must be equal to one of PARVIS_ORIGINS; in development any port of this machine is."""
    if origin in settings.PARVIS_ORIGINS:
        return True
    try:
        parts = urlsplit(origin)
        return settings.PARVIS_LOCAL_ORIGINS and parts.scheme == "http" and parts.hostname in LOCAL and not parts.path
    except ValueError:
        return False


def speaks_our_protocol(scope: Scope) -> bool:
    """Whether the tab was loaded for this version of the protocol."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin1")).get("protocol", [""])
    return asked == [str(limits.PROTOCOL)]


def session_key(scope: Scope) -> str:
    """The session cookie, empty when there is none."""
    cookies: SimpleCookie = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                cookies.load(value.decode("latin1"))
            except CookieError:
                return ""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""
