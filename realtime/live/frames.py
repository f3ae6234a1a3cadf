"""The one strict decoder of what clients send, and the one encoder of what they are sent."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from realtime.live import limits

TEXT, BINARY = 1, 2  # opcodes


class BadFrame(Exception):
    """Not one JSON object within the limits. The first argument is a stable code: `bad_frame` or `too_big`."""


def decode(text: str) -> dict[str, Any]:
    """The JSON object in `text`. Raises BadFrame for anything else.

    Refused: more than 64 KiB, NaN and infinities, integers past 2**53, lone surrogates, NUL, depth over 16.
    """
    if len(text) > limits.FRAME_BYTES or (
        not text.isascii() and len(text.encode("utf-8", "replace")) > limits.FRAME_BYTES
    ):
        raise BadFrame("too_big")
    try:
        value = _decoder.decode(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame("bad_frame") from error
    if type(value) is not dict:
        raise BadFrame("bad_frame")
    _check(value, depth=1, texts="\\u" in text or not text.isascii())
    return value


def encode(frame: dict[str, Any]) -> bytes:
    """`frame` as the bytes of one WebSocket text frame, header included. Raises ValueError for NaN."""
    return framed(json.dumps(frame, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode())


def encode_event(*, stream: str, seq: int, kind: str, payload: dict[str, Any], at: datetime) -> bytes:
    """One event of a stream, encoded once for everybody."""
    return encode({"is": "event", "stream": stream, "seq": seq, "kind": kind, "at": stamp(at), "payload": payload})


def stamp(at: datetime) -> str:
    """An instant as browsers read it: 2026-03-01T12:00:00.000Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def framed(payload: bytes, *, opcode: int = TEXT) -> bytes:
    """A final, unmasked frame (RFC 6455, section 5.2): of text, or with `opcode` BINARY of bytes."""
    size, first = len(payload), 0x80 | opcode
    if size < 126:
        return bytes((first, size)) + payload
    if size < 65536:
        return bytes((first, 126)) + size.to_bytes(2) + payload
    return bytes((first, 127)) + size.to_bytes(8) + payload


def unframed(data: bytes) -> Iterator[str | bytes]:
    """What the whole frames in `data` hold, text or bytes, for a server that frames by itself."""
    start = 0
    while start < len(data):
        opcode, size, start = data[start] & 0x0F, data[start + 1], start + 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(data[start : start + width]), start + width
        payload = data[start : start + size]
        yield payload if opcode == BINARY else payload.decode()
        start += size


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > limits.SAFE_INTEGER:
        raise ValueError("integer past 2**53")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value


_decoder = json.JSONDecoder(parse_constant=_refuse, parse_int=_integer, parse_float=_float)


def _check(value: Any, *, depth: int, texts: bool) -> None:
    if depth > limits.DEPTH:
        raise BadFrame("bad_frame")
    for inner in _inside(value) if texts or type(value) is list else value.values():
        if type(inner) is str:
            if texts:
                _check_text(inner)
        elif type(inner) in (dict, list):
            _check(inner, depth=depth + 1, texts=texts)


def _inside(value: Any) -> Iterator[Any]:
    if type(value) is dict:
        yield from value.keys()
        yield from value.values()
    else:
        yield from value


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadFrame("bad_frame") from error
    if "\0" in text:
        raise BadFrame("bad_frame")
