"""The clients' program finds what it is there to find, in C and in Python alike."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from intranet.bench.live import generator
from intranet.bench.live.compiling import compiled
from intranet.bench.live.generator import Generator, GeneratorFailed, our_dialect
from intranet.bench.live.servers.base import free_port
from tests.bench.live.faulty import Faulty, faulty


@pytest.fixture(params=["C", "Python"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "Python":
        monkeypatch.setattr(generator, "compiled", lambda name: None)
    elif compiled("generator") is None:
        pytest.fail("a C compiler is missing: apt-get install gcc")
    return str(request.param)


@pytest.fixture(params=["none"])
def server(request: pytest.FixtureRequest) -> Iterator[Faulty]:
    with faulty(request.param) as serving:
        yield serving


@pytest.fixture
def clients(language: str, server: Faulty, tmp_path: Path) -> Iterator[Generator]:
    """Six clients, of which two say things in turn."""
    dialect = our_dialect(server.port, 1, [[str(number)] for number in range(6)])
    made = Generator(dialect, [server.port], tmp_path, senders=2)
    yield made
    made.stop()


def faults(counted: dict[str, Any]) -> dict[str, int]:
    return {name: counted[name] for name in ("lost", "doubled", "late", "orders") if counted[name]}


def test_everybody_is_told_everything_once_in_one_order(clients: Generator) -> None:
    clients.connect(6)

    counted = clients.ask("rate", 400, 20, 1000)

    assert (counted["sent"], counted["acked"]) == (8, 8)
    assert counted["delivered"] == counted["expected"] == 48
    assert faults(counted) == {}
    assert 0 < counted["receipt_p50"] <= counted["receipt_p99"] < 1000
    assert 0 < counted["ack_p50"] <= counted["ack_p99"] < 1000


@pytest.mark.parametrize(
    ("server", "found"),
    [("gap", {"lost": 1}), ("double", {"doubled": 1}), ("reorder", {"orders": 1})],
    indirect=["server"],
)
def test_one_planted_fault_among_six_clients_is_found(clients: Generator, found: dict[str, int]) -> None:
    clients.connect(6)

    counted = clients.ask("rate", 400, 20, 300)

    assert faults(counted) == found


@pytest.mark.parametrize("server", ["no ack"], indirect=True)
def test_a_message_that_is_not_acknowledged_is_not_counted_as_one(clients: Generator) -> None:
    clients.connect(6)

    counted = clients.ask("rate", 400, 20, 300)

    assert (counted["sent"], counted["acked"]) == (8, 7)
    assert counted["lost"] == 6


def test_the_next_is_said_when_everybody_was_told(clients: Generator) -> None:
    clients.connect(6)

    counted = clients.ask("window", 200, 1, 1000)

    assert counted["sent"] == counted["acked"] > 1
    assert counted["delivered"] == 6 * counted["sent"]


def test_a_turn_lasts_as_long_as_it_should(clients: Generator) -> None:
    """However many messages it takes: it is not over, and not at rest, once each of its senders has spoken often."""
    clients.connect(6)

    counted = clients.ask("window", 1500, 1, 5000)

    assert counted["sent"] > 100
    assert counted["seconds"] > 1.4


def test_each_sender_waits_for_the_answer_to_its_last(clients: Generator, server: Faulty) -> None:
    clients.connect(6)

    counted = clients.ask("acks", 200, 2, 1000)

    assert counted["sent"] == counted["acked"] == server.seq > 2
    assert faults(counted) == {}


def test_a_stalled_reader_is_checked_once_it_reads(clients: Generator) -> None:
    clients.connect(6)
    clients.ask("stall", 4)

    stalled = clients.ask("rate", 400, 20, 300)
    clients.ask("free")
    level = clients.ask("level", 1000)

    assert stalled["delivered"] == stalled["expected"] == 4 * 8
    assert (level["delivered"], faults(level)) == (2 * 8, {})


def test_the_words_are_as_long_as_they_are_asked_to_be(clients: Generator) -> None:
    clients.connect(6)
    clients.ask("body", 3000)

    counted = clients.ask("rate", 200, 20, 1000)

    assert counted["bytes"] > 3000 * counted["delivered"]
    assert faults(counted) == {}


def test_clients_that_cannot_connect_are_not_passed_over(language: str, tmp_path: Path) -> None:
    port = free_port()
    made = Generator(our_dialect(port, 1, [["0"]]), [port], tmp_path)

    with pytest.raises(GeneratorFailed, match="0 of 1 clients connected"):
        made.connect(1)

    made.stop()
