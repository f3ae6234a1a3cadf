"""Updates that are well formed and mean nonsense: structs of every kind with neighbors, parents and deletions by chance."""

import json
import random

from realtime.coedit.wire import sized, uint

Clocks = dict[int, int]


def forged(chance: random.Random, clocks: Clocks) -> bytes:
    """An update for a text that has come as far as `clocks`: one to three clients, one to four structs each."""
    clients = chance.sample([*clocks, 7777, 8888], k=chance.choice([1, 1, 1, 2, 3]))
    sections = [_section(chance, clocks, client) for client in clients]
    return uint(len(sections)) + b"".join(sections) + _deletions(chance, clocks)


def _section(chance: random.Random, clocks: Clocks, client: int) -> bytes:
    start = max(0, clocks.get(client, 0) + chance.choice([0, 0, 0, 0, 0, 0, -1, -3, 1]))
    structs = [_struct(chance, clocks, client) for _ in range(chance.randrange(1, 5))]
    return uint(len(structs)) + uint(client) + uint(start) + b"".join(structs)


def _struct(chance: random.Random, clocks: Clocks, client: int) -> bytes:
    kind = chance.choice([4, 4, 4, 4, 6, 6, 7, 7, 8, 1, 0])
    if kind == 0:
        return b"\x00" + uint(chance.randrange(1, 4))
    origin, right = chance.random() < 0.6, chance.random() < 0.3
    is_free = not (origin or right)
    named = is_free and (kind == 8 or chance.random() < 0.1)
    info = kind | 0x80 * origin | 0x40 * right | 0x20 * named
    told = bytes((info,))
    told += _id(chance, clocks, client) if origin else b""
    told += _id(chance, clocks, client) if right else b""
    if is_free:
        told += b"\x00" + _id(chance, clocks, client) if chance.random() < 0.7 else b"\x01" + sized(b"prosemirror")
        told += sized(chance.choice([b"level", b"level", b"src"])) if named else b""
    return told + _content(chance, kind)


def _id(chance: random.Random, clocks: Clocks, client: int) -> bytes:
    """Something known mostly, or the neighbor that is being forged."""
    other = chance.choice([*clocks, client]) if clocks else client
    return uint(other) + uint(max(0, chance.randrange(clocks.get(other, 0) + 3) - chance.randrange(2)))


def _content(chance: random.Random, kind: int) -> bytes:
    match kind:
        case 1:
            return uint(chance.randrange(1, 4))
        case 4:
            return sized(chance.choice(["a", "bc", "😀", "x😀y", "é", "\u2028"]).encode())
        case 6:
            mark, value = chance.choice([("bold", {}), ("bold", None), ("link", {"href": "/a"}), ("link", None)])
            return sized(mark.encode()) + sized(json.dumps(value).encode())
        case 7:
            return chance.choice([b"\x06", b"\x03" + sized(b"paragraph"), b"\x03" + sized(b"heading")])
    return b"\x01" + chance.choice([b"\x7d\x02", b"\x7d\x03", b"\x7e", b"\x7d\x02"])


def _deletions(chance: random.Random, clocks: Clocks) -> bytes:
    if chance.random() < 0.5 or not clocks:
        return b"\x00"
    client = chance.choice(list(clocks))
    start = chance.randrange(clocks[client] + 1)
    return b"\x01" + uint(client) + b"\x01" + uint(start) + uint(chance.randrange(1, 6))
