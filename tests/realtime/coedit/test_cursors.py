"""What clients say of their cursors, and what of it is told on."""

from typing import Any

import pytest

from realtime.coedit import limits, messages
from realtime.coedit.awareness import Awareness, cursor_in, user_of
from realtime.coedit.messages import Saying, Told
from realtime.coedit.wire import Malformed, sized, uint
from realtime.live.frames import unframed

ADA, BO = user_of(1, "Ada"), user_of(2, "Bo")
CURSOR = {"anchor": {"item": {"client": 1, "clock": 2}, "assoc": -1}, "head": {"type": None, "tname": "prosemirror"}}


def states(awareness: Awareness) -> dict[int, Any]:
    return {told.client: told.state for told in awareness.everyone()}


def test_the_server_says_who_it_is() -> None:
    awareness = Awareness()
    assert awareness.tell(Told(7, 1, {"user": {"name": "Bo"}, "cursor": CURSOR, "more": 1}), "a", ADA, now=0)
    assert states(awareness) == {7: {"user": ADA, "cursor": CURSOR}}


def test_an_id_is_of_one_connection_at_a_time() -> None:
    awareness = Awareness()
    first, second = object(), object()
    awareness.tell(Told(7, 1, {}), first, ADA, now=0)
    assert not awareness.tell(Told(7, 9, {}), second, BO, now=0)
    awareness.leave(first)
    assert awareness.tell(Told(7, 10, {}), second, BO, now=0)
    assert states(awareness)[7]["user"] == BO


def test_old_news_is_no_news() -> None:
    awareness = Awareness()
    awareness.tell(Told(7, 5, {"cursor": CURSOR}), "a", ADA, now=0)
    awareness.take_news()
    assert awareness.tell(Told(7, 4, None), "a", ADA, now=0)
    assert awareness.tell(Told(7, 5, {}), "a", ADA, now=0)
    assert states(awareness)[7]["cursor"] == CURSOR
    assert awareness.take_news() == ([], [])


def test_who_leaves_or_falls_silent_is_taken_away() -> None:
    awareness = Awareness()
    here = object()
    awareness.tell(Told(7, 5, {}), here, ADA, now=0)
    awareness.hear(Told(8, 1, {"user": BO, "cursor": None}), "elsewhere", now=0)
    awareness.take_news()
    awareness.leave(here)
    assert awareness.take_news()[0] == [Told(7, 6, None)]
    awareness.hear(Told(8, 1, {"user": BO, "cursor": None}), "elsewhere", now=20)
    awareness.fade(now=limits.AWARENESS_FADES + 1)
    assert set(states(awareness)) == {8}
    awareness.fade(now=limits.AWARENESS_FADES + 21)
    assert awareness.take_news()[0] == [Told(8, 2, None)]


def test_what_other_processes_tell_is_not_told_back() -> None:
    awareness = Awareness()
    awareness.hear(Told(8, 1, {"user": BO, "cursor": None}), "elsewhere", now=0)
    awareness.tell(Told(7, 1, {}), object(), ADA, now=0)
    told, ours = awareness.take_news()
    assert {one.client for one in told} == {7, 8}
    assert {one.client for one in ours} == {7}
    assert {one.client for one in awareness.everyone(here=True)} == {7}
    awareness.hear(Told(7, 9, None), "elsewhere", now=0)  # our own connection knows better
    assert 7 in states(awareness)


@pytest.mark.parametrize(
    "state",
    [
        None, 3, [], "x", {}, {"cursor": None}, {"cursor": {}}, {"cursor": {"anchor": {}}}, {"cursor": {**CURSOR, "x": 1}},
        {"cursor": {"anchor": {"html": "<b>"}, "head": {}}}, {"cursor": {"anchor": {"tname": "x" * 41}, "head": {}}},
        {"cursor": {"anchor": {"item": {"client": -1, "clock": 0}}, "head": {}}},
        {"cursor": {"anchor": {"item": {"client": True, "clock": 0}}, "head": {}}},
        {"cursor": {"anchor": {"assoc": 7}, "head": {}}}, {"cursor": {"anchor": {"type": "<b>"}, "head": {}}},
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_none(state: Any) -> None:
    assert cursor_in(state) is None


def told(state: bytes, count: int = 1) -> bytes:
    return uint(1) + sized(uint(count) + (uint(7) + uint(1) + sized(state)) * count)


WRONG = [
    told(b"{"),
    told(b"\xff"),
    told(b"x" * 3000),
    told(b"[" * 2000),
    told(b"{}", count=65),
    told(b"{}")[:-1],
    told(b"{}") + b"\x00",
    uint(1) + sized(uint(1) + uint(7) + uint(1) + sized(b"{}") + b"\x00"),
]


@pytest.mark.parametrize("frame", WRONG)
def test_awareness_that_is_none(frame: bytes) -> None:
    with pytest.raises(Malformed):
        messages.read(frame)


def test_what_is_written_can_be_read() -> None:
    told = [Told(7, 1, {"user": ADA, "cursor": CURSOR}), Told(2**40, 3, None)]
    (frame,) = unframed(messages.awareness(told))
    assert isinstance(frame, bytes)
    read = messages.read(frame)
    assert (read.saying, list(read.told)) == (Saying.AWARENESS, told)


def test_a_state_vector_is_written_anew() -> None:
    """yrs is shown none but ours: each client once."""
    frame = uint(0) + uint(0) + sized(uint(2) + (uint(5) + uint(1)) * 2)
    assert messages.read(frame).data == uint(1) + uint(5) + uint(1)
    for wrong in (uint(9) + uint(1), uint(1) + uint(5) + uint(1) + b"\x00", uint(1) + uint(5) + uint(2**40)):
        with pytest.raises(Malformed):
            messages.read(uint(0) + uint(0) + sized(wrong))
