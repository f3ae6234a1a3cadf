"""Parvis as people run it: processes of its own, on a database of its own, to visit, to kill and to start again."""

import http.client
import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy import frontend
from tests.support.engines import ROOT, Engine
from tests.support.missing import need
from tests.support.ports import free_port
from tests.support.redis import Redis

START_SECONDS = 120
STOP_SECONDS = 15
numbers = itertools.count(1)


class Process:
    """One serving process of a site."""

    def __init__(self, site: "Site", number: int) -> None:
        self.site = site
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = site.data / f"server-{number}.log"
        self.running: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start without waiting; `wait()` does."""
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(command, cwd=ROOT, env=self.site.environment, stdout=log, stderr=log)

    def wait(self) -> None:
        """Return when the process answers. Raises `RuntimeError` with its log when it never does."""
        deadline = time.monotonic() + START_SECONDS
        while not self.is_healthy():
            if self.running is None or self.running.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def start(self) -> None:
        self.launch()
        self.wait()

    def is_healthy(self) -> bool:
        """Say whether the process answers that all is well."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/live/health")
            return line.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            line.close()

    def kill(self) -> None:
        """Kill it as a crash would: nothing is said, nothing is finished."""
        self.end(signal.SIGKILL)

    def stop(self) -> int | None:
        """Ask it to stop and return its exit code, `None` when it was not running."""
        return self.end(signal.SIGTERM)

    def freeze(self) -> None:
        """Let it stand still with its sockets open, until `thaw()`."""
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)

    def send(self, which: signal.Signals) -> None:
        assert self.running is not None
        self.running.send_signal(which)

    def end(self, how: signal.Signals) -> int | None:
        if self.running is None:
            return None
        self.send(how)
        try:
            return self.running.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()
            raise
        finally:
            self.running = None


class Site:
    """A served Parvis. On SQLite it is one process; on PostgreSQL it is two, with Redis between them."""

    def __init__(self, engine: Engine, redis: Redis | None) -> None:
        self.engine = engine
        self.redis = redis
        self.database = f"parvis_site_{os.getpid()}_{next(numbers)}"
        self.data = Path(tempfile.mkdtemp(prefix="parvis-site-"))
        self.environment = self.make_environment()
        count = 2 if redis else 1
        self.processes = [Process(self, number) for number in range(count)]
        self.tasks: subprocess.Popen[bytes] | None = None

    def make_environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
        return {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "intranet.settings.dev",
            "PARVIS_DEMO_COLLEAGUE": "false",
            "PARVIS_DATABASE_URL": self.engine.url(self.database),
            "PARVIS_REDIS_URL": self.redis.url if self.redis else "",
            "PARVIS_DATA": str(self.data),
            "PARVIS_SECRET_KEY": "of every process of this site alike",
            "PARVIS_LOG_LEVEL": "WARNING",
        }

    @property
    def urls(self) -> list[str]:
        """The address of each process: the first and the last are different processes where there are two."""
        return [process.url for process in self.processes]

    def start(self) -> None:
        """Start every process and the task worker, and return when all of them answer."""
        for process in self.processes:
            process.launch()
        self.start_tasks()
        for process in self.processes:
            process.wait()

    def start_tasks(self) -> None:
        command = [sys.executable, "manage.py", "db_worker", "--queue-name", "*", "--interval", "0.2", "--no-reload"]
        with (self.data / "tasks.log").open("ab") as log:
            self.tasks = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def stop(self) -> None:
        """Stop everything and forget the database and the files."""
        for process in self.processes:
            process.end(signal.SIGKILL)
        if self.tasks is not None:
            self.tasks.kill()
            self.tasks.wait()
        self.engine.drop(self.database)
        shutil.rmtree(self.data, ignore_errors=True)

    def manage(self, *words: str) -> str:
        """Run a command of manage.py on this site and return what it printed."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the site's database directly. Placeholders are `%s` on both engines."""
        url = self.environment["PARVIS_DATABASE_URL"]
        if self.engine.name == "sqlite":
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
                return file.execute(statement.replace("%s", "?"), values).fetchall()
        with psycopg.connect(url) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def log(self) -> str:
        """Return all that the processes have printed."""
        return "\n".join(path.read_text() for path in sorted(self.data.glob("*.log")))


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    """A Redis of our own, empty at the start of the run."""
    need("redis")
    server = Redis()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def built_front_end() -> None:
    """The front end as people get it, built when its sources changed."""
    frontend.build()


@contextmanager
def serving(engine: Engine, redis: Redis | None, *, demo: bool) -> Iterator[Site]:
    """Serve a site with the demo company in it, or with the bare template, while the block lasts."""
    served = Site(engine, redis)
    try:
        engine.copy(served.database)
        if demo:
            served.manage("seed_demo")
        served.start()
        yield served
    finally:
        print(served.log()[-8000:])
        served.stop()


def redis_of(request: pytest.FixtureRequest, engine: Engine) -> Redis | None:
    """Return the Redis that a site on `engine` needs: two processes on PostgreSQL, one alone on SQLite."""
    if engine.name == "sqlite":
        return None
    found: Redis = request.getfixturevalue("redis")
    return found


@pytest.fixture
def site(request: pytest.FixtureRequest, engine: Engine, built_front_end: None) -> Iterator[Site]:
    """A served Parvis for one test alone, with the template's empty database. Do with it what you want."""
    with serving(engine, redis_of(request, engine), demo=False) as served:
        yield served


@pytest.fixture(scope="session")
def demo_site(request: pytest.FixtureRequest, engine: Engine, built_front_end: None) -> Iterator[Site]:
    """A served Parvis with the demo company, shared by all tests: add to it, and break nothing."""
    with serving(engine, redis_of(request, engine), demo=True) as served:
        yield served
