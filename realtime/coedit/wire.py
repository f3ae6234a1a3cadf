"""The lib0 encoding under Yjs and y-protocols: a strict reader that never looks past the end, and the few writers we need."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

SAFE_INTEGER = 2**53 - 1
CLOCKS = 2**31 - 1  # yrs counts in 32 bits
ANY_DEPTH = 8
ANY_ITEMS = 256


class Malformed(Exception):
    """Not what the encoding says it is. The first argument says where it went wrong."""


class Reader:
    """Reads one value after the other from `data`. Raises Malformed for what is cut short, too big or not minimal."""

    __slots__ = ("data", "end", "place")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0
        self.end = len(data)

    @property
    def is_done(self) -> bool:
        return self.place == self.end

    def byte(self) -> int:
        if self.place >= self.end:
            raise Malformed("cut short")
        value = self.data[self.place]
        self.place += 1
        return value

    def uint(self, most: int = SAFE_INTEGER) -> int:
        """An unsigned integer, at most `most`, in as few bytes as it takes."""
        data, place, end = self.data, self.place, self.end
        if place < end and (value := data[place]) < 0x80:
            self.place = place + 1
        else:
            value, shift = 0, 0
            while True:
                if place >= end or shift > 49:
                    raise Malformed("bad integer")
                part = data[place]
                place += 1
                value |= (part & 0x7F) << shift
                if part < 0x80:
                    break
                shift += 7
            if not part:
                raise Malformed("integer is not minimal")
            self.place = place
        if value > most:
            raise Malformed("integer too big")
        return value

    def signed(self) -> int:
        """A signed integer of lib0: a bit for more, a bit for the sign and six of the number, then seven by seven."""
        part = self.byte()
        value, shift, sign = part & 0x3F, 6, -1 if part & 0x40 else 1
        while part & 0x80:
            if shift > 48:
                raise Malformed("bad integer")
            part = self.byte()
            value |= (part & 0x7F) << shift
            shift += 7
        if value > SAFE_INTEGER:
            raise Malformed("integer too big")
        return sign * value

    def bytes(self) -> bytes:
        """As many bytes as the integer before them says."""
        size = self.uint()
        start = self.place
        if size > self.end - start:
            raise Malformed("cut short")
        self.place = start + size
        return self.data[start : start + size]

    def text(self) -> str:
        """Text in UTF-8, without NUL and without halves of surrogate pairs."""
        try:
            value = self.bytes().decode()
        except UnicodeDecodeError as error:
            raise Malformed("not UTF-8") from error
        if "\0" in value:
            raise Malformed("NUL in text")
        return value

    def any(self, depth: int = 0) -> Any:
        """A value of lib0's `any`: what JSON has, integers and floats apart. Bytes and 64-bit integers are refused."""
        kind = self.byte()
        if kind in _PLAIN:
            return _PLAIN[kind]
        if kind in _NUMBERS:
            return self._number(*_NUMBERS[kind])
        if kind == 119:
            return self.text()
        if kind == 125:
            return self.signed()
        if kind in (117, 118) and depth < ANY_DEPTH:
            count = self.uint(ANY_ITEMS)
            if kind == 117:
                return [self.any(depth + 1) for _ in range(count)]
            return {self.text(): self.any(depth + 1) for _ in range(count)}
        raise Malformed("a value of a kind not used here")

    def _number(self, size: int, layout: str) -> float:
        start = self.place
        if size > self.end - start:
            raise Malformed("cut short")
        self.place = start + size
        value: float = struct.unpack(layout, self.data[start : start + size])[0]
        if value - value != 0:
            raise Malformed("not a finite number")
        return value


_PLAIN: dict[int, Any] = {127: None, 126: None, 121: False, 120: True}
_NUMBERS = {124: (4, ">f"), 123: (8, ">d")}


def width(text: str) -> int:
    """The length of `text` as Yjs counts it, in units of UTF-16."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)


def uint(value: int) -> bytes:
    """`value` as an unsigned integer of lib0."""
    written = bytearray()
    while value > 0x7F:
        written.append(0x80 | (value & 0x7F))
        value >>= 7
    written.append(value)
    return bytes(written)


def sized(data: bytes) -> bytes:
    """`data` after its size."""
    return uint(len(data)) + data


def state_vector(clocks: Sequence[tuple[int, int]]) -> bytes:
    """Pairs (client, clock) as Yjs says how far it has come."""
    return uint(len(clocks)) + b"".join(uint(client) + uint(clock) for client, clock in clocks)
