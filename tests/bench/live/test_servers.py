"""The limit and the tutorial answer as the clients' program expects, to a client that is strict about WebSockets."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from intranet.bench.live.compiling import compiled
from intranet.bench.live.servers.base import Absent, Server
from intranet.bench.live.servers.peers import Limit, NodeWs, Tutorial
from intranet.bench.live.servers.xmpp import Ejabberd

Frame = dict[str, Any]


@pytest.fixture(params=[Limit, Tutorial])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    made: Server = request.param(tmp_path)
    made.start(2)
    yield made
    made.stop()


def open_socket(server: Server) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{server.ports[0]}/live/socket?protocol=1", compression=None, proxy=None)


def hear(socket: ClientConnection) -> Frame:
    frame: Frame = json.loads(socket.recv(timeout=10))
    return frame


def ask(socket: ClientConnection, **frame: Any) -> None:
    socket.send(json.dumps(frame, separators=(",", ":")))


def watch(socket: ClientConnection, **after: int) -> None:
    assert hear(socket)["is"] == "welcome"
    ask(socket, do="watch", ref=1, stream="thread:1", **after)
    assert hear(socket)["ref"] == 1


def test_what_one_says_both_are_told_and_one_is_answered(server: Server) -> None:
    with open_socket(server) as speaker, open_socket(server) as listener:
        watch(speaker)
        watch(listener)

        ask(speaker, do="say", ref=7, thread=1, cid=str(uuid.uuid4()), body='Bonjour à "tous"')

        told = {frame["is"]: frame for frame in (hear(speaker), hear(speaker))}
        heard = hear(listener)
    assert told["ok"]["ref"] == 7
    assert heard == told["event"]
    assert heard["payload"]["body"] == 'Bonjour à "tous"'
    assert heard["seq"] == 1


def test_the_limit_gives_exactly_the_gap(tmp_path: Path) -> None:
    limit = Limit(tmp_path)
    limit.start(1)
    with open_socket(limit) as speaker:
        watch(speaker)
        for text in ("un", "deux", "trois"):
            ask(speaker, do="say", ref=2, thread=1, cid=str(uuid.uuid4()), body=text)
            assert {hear(speaker)["is"], hear(speaker)["is"]} == {"ok", "event"}
        with open_socket(limit) as late:
            assert hear(late)["is"] == "welcome"
            ask(late, do="watch", ref=1, stream="thread:1", after=1)
            told = [hear(late) for _ in range(3)]
            gap = [frame["payload"]["body"] for frame in told if frame["is"] == "event"]
    limit.stop()

    assert gap == ["deux", "trois"]
    assert (tmp_path / "messages.log").read_bytes().count(b"message.posted") == 3


def test_without_a_compiler_the_limit_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intranet.bench.live.compiling.find_compiler", lambda: None)
    compiled.cache_clear()

    with pytest.raises(Absent, match="a C compiler"):
        Limit(tmp_path).start(1)

    compiled.cache_clear()


def test_peers_are_not_fetched_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)

    for peer in (Ejabberd(tmp_path, install=False), NodeWs(tmp_path, install=False)):
        with pytest.raises(Absent, match="--peers"):
            peer.start(1)
        peer.stop()
