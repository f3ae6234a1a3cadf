"""What a crash run breaks: a database, a Redis and serving processes of our own, on loopback."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.support.engines import PostgreSQL, SQLite
from tests.support.postgres import Cluster
from tests.support.redis import Redis
from tests.support.sites import Site

SMALL = {"postgresql": "320m", "sqlite": "48m"}  # of the disk that is filled
SETTINGS = {"max_wal_size": "64MB", "min_wal_size": "32MB", "wal_keep_size": "0"}


class SmallDisk:
    """A folder on a disk of its own that can be filled, where this machine lets us mount one."""

    def __init__(self, size: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="parvis-crash-"))
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(self.folder)]
        self.is_mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0

    @property
    def filler(self) -> Path:
        return self.folder / "filler"

    def fill(self) -> None:
        """Leaves no byte free."""
        with self.filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"\0" * 65536) == 65536:
                pass

    def clear(self) -> None:
        self.filler.unlink(missing_ok=True)

    def close(self) -> None:
        if self.is_mounted:
            subprocess.run([shutil.which("umount") or "umount", "--lazy", str(self.folder)], check=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class OwnCluster(Cluster):
    """A PostgreSQL on a small disk, all of whose processes can be killed and frozen together."""

    def __init__(self, kept: Path, disk: SmallDisk) -> None:
        super().__init__(kept, settings=SETTINGS)
        self.disk = disk

    def make_folder(self) -> Path:
        self.folder = self.disk.folder / "cluster"
        self.folder.mkdir()
        self.disk.folder.chmod(0o755)
        return self.folder

    def send(self, which: signal.Signals) -> None:
        """Sends a signal to the server and each process it has started."""
        assert self.process is not None
        for pid in [self.process.pid, *children(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, which)

    def kill(self) -> None:
        """Kills the server and all its processes at once, as when a machine goes down."""
        assert self.process is not None
        self.send(signal.SIGSTOP)
        self.send(signal.SIGKILL)
        self.process.wait()

    def come_back(self) -> None:
        """Starts it on what is on the disk, and returns when it has recovered."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.launch() if not self.is_running() else self.wait_until_it_answers()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return


def children(parent: int) -> list[int]:
    """The processes that `parent` has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


class OwnPostgreSQL(PostgreSQL):
    def __init__(self, disk: SmallDisk) -> None:
        super().__init__()
        self.cluster: OwnCluster = OwnCluster(self.cluster.kept, disk)


class OwnSQLite(SQLite):
    def __init__(self, disk: SmallDisk) -> None:
        super().__init__()
        shutil.rmtree(self.folder)
        self.folder = disk.folder


class House:
    """A served Parvis whose every part may be broken. One process on SQLite, two and a Redis on PostgreSQL."""

    def __init__(self, engine: str) -> None:
        self.disk = SmallDisk(SMALL[engine])
        self.engine: OwnPostgreSQL | OwnSQLite
        self.redis: Redis | None = None
        if engine == "postgresql":
            self.engine, self.redis = OwnPostgreSQL(self.disk), Redis()
        else:
            self.engine = OwnSQLite(self.disk)
        self.site = Site(self.engine, self.redis)

    def start(self) -> None:
        if self.redis:
            self.redis.start()
        self.engine.copy(self.site.database)
        for process in self.site.processes:
            process.launch()
        for process in self.site.processes:
            process.wait()

    def stop(self) -> None:
        with suppress(psycopg.OperationalError):
            self.site.stop()
        if self.redis:
            self.redis.stop()
        self.engine.stop()
        self.disk.close()

    @property
    def cluster(self) -> OwnCluster:
        assert isinstance(self.engine, OwnPostgreSQL)
        return self.engine.cluster

    def tell_redis(self, *commands: str) -> None:
        """Sends commands to Redis."""
        assert self.redis is not None
        with socket.create_connection(("127.0.0.1", self.redis.port), timeout=5) as line:
            for command in commands:
                line.sendall(command.encode() + b"\r\n")
                line.recv(64)


@contextmanager
def house(engine: str) -> Iterator[House]:
    """A house while the block lasts."""
    built = House(engine)
    try:
        built.start()
        yield built
    finally:
        built.stop()
