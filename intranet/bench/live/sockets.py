"""What the kernel holds for the sockets of a port, asked over netlink (sock_diag(7))."""

import socket
import struct
from collections.abc import Iterator

SOCK_DIAG_BY_FAMILY = 20
SHOW_SKMEMINFO = 7  # INET_DIAG_SKMEMINFO
ESTABLISHED = 1 << 1
REQUEST_DUMP = 0x301  # NLM_F_REQUEST | NLM_F_DUMP
HEADER = struct.Struct("=IHHII")
DONE, ERROR = 3, 2
MESSAGE = 72  # bytes of inet_diag_msg
WMEM_QUEUED = 5  # place in the memory information, in words


def queued_for_sending(port: int) -> list[int]:
    """Bytes of kernel memory in the send queue of each connection of a server on the loopback's `port`."""
    return [words[WMEM_QUEUED] for source, words in connections() if source == port]


def connections() -> Iterator[tuple[int, tuple[int, ...]]]:
    """The source port of each open TCP connection over IPv4, with the words of its memory information."""
    body = struct.pack("=BBBxI", socket.AF_INET, socket.IPPROTO_TCP, 1 << (SHOW_SKMEMINFO - 1), ESTABLISHED) + bytes(48)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4) as kernel:
        kernel.send(HEADER.pack(HEADER.size + len(body), SOCK_DIAG_BY_FAMILY, REQUEST_DUMP, 1, 0) + body)
        while True:
            data = kernel.recv(1 << 18)
            while data:
                size, kind, *_ = HEADER.unpack_from(data)
                if kind in (DONE, ERROR):
                    return
                yield from one_connection(data[HEADER.size : size])
                data = data[(size + 3) & ~3 :]


def one_connection(message: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    (source,) = struct.unpack_from("!H", message, 4)
    rest = message[MESSAGE:]
    while len(rest) >= 4:
        size, kind = struct.unpack_from("=HH", rest)
        if kind == SHOW_SKMEMINFO:
            yield source, struct.unpack_from(f"={(size - 4) // 4}I", rest, 4)
        rest = rest[(size + 3) & ~3 :]
