"""The way straight into Daphne's socket: whole frames, in order, whatever the socket takes at a time."""

import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from autobahn.websocket.protocol import TrafficStats
from twisted.internet import tcp

from realtime.live.outlet import SocketOutlet


class Transport:
    """What Twisted does with the bytes a socket did not take: it keeps them until `drain`."""

    TLS = False

    def __init__(self, end: socket.socket) -> None:
        self.socket = end
        self.dataBuffer = b""
        self._tempDataBuffer: list[bytes] = []
        self.connected = True
        self.producer: Any = None

    def write(self, data: bytes) -> None:
        self._tempDataBuffer.append(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:  # noqa: N802  # Twisted's name
        assert self.producer is None
        self.producer = producer
        producer.resumeProducing()

    def unregisterProducer(self) -> None:  # noqa: N802  # Twisted's name
        self.producer = None

    def drain(self) -> None:
        self.socket.sendall(b"".join(self._tempDataBuffer))
        self._tempDataBuffer.clear()
        if self.producer:
            self.producer.resumeProducing()


class Line:
    """A socket pair with an outlet at one end."""

    def __init__(self) -> None:
        ours, self.theirs = socket.socketpair()
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.theirs.settimeout(1)
        self.transport = Transport(ours)
        self.protocol = SimpleNamespace(transport=self.transport, state=3, STATE_OPEN=3)
        self.outlet = SocketOutlet(self.protocol)
        self.drained = 0
        self.outlet.drained = self.count

    def count(self) -> None:
        self.drained += 1

    def read(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            got += self.theirs.recv(size - len(got))
        return got

    def close(self) -> None:
        self.transport.socket.close()
        self.theirs.close()


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


def test_bytes_go_straight_into_the_socket(line: Line) -> None:
    assert line.outlet.write(b"hello")
    assert line.read(5) == b"hello"
    assert line.transport.producer is None


def test_what_the_socket_does_not_take_is_kept_and_comes_first(line: Line) -> None:
    data = bytes(range(256)) * 4096
    assert not line.outlet.write(data)
    assert line.outlet.is_full
    line.outlet.write(b"after")
    kept = b"".join(line.transport._tempDataBuffer)
    line.transport._tempDataBuffer.clear()
    assert line.read(len(data) + 5 - len(kept)) + kept == data + b"after"


def test_it_hears_when_there_is_room_again(line: Line) -> None:
    line.outlet.write(b"x" * 1_000_000)
    line.transport._tempDataBuffer.clear()
    assert line.drained == 0
    line.transport.producer.resumeProducing()
    assert line.drained == 1
    assert line.transport.producer is None


def test_it_hears_of_room_after_bytes_somebody_else_wrote(line: Line) -> None:
    """The handshake and pings go through the transport: what is said right after them must not wait for ever."""
    line.transport.write(b"handshake")
    assert line.outlet.is_full
    line.outlet.wait_for_room()
    line.transport.drain()
    assert line.drained == 1


def test_its_socket_is_lent_only_while_nothing_waits(line: Line) -> None:
    """A pong half sent must be finished first: whoever writes straight hears that others' bytes wait, before they do."""
    send = line.outlet.straight()
    assert send
    assert send(b"hello") == 5
    line.outlet.held = lambda: heard.append(line.outlet.is_full)
    heard: list[bool] = []
    line.protocol.transport.write(b"pong")
    assert heard == [False]
    assert line.outlet.straight() is None
    line.outlet.wait_for_room()
    line.transport.drain()
    assert line.outlet.straight()
    line.outlet.write(b"x" * 1_000_000)
    assert heard == [False, False]
    assert line.outlet.straight() is None


def test_a_socket_once_lent_writes_nowhere_else_when_it_is_gone(line: Line) -> None:
    """Its number may be another's by then; the socket itself knows that it is closed."""
    send = line.outlet.straight()
    assert send
    number = line.transport.socket.fileno()
    line.transport.socket.close()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert number in (ours.fileno(), theirs.fileno())
        with pytest.raises(OSError, match="Bad file descriptor"):
            send(b"for whoever it was")


def test_nothing_follows_a_goodbye(line: Line) -> None:
    line.protocol.state = 2
    assert line.outlet.straight() is None
    assert line.outlet.write(b"later")
    line.transport.socket.close()
    assert line.theirs.recv(10) == b""


def test_a_socket_that_is_gone_is_no_error(line: Line) -> None:
    line.transport.socket.close()
    assert line.outlet.write(b"hello")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda transport: setattr(transport, "TLS", True),
        lambda transport: delattr(transport, "dataBuffer"),
        lambda transport: delattr(transport, "_tempDataBuffer"),
        lambda transport: delattr(transport, "socket"),
    ],
)
def test_without_what_it_needs_it_does_not_fit(line: Line, spoil: Callable[[Any], None]) -> None:
    assert SocketOutlet.fits(line.protocol)
    kept = line.transport.socket
    spoil(line.transport)
    assert not SocketOutlet.fits(line.protocol)
    line.transport.socket = kept


def test_this_twisted_has_what_it_needs() -> None:
    """When Twisted renames its buffers, sockets are served through `send`: slower, and this test says why."""
    assert isinstance(tcp.Connection.dataBuffer, bytes)
    ours, theirs = socket.socketpair()
    nothing: Any = SimpleNamespace()
    connection = tcp.Connection(ours, nothing, reactor=nothing)
    protocol = SimpleNamespace(transport=connection, STATE_OPEN=3)
    assert SocketOutlet.fits(protocol)
    ours.close()
    theirs.close()


def test_autobahn_gives_its_bytes_to_the_transport_where_we_overhear(line: Line) -> None:
    """Handshakes, pongs and goodbyes: when another way is taken, bytes could be written into the middle of them."""
    new_factory, new_stats = cast("Any", WebSocketServerFactory), cast("Any", TrafficStats)
    speaker = new_factory().buildProtocol(None)
    speaker.transport, speaker.state, speaker.peer = line.transport, WebSocketServerProtocol.STATE_OPEN, "here"
    speaker.send_queue, speaker.trafficStats, speaker.log = [], new_stats(), speaker.factory.log
    for name in (*speaker.CONFIG_ATTRS_COMMON, *speaker.CONFIG_ATTRS_SERVER):
        setattr(speaker, name, getattr(speaker.factory, name))
    heard: list[bool] = []
    line.outlet.held = lambda: heard.append(True)
    speaker.sendPong(b"still here")
    assert heard == [True]
    speaker.sendClose(1000)
    assert heard == [True, True]
