"""The addresses of WebSockets."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from realtime.coedit.socket import document_socket
from realtime.live.outlet import Send
from realtime.live.socket import Receive, live_socket

Application = Callable[..., Awaitable[None]]
sockets: dict[str, Application] = {
    r"/live/socket": live_socket,
    r"/live/documents/(?P<pk>[1-9][0-9]{0,17})": document_socket,
}


async def route(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serves a WebSocket at its address, and refuses it elsewhere."""
    for pattern, application in sockets.items():
        if found := re.fullmatch(pattern, scope["path"], re.ASCII):
            arguments = {name: int(value) for name, value in found.groupdict().items()}
            await application(scope, receive, send, **arguments)
            return
    await receive()
    await send({"type": "websocket.close", "code": 1000})
