"""What a hostile client sends: valid frames bent at random, bytes that are none, WebSocket framing that breaks the
RFC, and HTTP requests of the same kind. All from one source of chance."""

import json
import os
import random
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

from realtime.live import limits
from tests.realtime.live.test_frames import HOSTILE

CID = "6b1f0a7e-3b1c-4a53-9d54-0d1b3f0a9d11"
VALID: list[dict[str, Any]] = [
    {"do": "watch", "ref": 1, "stream": "thread:999999", "after": 3},
    {"do": "watch", "ref": 2, "stream": "inbox:1", "quiet": True},
    {"do": "unwatch", "ref": 3, "stream": "thread:999999"},
    {"do": "say", "ref": 4, "thread": 999999, "cid": CID, "body": "words", "reply_to": 7},
    {"do": "typing", "ref": 5, "stream": "thread:999999"},
    {"do": "ping", "ref": 6},
]
NASTY: list[Any] = [
    None, True, False, 0, -1, 1.5, -0.0, 1e308, 2**53, 2**53 + 1, -(2**63), 10**30, "", " ", "\0", "\ud800", "\u202e",
    "é" * 500, "x" * 5000, "thread:0", "thread:-1", "Thread:1", "thread:1\n", "thread:" + "9" * 30, "nothing:1", CID * 3,
    "' OR 1=1 --", "<script>", "{{7*7}}", "../../etc/passwd", [], [[]], {}, {"do": "ping"}, [None] * 50,
]  # fmt: skip


def text(chance: random.Random) -> str:
    """Something for a text frame that Python can encode."""
    return chance.choice([bent, known, scribbled, characters, deep, long])(chance)


def bent(chance: random.Random) -> str:
    """A valid frame with one to three things wrong."""
    frame: dict[str, Any] = dict(chance.choice(VALID))
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice([*frame, "do", "extra", "__proto__", ""])
        if chance.random() < 0.25:
            frame.pop(name, None)
        else:
            frame[name] = chance.choice(NASTY)
    return json.dumps(frame)


def known(chance: random.Random) -> str:
    return chance.choice(HOSTILE).encode("utf-8", "replace").decode()


def scribbled(chance: random.Random) -> str:
    """The text of a valid frame with characters changed, dropped, doubled or repeated."""
    letters = list(json.dumps(chance.choice(VALID)))
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(letters))
        act = chance.randrange(3)
        letters[place] = ("", letters[place] * 2, chance.choice('{}[]",:\\0eE+-\t\u2028'))[act]
    return "".join(letters)


def characters(chance: random.Random) -> str:
    return "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(60)))


def deep(chance: random.Random) -> str:
    opening, closing = chance.choice([("[", "]"), ('{"a":', "}"), ('[{"b":', "}]")])
    depth = chance.choice([16, 17, 100, 3000])
    return '{"do":' + opening * depth + "1" + closing * chance.choice([depth, 0, depth - 1]) + "}"


def long(chance: random.Random) -> str:
    size = chance.choice([limits.FRAME_BYTES - 30, limits.FRAME_BYTES, limits.FRAME_BYTES + 1, 2 * limits.FRAME_BYTES])
    return '{"do":"ping","x":"' + chance.choice("xé") * (size // 2) + '"}'


def binary(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(200))


# --- below the frames: what the RFC forbids -----------------------------------------------------


def frame(
    opcode: int, payload: bytes = b"", *, final: bool = True, rsv: int = 0, masked: bool = True, size: int | None = None
) -> bytes:
    """One WebSocket frame, said to hold `size` bytes."""
    length = len(payload) if size is None else size
    head = bytes([(0x80 if final else 0) | rsv << 4 | opcode])
    mask = 0x80 if masked else 0
    if length < 126:
        head += bytes([mask | length])
    elif length < 65536:
        head += bytes([mask | 126]) + struct.pack(">H", length)
    else:
        head += bytes([mask | 127]) + struct.pack(">Q", length)
    key = os.urandom(4) if masked else b""
    return head + key + (bytes(byte ^ key[i % 4] for i, byte in enumerate(payload)) if masked else payload)


def broken_framing(chance: random.Random) -> bytes:
    """Frames that end the line, or should be read as the RFC says."""
    return chance.choice(BROKEN)(chance)


def in_pieces(chance: random.Random) -> bytes:
    """A text in many fragments, with pings between them, perhaps without an end."""
    whole = text(chance).encode("utf-8", "replace")[:2000]
    cuts = [whole[i : i + 7] for i in range(0, len(whole), 7)] or [b""]
    pieces = [frame(1, cuts[0], final=False), *(frame(0, cut, final=False) for cut in cuts[1:])]
    pieces.insert(chance.randrange(1, len(pieces) + 1), frame(9, b"between"))
    return b"".join([*pieces, *([frame(0, b"")] if chance.random() < 0.7 else [])])


BROKEN: list[Callable[[random.Random], bytes]] = [
    in_pieces,
    lambda chance: frame(1, b"{}", rsv=chance.randrange(1, 8)),  # compressed, or nothing we agreed on
    lambda chance: frame(chance.choice([3, 4, 5, 6, 7, 11, 12, 15]), b"reserved"),
    lambda chance: frame(1, b"{}", masked=False),
    lambda chance: frame(1, b"", size=chance.choice([2**62, 2**63 - 1, limits.PROTOCOL_BYTES + 1])),
    lambda chance: frame(9, b"x" * 126),
    lambda chance: frame(chance.choice([8, 9, 10]), b"x", final=False),
    lambda chance: frame(0, b"a continuation of nothing"),
    lambda chance: frame(1, b"{", final=False) + frame(1, b"}"),
    lambda chance: frame(1, chance.choice([b"\xff\xfe", b"\xc3(", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"])),
    lambda chance: frame(8, struct.pack(">H", chance.choice([0, 999, 1004, 1005, 1006, 1015, 2999, 65535]))),
    lambda chance: frame(8, b"\x03"),
    lambda chance: frame(8, struct.pack(">H", 1000) + b"\xff\xff"),
    lambda chance: frame(10, b"a pong nobody asked for"),
    lambda chance: b"\x81\xfe",  # and nothing more
    lambda chance: chance.randbytes(chance.randrange(1, 400)),
    lambda chance: b"GET / HTTP/1.1\r\n\r\n",
]


# --- HTTP ---------------------------------------------------------------------------------------

PATHS = ["/live/poll", "/live/socket", "/live/health", "/threads/1/say/", "/messages/1/edit/", "/messages/1/react/"]
TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "y" * 300,
    "application/json",
    "text/plain; charset=nonsense",
    "",
]


def request(chance: random.Random, host: str, session: str, thread: int) -> bytes:
    """A request to one of the live addresses with something wrong in it, signed in and past the CSRF check."""
    path = chance.choice([*PATHS, f"/threads/{thread}/say/", "/live/poll?streams=" + streams(chance, thread)])
    method = chance.choice(["GET", "POST", "POST", "POST", "PUT", "HEAD", "OPTIONS", "NONSENSE"])
    body = form(chance)
    headers = {
        "Host": host,
        "Origin": f"http://{host}",
        "Cookie": f"sessionid={session}; csrftoken={'c' * 32}",
        "X-CSRFToken": "c" * 32,
        "Content-Type": chance.choice(TYPES),
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    spoiled = chance.choice([None, *headers, "X-Requested-With", "Accept-Language", "Range", "If-Modified-Since"])
    if spoiled not in (None, "Content-Length", "Connection"):
        headers[spoiled] = "".join(chr(chance.randrange(33, 255)) for _ in range(chance.randrange(80)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("latin1") + b"\r\n\r\n" + body


def streams(chance: random.Random, thread: int) -> str:
    parts = [f"thread:{thread}@0", f"thread:{thread}@99999999999999", "thread:1@-1", "a:b@c", "@", "thread:²@1", ""]
    parts += [f"thread:{'9' * 18}@1", "nothing:1@1", "%00", "thread:1@" + "9" * 40]
    return quote_from_bytes(",".join(chance.choices(parts, k=chance.randrange(25))).encode(), safe="%:@,")


def form(chance: random.Random) -> bytes:
    values: list[bytes] = [
        b"",
        b"%00",
        b"%FF%FE",
        b"%ED%A0%80",
        b"x" * 30_000,
        CID.encode(),
        b"-1",
        b"9" * 40,
        b"%0D%0A",
    ]
    names = [b"body", b"client_id", b"reply_to", b"emoji", b"next", b"%00", b"", b"csrfmiddlewaretoken"]
    pairs = [chance.choice(names) + b"=" + chance.choice(values) for _ in range(chance.randrange(12))]
    if chance.random() < 0.02:
        pairs += [b"n%d=" % number for number in range(1200)]  # more fields than are read
    return chance.choice([b"&".join(pairs), b"--x\r\n" + b"\r\n".join(pairs), chance.randbytes(chance.randrange(300))])
