"""The ASGI application of a document's socket: who comes in, and what they send."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.db import DatabaseError

from intranet.accounts.policy import Audience, Policy
from realtime.coedit import limits, messages
from realtime.coedit.awareness import user_of
from realtime.coedit.copy import Broken
from realtime.coedit.editor import Editor
from realtime.coedit.messages import Message, Saying
from realtime.coedit.owners import NoOwner
from realtime.coedit.room import Room
from realtime.coedit.rooms import Rooms, rooms_of
from realtime.coedit.store import Shut
from realtime.coedit.wire import Malformed
from realtime.live.frames import BadFrame, decode
from realtime.live.outlet import Send
from realtime.live.people import Visitor
from realtime.live.process import the_hub
from realtime.live.socket import Receive, Scope, let_in, outlet_of, socket_policy, staying

logger = logging.getLogger(__name__)


@socket_policy(Policy(Audience.PERSON, "text"))
async def document_socket(scope: Scope, receive: Receive, send: Send, *, pk: int) -> None:
    """Serves one connection to the document `pk`, to whoever may read it."""
    hub = the_hub()
    visitor = await let_in(hub, scope, receive, send, away=limits.AWAY)
    if visitor is None:
        return
    rooms = rooms_of(hub)
    try:
        found = await _enter(rooms, visitor, pk, scope, send)
    except (DatabaseError, Broken) as error:
        logger.warning("A document could not be opened: %r", error)
        found = limits.AWAY
    if isinstance(found, int):
        await send({"type": "websocket.close", "code": found})
        return
    room, editor, epoch = found
    async with staying(hub, editor, send) as is_in:
        if not is_in:
            return
        try:
            editor.reply(hello(room, editor))
            room.join(editor, epoch)
            await converse(rooms, room, editor, receive)
        finally:
            room.leave(editor)


async def _enter(rooms: Rooms, visitor: Visitor, pk: int, scope: Scope, send: Send) -> tuple[Room, Editor, int] | int:
    """The room and a connection to it, with the access epoch of its right; or the code to close with.

    A document that is no more and one that the person does not see are closed alike.
    """
    rights = await rooms.rights(pk, visitor.user.pk)
    right = rights.of.get(visitor.user.pk)
    if right is None:
        return limits.NO_RIGHT
    try:
        room = await rooms.open(pk)
    except (Shut, NoOwner):
        return limits.GONE
    if len(room.editors) >= limits.CONNECTIONS:
        return limits.FULL
    return room, Editor(visitor, outlet_of(scope, send), right), rights.epoch


def hello(room: Room, editor: Editor) -> dict[str, Any]:
    """The first frame: which text this is, what may be done with it, and who one is to the others."""
    return {
        "is": "hello",
        "document": room.document_id,
        "epoch": room.epoch,
        "schema": room.copy.gate.schema.version,
        **editor.mode(),
        "you": user_of(editor.person_id, editor.visitor.user.name),
    }


async def converse(rooms: Rooms, room: Room, editor: Editor, receive: Receive) -> None:
    """Handles what comes until the connection ends."""
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        if editor.is_closed:
            continue
        if not editor.bucket.take():
            rooms.hub.dismiss(editor, limits.TOO_FAST)
            continue
        try:
            handle(rooms, room, editor, message)
        except (Malformed, BadFrame) as error:
            logger.warning("A frame was refused: %r", error)
            rooms.hub.dismiss(editor, limits.REFUSED)
        await _breathe(editor, message.get("bytes") or b"")


def handle(rooms: Rooms, room: Room, editor: Editor, message: dict[str, Any]) -> None:
    """One frame. Raises Malformed and BadFrame."""
    data = message.get("bytes")
    if data is None:
        _command(rooms, room, editor, message.get("text") or "")
        return
    if len(data) > limits.UPDATE_BYTES + 16:
        raise Malformed("too big")
    said: Message = messages.read(data)
    match said.saying:
        case Saying.STATE_VECTOR:
            room.ask(editor, said.data)
        case Saying.UPDATE:
            room.put(editor, said.data)
        case Saying.AWARENESS:
            _hear_cursor(room, editor, said)


def _command(rooms: Rooms, room: Room, editor: Editor, text: str) -> None:
    if len(text) > limits.TEXT_BYTES:
        raise BadFrame("too_big")
    match decode(text):
        case {"do": "ping", **more} if not more:
            editor.reply({"is": "pong"})
        case {"do": "save", **more} if not more:
            if editor.right.writes:
                rooms.keep(room)
        case _:
            raise BadFrame("bad_frame")


def _hear_cursor(room: Room, editor: Editor, said: Message) -> None:
    """Takes in where a cursor is. Another's id is passed over: two tabs may meet in it for a moment after a reload."""
    if not editor.is_shown:
        return
    user = user_of(editor.person_id, editor.visitor.user.name)
    for told in said.told:
        if room.claims.get(told.client, editor.person_id) == editor.person_id:
            room.awareness.tell(told, editor.source, user, now=room.hub.loop.time())


async def _breathe(editor: Editor, data: bytes) -> None:
    """Waits while too much of this client's waits for its commit, or while it sends more than its share of bytes."""
    while not editor.is_closed and editor.waiting >= limits.WAITING:
        editor.room.clear()
        await editor.room.wait()
    if data and not editor.bytes.take(len(data)):
        await asyncio.sleep(editor.bytes.wait)
        editor.bytes.take(len(data))
