"""The binary frames of a document: y-protocols' sync and awareness, read strictly and written.

A frame is one message. Sync: a state vector (step 1), what the other lacks (step 2), an update. Awareness: for each
client id a clock and its state as JSON, `null` when it left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple

from realtime.coedit import limits
from realtime.coedit.wire import CLOCKS, Malformed, Reader, sized, state_vector, uint
from realtime.live.frames import BINARY, framed

SYNC, AWARENESS = 0, 1
STEP_1, STEP_2, UPDATE = 0, 1, 2


class Told(NamedTuple):
    """What one client says of itself: its id, its clock, and a state in JSON."""

    client: int
    clock: int
    state: Any


class Saying(Enum):
    """What a binary frame from a client can be."""

    STATE_VECTOR = auto()
    UPDATE = auto()
    AWARENESS = auto()


@dataclass(frozen=True, slots=True)
class Message:
    """One frame from a client: bytes for the first two sayings, what is told for the third."""

    saying: Saying
    data: bytes = b""
    told: tuple[Told, ...] = ()


def read(frame: bytes) -> Message:
    """What a binary frame says. Raises Malformed."""
    reader = Reader(frame)
    match reader.uint():
        case 0:
            message = _sync(reader)
        case 1:
            message = Message(Saying.AWARENESS, told=tuple(_awareness(Reader(reader.bytes()))))
        case _:
            raise Malformed("a message of a kind not used here")
    if not reader.is_done:
        raise Malformed("more than a message")
    return message


def step_1(clocks: bytes) -> bytes:
    """The WebSocket frame that says how far we have come."""
    return _frame(uint(SYNC) + uint(STEP_1) + sized(clocks))


def step_2(update: bytes) -> bytes:
    """The frame with what the other lacks."""
    return _frame(uint(SYNC) + uint(STEP_2) + sized(update))


def update(data: bytes) -> bytes:
    """The frame with a change."""
    return _frame(uint(SYNC) + uint(UPDATE) + sized(data))


def awareness(told: Iterable[Told]) -> bytes:
    """The frame with what clients say of themselves."""
    entries = [
        uint(client) + uint(clock) + sized(json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode())
        for client, clock, state in told
    ]
    return _frame(uint(AWARENESS) + sized(uint(len(entries)) + b"".join(entries)))


def _frame(payload: bytes) -> bytes:
    return framed(payload, opcode=BINARY)


def _sync(reader: Reader) -> Message:
    match reader.uint():
        case 0:
            return Message(Saying.STATE_VECTOR, _clocks(Reader(reader.bytes())))
        case 1 | 2:
            return Message(Saying.UPDATE, reader.bytes())
    raise Malformed("a sync of a kind not used here")


def _clocks(reader: Reader) -> bytes:
    """A state vector, read and written again: yrs is shown nothing else."""
    clocks = {reader.uint(): reader.uint(CLOCKS) for _ in range(reader.uint(len(reader.data)))}
    if not reader.is_done:
        raise Malformed("more than a state vector")
    return state_vector(list(clocks.items()))


def _awareness(reader: Reader) -> Iterable[Told]:
    for _ in range(reader.uint(limits.CLIENTS_A_CONNECTION)):
        client, clock = reader.uint(), reader.uint(CLOCKS)
        text = reader.text()
        if len(text) > limits.AWARENESS_BYTES:
            raise Malformed("too much about a cursor")
        try:
            yield Told(client, clock, json.loads(text))
        except (ValueError, RecursionError) as error:
            raise Malformed("not JSON") from error
    if not reader.is_done:
        raise Malformed("more than awareness")
