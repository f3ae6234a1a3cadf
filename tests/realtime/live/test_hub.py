"""The order in which the hub reads, asks and delivers: nothing leaves before who may still see it is known."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from realtime.live import limits
from realtime.live.connection import Connection
from realtime.live.database import Together
from realtime.live.frames import encode
from realtime.live.hub import Hub
from realtime.live.log import Asked, Door, Told
from realtime.live.people import Visitor
from realtime.live.ring import Ring, Watch

SOON = datetime.now(UTC) + timedelta(days=1)  # a whole run may take more than an hour


class Paper:
    """An outlet that keeps what is written; full when told to be."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_full = False
        self.code: int | None = None
        self.drained: Any = None
        self.held: Any = None
        self.takes: int | None = None  # bytes of a straight write; everything for None

    def write(self, data: bytes) -> bool:
        self.written.append(data)
        return not self.is_full

    def keep(self, data: bytes) -> None:
        self.held()
        self.is_full = True
        self.written.append(data)

    def straight(self) -> Any:
        return None if self.is_full or self.code is not None else self.send

    def send(self, data: bytes) -> int:
        """As a socket: all of it, or what there is room for."""
        if self.takes == 0:
            raise BlockingIOError
        self.written.append(data[: self.takes])
        return len(self.written[-1])

    def wait_for_room(self) -> None: ...

    def close(self, code: int) -> None:
        self.code = code

    def cut(self) -> None:
        self.code = limits.TOO_SLOW


@pytest.fixture
async def hub() -> Hub:
    return Hub(asyncio.get_running_loop())


def visitor(pk: int = 1, *, deadline: datetime = SOON, is_guest: bool = False) -> Visitor:
    profile = SimpleNamespace(shows_presence=False, language="en")
    user: Any = SimpleNamespace(pk=pk, name="Ada", is_guest=is_guest, profile=profile)
    return Visitor(user, f"key{pk}", 0, signed_in_until=deadline, deadline=deadline, epoch=5)


def connect(hub: Hub, ring: Ring | None = None, **more: Any) -> tuple[Connection, Paper]:
    paper = Paper()
    connection = Connection(visitor(**more), paper, fetch=hub.fetch)
    assert hub.join(connection)
    if ring:
        watch = Watch(connection, ring, ring.head)
        ring.add(watch)
        connection.watches[ring.name] = watch
    return connection, paper


def ring_of(hub: Hub, *, epoch: int = 5) -> Ring:
    ring = hub.rings["thread:1"] = Ring("thread", 1, stream_id=1, head=10, epoch=epoch)
    ring.asked_at = hub.loop.time()
    hub.people_epoch = hub.seen = epoch
    return ring


def event(seq: int, *, rewrites: bool = False) -> Told:
    return Told(seq, encode({"seq": seq}), rewrites)


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_was_committed_here_goes_out_without_reading_it_again(hub: Hub) -> None:
    ring = ring_of(hub)
    papers = [connect(hub, ring, pk=pk)[1] for pk in (1, 2)]
    hub.hear_committed({"thread:1": [event(11), event(12)]}, epoch=5)
    await turns()
    assert [paper.written for paper in papers] == [[event(11)[1] + event(12)[1]]] * 2
    assert not hub.rung


async def test_after_words_were_taken_back_nobody_is_given_them_from_memory(hub: Hub) -> None:
    """Those who are level were told them in their time; who comes back is refilled from the log, where they are gone."""
    ring = ring_of(hub)
    _, paper = connect(hub, ring)
    hub.hear_committed({"thread:1": [event(11), event(12, rewrites=True), event(13)]}, epoch=5)
    await turns()
    assert b"".join(paper.written) == event(11).frame + event(12).frame + event(13).frame
    assert not ring.holds_after(10)
    assert ring.after(11)[0] == event(12).frame + event(13).frame


@pytest.mark.parametrize(
    ("events", "epoch"),
    [([11], 6), ([12], 5)],
    ids=["after a right was taken away", "with a hole before it"],
)
async def test_otherwise_it_is_read_and_asked_about_first(hub: Hub, events: Sequence[int], epoch: int) -> None:
    ring = ring_of(hub)
    _, paper = connect(hub, ring)
    hub.hear_committed({"thread:1": [event(seq) for seq in events]}, epoch=epoch)
    await turns()
    assert paper.written == []
    assert hub.rung == {ring}


async def test_beside_a_guest_everything_is_asked_about(hub: Hub) -> None:
    ring = ring_of(hub)
    guest, _ = connect(hub, ring, is_guest=True)
    hub.hear_committed({"thread:1": [event(11)]}, epoch=5)
    assert hub.rung == {ring}
    hub.unwatch(guest, "thread:1")
    assert ring.guests == 0


async def test_an_answer_older_than_what_was_heard_is_asked_again(hub: Hub) -> None:
    """A right taken away between the question and the answer: the answer is void."""
    epochs = iter([5, 6, 7])

    def answer(asked: Sequence[Asked]) -> dict[Asked, Door]:
        epoch = next(epochs)
        return {question: Door(is_open=epoch < 7, epoch=epoch, stream_id=1, head=10) for question in asked}

    hub.doors = Together(answer)
    hub.hear_epoch(7)
    door = await hub._door(Asked("thread", 1, 1))
    assert (door.epoch, door.is_open) == (7, False)


async def test_a_socket_whose_time_is_over_is_closed_before_the_delivery(hub: Hub) -> None:
    ring = ring_of(hub)
    _, late = connect(hub, ring, pk=1, deadline=datetime.now(UTC) - timedelta(seconds=1))
    _, stays = connect(hub, ring, pk=2)
    hub.hear_committed({"thread:1": [event(11)]}, epoch=5)
    await turns()
    assert (late.written, late.code) == ([], limits.SIGNED_OUT)
    assert stays.written == [event(11)[1]]
    assert hub.sockets == {2: 1}


async def test_who_lags_keeps_a_place_and_no_queue(hub: Hub) -> None:
    ring = ring_of(hub)
    connection, paper = connect(hub, ring)
    paper.is_full = True
    for seq in range(11, 400):
        hub.hear_committed({"thread:1": [event(seq)]}, epoch=5)
        await turns()
    assert paper.written == []
    assert connection.pending == []
    paper.is_full = False
    connection.catch_up()
    await turns()
    assert b"".join(paper.written) == b"".join(event(seq)[1] for seq in range(11, 400))


async def test_everything_ready_in_one_turn_is_one_write(hub: Hub) -> None:
    ring = ring_of(hub)
    other = hub.rings["thread:2"] = Ring("thread", 2, stream_id=2, head=10, epoch=5)
    other.asked_at = hub.loop.time()
    connection, paper = connect(hub, ring)
    connection.watches["thread:2"] = Watch(connection, other, 10)
    other.add(connection.watches["thread:2"])
    hub.hear_committed({"thread:1": [event(11)], "thread:2": [event(11)]}, epoch=5)
    await turns()
    assert len(paper.written) == 1


async def test_who_lacks_nothing_is_written_to_straight(hub: Hub) -> None:
    ring = ring_of(hub)
    connection, paper = connect(hub, ring)
    assert ring.level == {}
    connection.catch_up()
    assert list(ring.level) == [connection.watches["thread:1"]]
    hub.hear_committed({"thread:1": [event(11)]}, epoch=5)
    await turns()
    assert paper.written == [event(11).frame]
    assert list(ring.level) == [connection.watches["thread:1"]]
    assert not ring.behind


@pytest.mark.parametrize("takes", [0, 3])
async def test_what_a_socket_does_not_take_at_once_waits_for_it(hub: Hub, takes: int) -> None:
    ring = ring_of(hub)
    connection, paper = connect(hub, ring)
    other, level = connect(hub, ring, pk=2)
    connection.catch_up()
    other.catch_up()
    paper.takes = takes
    hub.hear_committed({"thread:1": [event(11)]}, epoch=5)
    hub.hear_committed({"thread:1": [event(12)]}, epoch=5)
    await turns()
    hub.hear_committed({"thread:1": [event(13)]}, epoch=5)
    await turns()
    both = event(11).frame + event(12).frame
    assert b"".join(paper.written) == both  # and nothing past it
    assert list(ring.behind) == [connection.watches["thread:1"]]
    assert level.written == [both, event(13).frame]
    paper.is_full, paper.takes = False, None
    connection.catch_up()
    assert b"".join(paper.written) == both + event(13).frame
    assert not ring.behind


@pytest.mark.parametrize("lowers", ["an answer", "others' bytes", "a goodbye", "leaving the stream"])
async def test_nothing_is_written_past_what_waits(hub: Hub, lowers: str) -> None:
    ring = ring_of(hub)
    connection, paper = connect(hub, ring)
    connection.catch_up()
    match lowers:
        case "an answer":
            connection.reply({"is": "ok"})
        case "others' bytes":
            paper.is_full = True
            paper.held()
        case "a goodbye":
            connection.close(limits.SIGNED_OUT)
        case "leaving the stream":
            hub.unwatch(connection, "thread:1")
    assert ring.level == {}
    hub.hear_committed({"thread:1": [event(11)]}, epoch=5)
    await turns()
    assert paper.written == ([encode({"is": "ok"}) + event(11).frame] if lowers == "an answer" else [])
    assert connection not in ring.watches or connection.watches["thread:1"] in {**ring.level, **ring.behind}


async def test_who_begins_to_watch_between_two_turns_is_told_once(hub: Hub) -> None:
    """What is published is not written out yet: whoever comes now stands at the head, past what the others are to be told."""
    ring = ring_of(hub)
    early, told = connect(hub, ring)
    early.catch_up()
    hub.hear_committed({"thread:1": [event(11)]}, epoch=5)
    late, paper = connect(hub, ring, pk=2)
    late.catch_up()
    early.catch_up()
    assert list(ring.behind) == [late.watches["thread:1"], early.watches["thread:1"]]
    await turns()
    hub.hear_committed({"thread:1": [event(12)]}, epoch=5)
    await turns()
    assert told.written == [event(11).frame, event(12).frame]
    assert paper.written == [event(12).frame]


async def test_too_much_for_one_write_is_given_in_pieces(hub: Hub) -> None:
    ring = ring_of(hub)
    connection, paper = connect(hub, ring)
    connection.catch_up()
    large = [Told(seq, encode({"seq": seq, "words": "x" * 30_000})) for seq in range(11, 18)]
    hub.hear_committed({"thread:1": large}, epoch=5)
    for _ in range(5):
        await turns()
    assert b"".join(paper.written) == b"".join(told.frame for told in large)
    assert len(paper.written) > 1
    assert list(ring.level) == [connection.watches["thread:1"]]


async def test_an_answer_is_said_before_the_events_it_opened(hub: Hub) -> None:
    ring = ring_of(hub)
    connection, paper = connect(hub, ring)
    hub.hear_committed({"thread:1": [event(11)]}, epoch=5)
    connection.reply({"is": "ok"})
    await turns()
    assert paper.written == [encode({"is": "ok"}) + event(11)[1]]


async def test_who_never_reads_answers_is_cut(hub: Hub) -> None:
    connection, paper = connect(hub)
    paper.is_full = True
    for _ in range(100):
        connection.reply({"is": "ok", "words": "x" * 30_000})
    assert paper.code == limits.TOO_SLOW
    assert connection.pending_bytes < limits.PILE_BYTES + 60_000
