"""The clients of one server: a program apart, in C where there is a compiler, that says, counts and checks.

It is told how to speak by a config, one fact a line: `port`, `senders`, `ack ref|echo`, `open` and `resume` with a
step each (`raw` bytes, `text` a frame, `wait` for a frame that holds the rest of the line), `say` with the frame that
says something, and a `client` line for each client with its variables, tab-separated. In steps and in `say`, %1 to %9
are the client's variables, %S the server's number of the last event it has, %R a reference, %U a UUID, %B the words.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intranet.bench.live.compiling import compiled

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
PATIENCE = 60  # seconds until everybody is connected


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server is spoken to. `opening` and `resuming` are steps; without the second nobody can resume."""

    opening: Sequence[str]
    say: str
    resuming: Sequence[str] = ()
    ack: str = "ref"
    clients: Sequence[Sequence[str]] = field(default_factory=list)


def upgrade(port: int, *headers: str, path: str = "/live/socket?protocol=1") -> str:
    """The step that opens a WebSocket from an origin of the server's own."""
    lines = [
        f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 13", f"Origin: http://127.0.0.1:{port}", *headers,
    ]  # fmt: skip
    return "raw " + "".join(f"{line}\\r\\n" for line in [*lines, ""])


def our_dialect(port: int, thread: int, clients: Sequence[Sequence[str]], *headers: str) -> Dialect:
    """As docs/protocol.md says, with the variables of each client used in `headers`."""
    begin = [upgrade(port, *headers), 'wait "is":"welcome"']
    watch = f'text {{"do":"watch","ref":1,"stream":"thread:{thread}"'
    return Dialect(
        opening=[*begin, watch + "}", 'wait "ref":1'],
        resuming=[*begin, watch + ',"after":%S}', 'wait "ref":1'],
        say=f'{{"do":"say","ref":%R,"thread":{thread},"cid":"%U","body":"%B"}}',
        clients=clients,
    )


class GeneratorFailed(Exception):
    """The program ended, or not everybody could be connected; the message says what it knew."""


class Generator:
    """The running program. Each verb returns what it counted."""

    def __init__(self, dialect: Dialect, ports: Sequence[int], folder: Path, *, senders: int = 50) -> None:
        config = folder / "generator.config"
        lines = [*(f"port {port}" for port in ports), f"senders {senders}", f"ack {dialect.ack}", f"say {dialect.say}"]
        lines += [f"open {step}" for step in dialect.opening] + [f"resume {step}" for step in dialect.resuming]
        lines += ["client " + "\t".join(variables) for variables in dialect.clients]
        config.write_text("\n".join(lines) + "\n")
        self.process = subprocess.Popen(
            [*program(), str(config)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.clients = self._read()["clients"]

    def connect(self, count: int, *, at_once: int = 64) -> dict[str, Any]:
        """Opens sockets until there are `count`. Raises GeneratorFailed when they do not all open."""
        opened = self.ask("connect", count, at_once, PATIENCE)
        if opened["open"] != count:
            raise GeneratorFailed(f"{opened['open']} of {count} clients connected. {opened['note']}")
        return opened

    def ask(self, *words: object) -> dict[str, Any]:
        """Gives a command and waits for what was counted."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError as gone:
            raise GeneratorFailed("the generator is gone") from gone
        return self._read()

    def stop(self) -> None:
        """Closes every socket and ends."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise GeneratorFailed("the generator ended")
        counted: dict[str, Any] = json.loads(line)
        return counted


def program() -> list[str]:
    """The command of the generator: in C, or in Python where nothing compiles."""
    fast = compiled("generator")
    return [str(fast)] if fast else [sys.executable, str(Path(__file__).with_name("slow_generator.py"))]
