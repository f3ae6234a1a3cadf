"""The two databases that every test runs on. `PARVIS_TEST_ENGINE` says which one this process uses.

An engine migrates one template database and copies it wherever a database is wanted.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

from tests.support.postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "test"  # what a later run can use again
TEST = "parvis_test"  # the database of the tests that use Django's own connection


class Engine(Protocol):
    name: str

    def url(self, database: str) -> str:
        """Return the address of `database`, which need not exist yet."""

    def copy(self, database: str) -> None:
        """Make `database` equal to the template, whatever it held, starting the engine when it is not running."""

    def drop(self, database: str) -> None:
        """Forget `database`, whoever is still connected."""

    def stop(self) -> None:
        """Give everything back. The engine is of no use afterwards."""


class SQLite:
    name = "sqlite"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="parvis-sqlite-"))

    def path(self, database: str) -> Path:
        return self.folder / f"{database}.sqlite3"

    def url(self, database: str) -> str:
        return f"sqlite:///{self.path(database)}"

    def copy(self, database: str) -> None:
        with sqlite3.connect(template_file()) as template, sqlite3.connect(self.path(database)) as copy:
            template.backup(copy)
        template.close()
        copy.close()

    def drop(self, database: str) -> None:
        for path in self.folder.glob(f"{database}.sqlite3*"):
            path.unlink()

    def stop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQL:
    name = "postgresql"

    def __init__(self, *, fsync: str = "off") -> None:
        self.cluster = Cluster(kept=KEPT / f"postgres-{schema_digest()}", fsync=fsync)

    def url(self, database: str) -> str:
        return self.cluster.url(database)

    def copy(self, database: str) -> None:
        self.start()
        self.drop(database)
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE template_parvis STRATEGY file_copy')

    def start(self) -> None:
        if self.cluster.is_running():
            return
        if self.cluster.start_kept():
            return
        with alone("postgres"):
            if self.cluster.start_kept():
                return
            self.cluster.start()
            self.execute("CREATE DATABASE template_parvis")
            migrate(self.url("template_parvis"))
            self.cluster.keep()

    def drop(self, database: str) -> None:
        if self.cluster.is_running():
            self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        self.cluster.stop()


def chosen() -> Engine:
    """Return the engine that `PARVIS_TEST_ENGINE` names, SQLite when it says nothing."""
    engines: dict[str, type[SQLite] | type[PostgreSQL]] = {"sqlite": SQLite, "postgresql": PostgreSQL}
    return engines[os.environ.get("PARVIS_TEST_ENGINE", "sqlite")]()


def template_file() -> Path:
    """Return SQLite's migrated template, made once for each state of the migrations."""
    path = KEPT / f"template-{schema_digest()}.sqlite3"
    if path.exists():
        return path  # whoever makes another does not hold us up
    with alone("sqlite"):
        if not path.exists():
            forget_older("template-*")
            making = path.with_suffix(".making")
            making.unlink(missing_ok=True)
            migrate(f"sqlite:///{making}")
            making.rename(path)
    return path


def schema_digest() -> str:
    """Return a short name for all that decides what a migrated database holds."""
    total = hashlib.sha256()
    for top in ("intranet", "realtime", "cms"):
        for path in sorted((ROOT / top).glob("**/migrations/*.py")):
            total.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    total.update((ROOT / "requirements.lock").read_bytes())
    total.update((ROOT / "intranet/settings/base.py").read_bytes())
    for laid in ("cms/ground.py", "intranet/metrics/frozen.py", "realtime/threads/lexicon.py"):  # after the migrations
        total.update((ROOT / laid).read_bytes())
    return total.hexdigest()[:12]


def migrate(url: str) -> None:
    """Bring the database at `url` to the current schema, in a process of its own."""
    environment = {**os.environ, "PARVIS_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "intranet.settings.test"}
    command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold the right to make the template `name` until the block ends, waiting for another process."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def forget_older(pattern: str, *, keep: int = 8) -> None:
    """Delete what matches `pattern` among the kept, but for the newest few."""
    found = sorted(KEPT.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[keep:]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
