"""A complete parse of an update of Yjs in its first version: every struct, every delete, not a byte left over.

The format is that of `Y.encodeStateAsUpdate` (yjs/src/utils/encoding.js): by client the structs with their origins,
parents and contents, then the ranges that were deleted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from realtime.coedit.wire import CLOCKS, Malformed, Reader, width

FORMAT_BYTES = 4096


class Kind(IntEnum):
    """What a struct holds, by its number in the encoding. The others that Yjs knows are not used here."""

    GC = 0
    DELETED = 1
    STRING = 4
    FORMAT = 6
    TYPE = 7
    ANY = 8


Id = tuple[int, int]  # client, clock


class Struct(NamedTuple):
    """One struct. `parent` is the name of a root, the id of a type, or None when the origins tell.

    `content` is the length of GC and DELETED, the text of STRING, (mark, value) of FORMAT, the tag of TYPE ("" for
    text) and the values of ANY.
    """

    client: int
    clock: int
    length: int
    kind: Kind
    origin: Id | None
    right: Id | None
    parent: str | Id | None
    attribute: str | None
    content: Any


class Deletion(NamedTuple):
    """`length` clocks of `client` from `clock` on."""

    client: int
    clock: int
    length: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """An update: the structs of each client, without holes and in order, and the deletions."""

    structs: dict[int, list[Struct]]
    deletions: Sequence[Deletion]


def parse(update: bytes) -> Parsed:
    """Everything in `update`. Raises Malformed for bytes that are not exactly one update of the kinds used here."""
    reader = Reader(update)
    structs = _structs(reader)
    deletions = _deletions(reader)
    if not reader.is_done:
        raise Malformed("more than an update")
    return Parsed(structs, deletions)


def _structs(reader: Reader) -> dict[int, list[Struct]]:
    found: dict[int, list[Struct]] = {}
    for _ in range(reader.uint()):
        count, client, clock = reader.uint(), reader.uint(), reader.uint(CLOCKS)
        if client in found or not count:
            raise Malformed("a client twice, or without structs")
        structs = found[client] = []
        for _ in range(count):
            made = _struct(reader, client, clock)
            clock += made.length
            if clock > CLOCKS:
                raise Malformed("clock too big")
            structs.append(made)
    return found


def _struct(reader: Reader, client: int, clock: int) -> Struct:
    info = reader.byte()
    try:
        kind = Kind(info & 0x1F)
    except ValueError as error:
        raise Malformed("a struct of a kind not used here") from error
    if kind is Kind.GC:
        if info:
            raise Malformed("a collected struct has no origins")
        length = _length(reader)
        return Struct(client, clock, length, kind, None, None, None, None, length)
    origin = (reader.uint(), reader.uint(CLOCKS)) if info & 0x80 else None
    right = (reader.uint(), reader.uint(CLOCKS)) if info & 0x40 else None
    parent: str | Id | None = None
    attribute = None
    if origin is None and right is None:
        parent = _parent(reader)
        attribute = reader.text() if info & 0x20 else None
    length, content = _content(reader, kind)
    return Struct(client, clock, length, kind, origin, right, parent, attribute, content)


def _parent(reader: Reader) -> str | Id:
    match reader.uint():
        case 1:
            return reader.text()
        case 0:
            return reader.uint(), reader.uint(CLOCKS)
    raise Malformed("a parent of a kind not used here")


def _content(reader: Reader, kind: Kind) -> tuple[int, Any]:
    """The length of a content in clocks, and what it is."""
    if kind is Kind.STRING:
        text = reader.text()
        if not text:
            raise Malformed("empty text")
        return width(text), text
    if kind is Kind.DELETED:
        length = _length(reader)
        return length, length
    if kind is Kind.FORMAT:
        return 1, (reader.text(), _json(reader))
    if kind is Kind.TYPE:
        return 1, _type(reader)
    values = [reader.any() for _ in range(_length(reader, most=16))]
    return len(values), values


def _length(reader: Reader, most: int = CLOCKS) -> int:
    length = reader.uint(most)
    if not length:
        raise Malformed("a struct of no length")
    return length


def _type(reader: Reader) -> str:
    match reader.uint():
        case 3:
            tag = reader.text()
            if not tag:
                raise Malformed("a tag without a name")
            return tag
        case 6:
            return ""
    raise Malformed("a type of a kind not used here")


def _json(reader: Reader) -> Any:
    text = reader.text()
    if len(text) > FORMAT_BYTES:
        raise Malformed("a mark too long")
    try:
        value = _decoder.decode(text)
        _encodable(value)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    return value


def _encodable(value: Any) -> None:
    """Raises ValueError where a half of a surrogate pair or a NUL came in by an escape."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if "\\u0000" in text:
        raise ValueError("NUL")
    text.encode()


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


_decoder = json.JSONDecoder(parse_constant=_refuse)


def _deletions(reader: Reader) -> list[Deletion]:
    found = []
    clients = set()
    for _ in range(reader.uint()):
        client, count = reader.uint(), reader.uint()
        if client in clients or not count:
            raise Malformed("a client twice, or without deletions")
        clients.add(client)
        for _ in range(count):
            clock, length = reader.uint(CLOCKS), reader.uint(CLOCKS)
            if not length:
                raise Malformed("a deletion of nothing")
            found.append(Deletion(client, clock, length))
    return found
