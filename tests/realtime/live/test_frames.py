"""The decoder lets nothing through that a handler would have to fear; the encoder makes what RFC 6455 says."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.live import limits
from realtime.live.frames import BINARY, BadFrame, decode, encode, encode_event, framed, stamp, unframed

HOSTILE = [
    "",
    " ",
    "null",
    "[]",
    '"text"',
    "12",
    "{",
    '{"do":',
    '{"do":"x"} {"do":"y"}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":-Infinity}',
    '{"a":1e999}',
    '{"a":9007199254740993}',
    '{"a":-9007199254740993}',
    '{"a":' + "9" * 5000 + "}",
    '{"a":"\\ud800"}',
    '{"a":"\\udc00 tail"}',
    '{"\\ud800":1}',
    '{"a":["\\ud83d"]}',
    '{"a":"\\u0000"}',
    '{"a":"\x00"}',
    '{"a":[[["\\u0000"]]]}',
    '{"\\u0000":1}',
    '{"a":' * 17 + "1" + "}" * 17,
    '{"a":' + "[" * 17 + "]" * 17 + "}",
    "[" * 60_000,
    '{"a":' * 12_000,
    '{"a":"' + "x" * limits.FRAME_BYTES + '"}',
    '{"a":"' + "é" * (limits.FRAME_BYTES // 2) + '"}',
    "\ufeff{}",
    "{'a':1}",
    '{"a":01}',
    '{"a":.5}',
    '{"a":"\n"}',
    "{a:1}",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_refused(text: str) -> None:
    with pytest.raises(BadFrame):
        decode(text)


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"do": "watch", "stream": "thread:1", "after": 2**53},
        {"a": "é 😀 \u2028 « »", "b": [1, 2.5, None, True], "c": {"d": {}}},
        {"a": "x" * (limits.FRAME_BYTES - 20)},
        {"a": [[[[[[[[[[[[[[1]]]]]]]]]]]]]]},
    ],
)
def test_what_is_taken(frame: dict[str, object]) -> None:
    assert decode(json.dumps(frame, ensure_ascii=False)) == frame


def test_escaped_pairs_are_one_character() -> None:
    assert decode('{"a":"\\ud83d\\ude00"}') == {"a": "😀"}


@given(st.text())
def test_any_text_is_decoded_or_refused(text: str) -> None:
    try:
        decode(text)
    except BadFrame:
        return
    assert isinstance(json.loads(text), dict)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=20))
def test_what_is_decoded_can_be_encoded_again(value: object) -> None:
    try:
        frame = decode(json.dumps({"a": value}))
    except BadFrame:
        return
    assert [json.loads(text) for text in unframed(encode(frame))] == [frame]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_frames_are_framed_and_read_back(size: int) -> None:
    payload = "x" * size
    data = framed(payload.encode())
    assert data[0] == 0x81
    assert len(data) - size == (2 if size < 126 else 4 if size < 65_536 else 10)
    assert list(unframed(data + framed(b"next"))) == [payload, "next"]


def test_nan_is_never_sent() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode({"a": float("nan")})


def test_an_event_is_as_the_protocol_says() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    [text] = unframed(encode_event(stream="thread:12", seq=346, kind="message.posted", payload={"id": 1}, at=at))
    assert json.loads(text) == {
        "is": "event",
        "stream": "thread:12",
        "seq": 346,
        "kind": "message.posted",
        "at": "2026-03-01T12:00:00.000Z",
        "payload": {"id": 1},
    }
    assert stamp(at) == "2026-03-01T12:00:00.000Z"


def test_frames_of_bytes_stand_among_frames_of_text() -> None:
    sizes = [0, 125, 126, 65535, 65536]
    data = b"".join(framed(b"\xff" * size, opcode=BINARY) + framed(b"text") for size in sizes)
    assert list(unframed(data)) == [held for size in sizes for held in (b"\xff" * size, "text")]
