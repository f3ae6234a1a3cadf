"""What every server of the benchmark is: a name, processes, ports, and a way to be spoken to."""

import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

from django.conf import settings

from intranet.bench.live.generator import Dialect
from intranet.bench.live.processes import family

START_SECONDS = 300  # of the slowest peer on a busy machine
STOP_SECONDS = 10


class Absent(Exception):
    """This server cannot be had here; the message says what is missing."""


class Program(ABC):
    """One that takes turns. `about` says in a line what it does and keeps; `is_ours` what the goals are asked of."""

    name: str
    about: str
    is_ours = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports: list[int] = []
        self.running: list[subprocess.Popen[bytes]] = []
        self.log_path = folder / "log"

    @abstractmethod
    def start(self, clients: int) -> None:
        """Serves, ready for so many clients. Raises Absent when it cannot be had on this machine."""

    def processes(self) -> set[int]:
        """All its processes, its database's too."""
        return family(process.pid for process in self.running)

    def stop(self) -> None:
        """Ends what was started, the last first, with all that it began."""
        began = family(process.pid for process in self.running) - {process.pid for process in self.running}
        for pid in began:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for process in reversed(self.running):
            process.terminate()
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def launch(self, command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
        """Begins a process that writes to the server's log."""
        words = [str(word) for word in command]
        with self.log_path.open("ab") as log:
            process = subprocess.Popen(
                words, cwd=settings.BASE_DIR, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.running.append(process)

    def launch_on_its_port(self, command: Sequence[str | Path]) -> None:
        """Begins a process that says its port in its first line."""
        words = [str(word) for word in command]
        with self.log_path.open("ab") as log:
            process = subprocess.Popen(words, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=log)
        self.running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        process.stdout.close()
        if not line.strip().isdigit():
            raise RuntimeError(f"{self.name} did not start:\n{self.told()}")
        self.ports.append(int(line))

    def wait_for_ports(self) -> None:
        """Returns when somebody listens on every port. Raises RuntimeError with the log when a process ended."""
        deadline = time.monotonic() + START_SECONDS
        while not all(map(listens, self.ports)):
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.running):
                raise RuntimeError(f"{self.name} did not start:\n{self.told()}")
            time.sleep(0.05)

    def call(self, *command: str | Path) -> bool:
        """Runs a program to its end, its words in the log; False when it failed."""
        with self.log_path.open("ab") as log:
            return (
                subprocess.run([*map(str, command)], cwd=self.folder, stdout=log, stderr=log, check=False).returncode
                == 0
            )

    def told(self) -> str:
        """The end of what it wrote."""
        return self.log_path.read_text(errors="replace")[-3000:]


class Server(Program):
    """One that is told messages."""

    can_resume = False
    keeps_messages = True

    @abstractmethod
    def dialect(self) -> Dialect:
        """How it is spoken to."""


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
