"""Throw-away databases to measure on, and a worker process on each that does one thing at a time when asked."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parents[2]


class Server(Protocol):
    """Where databases are made."""

    def url(self, name: str) -> str:
        """The address of the database `name`, which need not exist yet."""

    def copy(self, source: str, name: str) -> None:
        """Makes `name` as `source` is."""


class Files:
    """SQLite: a file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.sqlite3"

    def copy(self, source: str, name: str) -> None:
        shutil.copy(self.folder / f"{source}.sqlite3", self.folder / f"{name}.sqlite3")


class Cluster:
    """PostgreSQL: the server that the tests start too, with a little more memory than they give it."""

    def __init__(self, folder: Path) -> None:
        from tests.support.postgres import SETTINGS
        from tests.support.postgres import Cluster as Postgres

        SETTINGS["shared_buffers"] = "512MB"
        self.postgres = Postgres(kept=folder / "kept")
        self.postgres.start()
        self.execute("CREATE DATABASE template")

    def url(self, name: str) -> str:
        return self.postgres.url(name)

    def copy(self, source: str, name: str) -> None:
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        self.execute(f'ALTER DATABASE "{name}" SET max_parallel_workers_per_gather = 0')  # all work in one process

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@dataclass
class House:
    """One database with the process that works on it."""

    name: str
    environment: dict[str, str]
    running: "subprocess.Popen[str] | None" = field(default=None)

    def ask(self, **what: Any) -> Any:
        """Lets the worker do something and returns what it answers. Raises RuntimeError with its last words."""
        if self.running is None:
            command = [sys.executable, "-W", "ignore", "-m", "intranet.bench.worker"]
            self.running = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self.running.stdin is not None  # they are pipes
        assert self.running.stdout is not None
        self.running.stdin.write(json.dumps(what) + "\n")
        self.running.stdin.flush()
        line = self.running.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker of the {self.name} house died while it did {what}")
        return json.loads(line)

    def close(self) -> None:
        if self.running is not None:
            self.running.kill()
            self.running.communicate()  # and its pipes with it


@contextmanager
def houses(names: list[str], *, postgres: bool) -> Iterator[list[House]]:
    """Migrated, empty databases of these names with their workers; nothing is left of them afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="parvis-bench-"))
    server: Server = Cluster(folder) if postgres else Files(folder)
    opened: list[House] = []
    try:
        migrate(environment(server.url("template"), folder))
        for name in names:
            server.copy("template", name)
            opened.append(House(name, environment(server.url(name), folder)))
        yield opened
    finally:
        for house in opened:
            house.close()
        if isinstance(server, Cluster):
            server.postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def environment(url: str, folder: Path) -> dict[str, str]:
    """What a process of a house runs in: the product's own settings, on one machine."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "intranet.settings.dev",
        "PARVIS_DATABASE_URL": url,
        "PARVIS_DATA": str(folder),
        "PARVIS_SECRET_KEY": secrets.token_urlsafe(50),
        "PARVIS_LOG_LEVEL": "ERROR",
    }


def migrate(environment: dict[str, str]) -> None:
    command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
