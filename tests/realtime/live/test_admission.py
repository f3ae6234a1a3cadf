"""The door of the socket while the database is away."""

from typing import Any

import pytest
from django.db import OperationalError

from realtime.live import limits
from realtime.live.process import end_hub
from realtime.live.socket import live_socket

SCOPE = {"headers": [(b"host", b"localhost"), (b"origin", b"http://testserver")], "query_string": b"protocol=1"}


async def test_nobody_is_let_in_and_all_may_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket that fell over would be closed with 1011; this one says to connect again."""

    def fail(keys: Any) -> None:
        raise OperationalError("the database is away")

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    sent: list[dict[str, Any]] = []
    monkeypatch.setattr("realtime.live.hub.admit", fail)

    await live_socket(SCOPE, receive, send)
    await end_hub(1000)

    assert sent == [{"type": "websocket.accept"}, {"type": "websocket.close", "code": limits.SERVER_STOPS}]
