"""Two processes never share a port, nor an in-memory bell."""

import socket
from pathlib import Path
from typing import Any

import pytest

from intranet.portal import process
from intranet.portal.process import BellHeld, PortTaken, check_port, hold_bell


@pytest.fixture(autouse=True)
def own_data(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": process.IN_MEMORY}}
    monkeypatch.setattr(process, "lock_path", lambda: tmp_path / "bell.lock")


def test_a_second_process_hears_who_holds_the_bell() -> None:
    claim = hold_bell("http://localhost:8000")
    with pytest.raises(BellHeld, match=r"http://localhost:8000 \(process \d+\)"):
        hold_bell("http://localhost:8001")
    assert claim is not None
    claim.close()


def test_a_bell_is_free_again_when_its_holder_ends() -> None:
    for address in ("http://localhost:8000", "http://localhost:8001"):
        claim = hold_bell(address)
        assert claim is not None
        claim.close()


def test_a_bell_that_rings_between_processes_needs_no_claim(settings: Any) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}}
    assert hold_bell("http://localhost:8000") is None


def test_a_taken_port_is_noticed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)
