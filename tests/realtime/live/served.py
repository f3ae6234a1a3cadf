"""Serving processes on the tests' database."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.support.engines import ROOT
from tests.support.ports import free_port
from tests.support.redis import listens
from tests.support.servers import heard

START_SECONDS = 120


class Served:
    """One process or more, all on `database`. `environment` is added to theirs."""

    def __init__(self, database: str, data: Path, **environment: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
        self.environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "tests.realtime.live.settings",
            "PARVIS_DATABASE_URL": database,
            "PARVIS_DATA": str(data),
            "PARVIS_SECRET_KEY": settings.SECRET_KEY,
            "PARVIS_LOG_LEVEL": "WARNING",
            **environment,
        }
        self.log = data / "log"
        self.ports: list[int] = []
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def urls(self) -> list[str]:
        return [f"127.0.0.1:{port}" for port in self.ports]

    def running(self) -> list[int]:
        """The ids of the processes."""
        return [process.pid for process in self.processes if process.poll() is None]

    def start(self, count: int) -> None:
        """Start `count` more processes and return when all listen."""
        for port in [free_port() for _ in range(count)]:
            self.ports.append(port)
            self.processes.append(self.launch(port))
        self.wait()

    def launch(self, port: int) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not all(map(listens, self.ports)):
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                raise RuntimeError(f"a server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def kill(self, number: int) -> None:
        """End one process as a crash would."""
        self.processes[number].kill()
        self.processes[number].wait()

    def restart(self, number: int) -> None:
        """Start it again on its port."""
        self.processes[number] = self.launch(self.ports[number])
        self.wait()

    def stop(self, number: int) -> int:
        """Ask one process to stop and return its exit code."""
        self.processes[number].send_signal(signal.SIGTERM)
        return self.processes[number].wait(timeout=20)

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@contextmanager
def serving(database: str, *, processes: int = 1, **environment: str) -> Iterator[Served]:
    """Serve while the block lasts, and print what the processes said."""
    with tempfile.TemporaryDirectory(prefix="parvis-live-") as data:
        served = Served(database, Path(data), **environment)
        try:
            served.start(processes)
            with heard(served.log, served.running):
                yield served
        finally:
            served.close()
            print(served.log.read_text()[-8000:])
