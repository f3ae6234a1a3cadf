"""The addresses of WebSockets."""

from typing import Any

from realtime.live.outlet import Send
from realtime.live.socket import Receive, live_socket

sockets = {"/live/socket": live_socket}


async def route(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serves a WebSocket at its address, and refuses it elsewhere."""
    if scope["path"] in sockets:
        await sockets[scope["path"]](scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 1000})
