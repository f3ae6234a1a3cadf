"""generator.c in Python, for machines without a compiler: the same config, commands, counts and checks, ten times the cost.

With it the clients take more of the processor than the servers, so that deliveries a second say little; the ratios
of what the servers' own processes cost stand.
"""

import json
import os
import select
import socket
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SENDERS = 64
WORDS = "La presse tourne, la mesure est prise. "
COUNTS = ("lost", "doubled", "late", "orders", "errors", "resets", "closed")
Step = tuple[str, str]


@dataclass(eq=False)
class Client:
    """One socket, and how far it was told of each sender."""

    number: int
    variables: list[str]
    line: socket.socket | None = None
    state: str = "closed"  # connecting, upgrading, speaking, open
    script: list[Step] = field(default_factory=list)
    step: int = 0
    was_open: bool = False
    stalled: bool = False
    held: bytes = b""
    seq: int = 0
    order: int = 0
    spoiled: bool = False
    next: list[int] = field(default_factory=lambda: [0] * SENDERS)
    missed: set[tuple[int, int]] = field(default_factory=set)


class Clients:
    """All clients of one server, and the commands."""

    def __init__(self, config: str) -> None:
        self.ports: list[int] = []
        self.senders, self.ack, self.say = 50, "ref", ""
        self.scripts: dict[str, list[Step]] = {"open": [], "resume": []}
        self.clients: list[Client] = []
        for line in config.splitlines():
            self.read(*line.split(" ", 1))
        self.senders = min(self.senders, len(self.clients))
        self.nonce = time.monotonic_ns() & 0xFFFFFFFF
        self.epoll = select.epoll()
        self.by_fd: dict[int, Client] = {}
        self.body, self.small_from, self.small = 60, sys.maxsize, 0
        self.sent = [0] * SENDERS
        self.sent_at: dict[tuple[int, int], float] = {}
        self.told: dict[tuple[int, int], int] = defaultdict(int)
        self.last_frame = 0.0
        self.begin(recording=False)

    def read(self, word: str, rest: str = "") -> None:
        match word:
            case "port":
                self.ports.append(int(rest))
            case "senders":
                self.senders = int(rest)
            case "ack":
                self.ack = rest
            case "say":
                self.say = unescaped(rest)
            case "open" | "resume":
                kind, text = rest.split(" ", 1)
                self.scripts[word].append((kind, unescaped(text)))
            case "client":
                self.clients.append(Client(len(self.clients), rest.split("\t")))

    # --- counting ---

    def begin(self, *, recording: bool) -> None:
        self.count: dict[str, Any] = defaultdict(int)
        self.receipts: list[float] = []
        self.acks: list[float] = []
        self.recording = recording
        self.first_send = self.last_delivery = self.last_ack = 0.0
        self.last_frame = time.monotonic()
        self.waiting: set[int] = set()
        self.free: list[int] = []
        self.outstanding = 0
        self.goal = len(self.readers())

    def readers(self) -> list[Client]:
        return [client for client in self.clients if client.state == "open" and not client.stalled]

    def on_ack(self, sender: int, number: int, at: float) -> None:
        if (sender, number) not in self.sent_at:
            return
        self.count["acked"] += 1
        self.last_ack = at
        if self.recording:
            self.acks.append(at - self.sent_at[sender, number])
        if sender in self.waiting and number + 1 == self.sent[sender]:
            self.waiting.discard(sender)
            self.free.append(sender)

    def on_mark(self, client: Client, sender: int, number: int, at: float) -> None:
        if (sender, number) not in self.sent_at:
            return
        expected = client.next[sender]
        client.order = hash((client.order, sender, number))
        self.count["delivered"] += 1
        self.last_delivery = at
        if number >= expected:
            missed = {(sender, skipped) for skipped in range(expected, number)}
            self.count["lost"] += len(missed)
            client.missed |= missed
            client.spoiled |= bool(missed)
            client.next[sender] = number + 1
        else:
            self.out_of_line(client, sender, number)
        if self.recording:
            self.receipts.append(at - self.sent_at[sender, number])
        self.told[sender, number] += 1
        if self.told[sender, number] == self.goal:
            self.outstanding -= 1
        if self.ack == "echo" and client.number == sender:
            self.on_ack(sender, number, at)

    def out_of_line(self, client: Client, sender: int, number: int) -> None:
        client.spoiled = True
        if (sender, number) in client.missed:
            client.missed.discard((sender, number))
            self.count["late"] += 1
            self.count["lost"] -= 1
        else:
            self.count["doubled"] += 1
            self.count["delivered"] -= 1

    def check(self) -> None:
        """What never came is lost; whoever was told everything was told it in the same order."""
        order = None
        for client in self.readers():
            for sender in range(self.senders):
                if client.next[sender] < self.sent[sender]:
                    self.count["lost"] += self.sent[sender] - client.next[sender]
                    client.next[sender] = self.sent[sender]
                    client.spoiled = True
            if not client.spoiled:
                order = client.order if order is None else order
                self.count["orders"] += client.order != order
        if not any(client.stalled for client in self.clients):
            for client in self.clients:
                client.order, client.spoiled = 0, False
                client.missed.clear()

    # --- speaking ---

    def fill(self, model: str, client: Client, sender: int = 0, number: int = 0) -> str:
        start, *parts = model.split("%")
        return start + "".join(self.value(part[:1], client, sender, number) + part[1:] for part in parts)

    def value(self, letter: str, client: Client, sender: int, number: int) -> str:
        match letter:
            case "S":
                return str(client.seq)
            case "R":
                return str(number + 1000)
            case "U":
                return f"{self.nonce:08x}-{sender:04x}-4000-8000-{number:012x}"
            case "B":
                mark = f"Tour ^b{sender}.{number}^ "
                return (mark + WORDS * (self.body // len(WORDS) + 1))[: max(self.body, len(mark))].rstrip()
        return client.variables[int(letter) - 1] if letter.isdigit() else letter

    def say_next(self, sender: int) -> None:
        number = self.sent[sender]
        self.sent[sender] += 1
        client = self.clients[sender]
        text = self.fill(self.say, client, sender, number)
        at = self.sent_at[sender, number] = time.monotonic()
        self.first_send = self.first_send or at
        self.count["sent"] += 1
        self.outstanding += 1
        self.waiting.add(sender)
        self.send(client, 1, text.encode())

    def send(self, client: Client, opcode: int, data: bytes) -> None:
        size = len(data)
        head = bytes((0x80 | opcode, 0x80 | size)) if size < 126 else bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2)
        self.send_raw(client, head + bytes(4) + data)  # masked with zeros

    def send_raw(self, client: Client, data: bytes) -> None:
        while data and client.line:
            try:
                data = data[client.line.send(data) :]
            except BlockingIOError:
                time.sleep(0.0002)
            except OSError:
                return

    # --- hearing ---

    def turn(self, wait: float) -> bool:
        """Whatever the sockets hold, for at most `wait` seconds; whether stdin has a command."""
        command = False
        for fd, _ in self.epoll.poll(wait):
            client = self.by_fd.get(fd)
            if fd == 0:
                command = True
            elif client and client.state == "connecting":
                self.on_connected(client)
            elif client:
                self.on_readable(client)
        return command

    def on_connected(self, client: Client) -> None:
        assert client.line
        if client.line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.let_go(client)
            return
        self.epoll.modify(client.line, select.EPOLLIN)
        client.script = self.scripts["resume" if client.was_open and self.scripts["resume"] else "open"]
        client.step = 0
        self.advance(client)

    def on_readable(self, client: Client) -> None:
        assert client.line
        try:
            data = client.line.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        at = self.last_frame = time.monotonic()
        self.count["bytes"] += len(data)
        if not data:
            self.count["closed"] += 1
            self.let_go(client)
            return
        client.held += data
        if client.state != "upgrading" or self.upgraded(client):
            self.take_frames(client, at)

    def upgraded(self, client: Client) -> bool:
        head, end, rest = client.held.partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 101 " not in head:
            self.note(head[:60].decode("latin1"))
            self.let_go(client)
            return False
        client.held, client.state = rest, "speaking"
        self.advance(client)
        return True

    def take_frames(self, client: Client, at: float) -> None:
        data, start = client.held, 0
        while start + 2 <= len(data):
            begin, size = start + 2, data[start + 1] & 127
            if size >= 126:
                begin += 2 if size == 126 else 8
                size = int.from_bytes(data[start + 2 : begin])
            if begin + size > len(data):
                break
            payload, opcode = data[begin : begin + size], data[start] & 15
            start = begin + size
            if opcode == 8:
                self.count["closed"] += 1
                self.let_go(client)
                return
            if opcode == 9:
                self.send(client, 10, payload)
            elif opcode <= 2:
                self.on_text(client, payload.decode(), at)
        client.held = data[start:]

    def on_text(self, client: Client, text: str, at: float) -> None:
        self.count["frames"] += 1
        mark = text.find("^b")
        if mark >= 0:
            sender, number = text[mark + 2 : text.index("^", mark + 2)].split(".")
            if (place := text.find('"seq":', 0, 80)) >= 0:
                client.seq = int(text[place + 6 :].split(",", 1)[0])
            self.on_mark(client, int(sender), int(number), at)
        elif client.state == "speaking":
            kind, wanted = client.script[client.step]
            if kind == "wait" and wanted in text:
                client.step += 1
                self.advance(client)
        elif text.startswith('{"is":"ok","ref":'):
            ref = int(text[17:].split(",")[0].rstrip("}"))
            if ref >= 1000:
                self.on_ack(client.number, ref - 1000, at)
        elif text.startswith('{"is":"error"'):
            self.note(text)
        elif text.startswith('{"is":"reset"'):
            self.count["resets"] += 1

    def note(self, words: str) -> None:
        self.count["errors"] += 1
        self.count["note"] = self.count["note"] or words[:200]

    def advance(self, client: Client) -> None:
        while client.step < len(client.script):
            kind, text = client.script[client.step]
            if kind == "wait":
                return
            filled = self.fill(text, client)
            client.step += 1
            if kind == "raw":
                self.send_raw(client, filled.encode())
                client.state = "upgrading"
                return
            self.send(client, 1, filled.encode())
        if not client.was_open:
            client.next = list(self.sent)
        client.state, client.was_open = "open", True

    def let_go(self, client: Client) -> None:
        if client.line:
            del self.by_fd[client.line.fileno()]
            client.line.close()
        client.line, client.state, client.held = None, "closed", b""

    # --- commands ---

    def begin_connecting(self, client: Client) -> None:
        client.line = made = socket.socket()
        made.setblocking(False)
        if client.number >= self.small_from:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.small)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.state = "connecting"
        self.by_fd[made.fileno()] = client
        made.connect_ex(("127.0.0.1", self.ports[client.number % len(self.ports)]))
        self.epoll.register(made, select.EPOLLOUT)

    def connect(self, count: int, at_once: int, patience: int) -> dict[str, Any]:
        self.begin(recording=False)
        begun = time.monotonic()
        wanted = self.clients[:count]
        waiting = [client for client in wanted if client.state == "closed"]
        while time.monotonic() - begun < patience:
            busy = sum(client.state not in ("open", "closed") for client in wanted)
            if not waiting and not busy:
                break
            for client in waiting[: max(0, at_once - busy)]:
                self.begin_connecting(client)
            del waiting[: max(0, at_once - busy)]
            self.turn(0.02)
        opened = sum(client.state == "open" for client in wanted)
        for client in wanted:
            if client.state != "open":
                self.let_go(client)
        note = "" if opened == len(wanted) else self.count["note"] or "not all"
        return {"open": opened, "seconds": time.monotonic() - begun, "note": note}

    def drain(self, quiet: float) -> None:
        self.last_frame = time.monotonic()
        while time.monotonic() - self.last_frame < quiet and (self.waiting or not self.is_level()):
            self.turn(0.005)

    def is_level(self) -> bool:
        last = self.sent[: self.senders]
        return all(client.next[: self.senders] >= last for client in self.readers())

    def window(self, milliseconds: int, window: int, quiet: int) -> dict[str, Any]:
        self.begin(recording=True)
        sender, until = 0, time.monotonic() + milliseconds / 1000
        while time.monotonic() < until and time.monotonic() - self.last_frame < quiet / 1000:
            while self.outstanding < window:
                self.say_next(sender)
                sender = (sender + 1) % self.senders
            self.turn(0.005)
        return self.end(quiet)

    def rate(self, milliseconds: int, rate: int, quiet: int) -> dict[str, Any]:
        self.begin(recording=True)
        begun = time.monotonic()
        for number in range(milliseconds * rate // 1000):
            while (left := begun + number / rate - time.monotonic()) > 0:
                self.turn(left)
            self.say_next(number % self.senders)
        return self.end(quiet)

    def acknowledged(self, milliseconds: int, count: int, quiet: int) -> dict[str, Any]:
        self.begin(recording=True)
        until = time.monotonic() + milliseconds / 1000
        for sender in range(min(count, self.senders)):
            self.say_next(sender)
        while time.monotonic() < until and time.monotonic() - self.last_frame < quiet / 1000:
            free, self.free = self.free, []
            for sender in free:
                self.say_next(sender)
            self.turn(0.005)
        return self.end(quiet)

    def end(self, quiet: int) -> dict[str, Any]:
        self.drain(quiet / 1000)
        self.recording = False
        self.check()
        return self.told_of(self.count["sent"] * len(self.readers()))

    def told_of(self, expected: int) -> dict[str, Any]:
        first = self.first_send
        return {
            **{name: self.count[name] for name in ("sent", "acked", "delivered", "bytes", "frames", *COUNTS)},
            "expected": expected,
            "seconds": max(0.0, self.last_delivery - first),
            "ack_seconds": max(0.0, self.last_ack - first),
            **{f"receipt_{name}": quantile(self.receipts, share) for name, share in SHARES},
            **{f"ack_{name}": quantile(self.acks, share) for name, share in SHARES},
            "note": self.count["note"] or "",
        }

    def say_some(self, count: int, quiet: int) -> dict[str, Any]:
        self.begin(recording=False)
        for _ in range(count):
            self.say_next(0)
        self.drain(quiet / 1000)
        return {"sent": self.count["sent"], "acked": self.count["acked"]}

    def level(self, quiet: int) -> dict[str, Any]:
        self.drain(quiet / 1000)
        self.check()
        return self.told_of(0)

    def drop(self, first: int) -> dict[str, Any]:
        for client in self.clients[first:]:
            self.let_go(client)
        return {}

    def stall(self, first: int, stalled: bool = True) -> dict[str, Any]:
        for client in self.clients[first:]:
            if client.line and client.state == "open":
                client.stalled = stalled
                self.epoll.modify(client.line, 0 if stalled else select.EPOLLIN)
        return {}

    def obey(self, word: str, *numbers: int) -> dict[str, Any]:
        match word:
            case "free":
                self.begin(recording=False)
                return self.stall(0, False)
            case "body":
                self.body = numbers[0]
                return {}
            case "small":
                self.small_from, self.small = numbers
                return {}
        verbs = {"acks": self.acknowledged, "say": self.say_some}
        told: dict[str, Any] = verbs.get(word, getattr(self, word))(*numbers)
        return told


SHARES = (("p50", 0.5), ("p99", 0.99))


def quantile(figures: list[float], share: float) -> float:
    """In milliseconds, 0 without a figure."""
    return sorted(figures)[int(share * (len(figures) - 1))] * 1000 if figures else 0.0


def unescaped(text: str) -> str:
    return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t")


def main(config: str) -> None:
    """Obeys stdin until it ends."""
    clients = Clients(Path(config).read_text())
    print(json.dumps({"clients": len(clients.clients)}), flush=True)
    clients.epoll.register(0, select.EPOLLIN)
    held = b""
    while True:
        if not clients.turn(-1):
            continue
        read = os.read(0, 4096)
        if not read:
            return
        *lines, held = (held + read).split(b"\n")
        for line in lines:
            word, *numbers = line.decode().split()
            print(json.dumps(clients.obey(word, *map(int, numbers))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
