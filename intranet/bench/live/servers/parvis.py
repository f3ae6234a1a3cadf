"""Ours, as people run it: signed in, with rights, answered after the commit."""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from intranet.bench.live.generator import Dialect, our_dialect
from intranet.bench.live.processes import family
from intranet.bench.live.servers.base import Program, Server, free_port


class Engine(Protocol):
    """Where databases are made, each equal to a migrated template."""

    def url(self, database: str) -> str: ...

    def copy(self, database: str) -> None: ...


class Ours(Program):
    """Processes of `manage.py serve` on a new database of `engine`, in which the program `people` makes who takes part.

    `beside` are processes that work for it alone, such as its database.
    """

    is_ours = True
    people: str

    def __init__(
        self,
        name: str,
        about: str,
        folder: Path,
        engine: Engine,
        *,
        redis_url: str = "",
        processes: int = 1,
        beside: Collection["subprocess.Popen[bytes]"] = (),
    ) -> None:
        super().__init__(folder)
        self.name, self.about = name, about
        self.count, self.beside, self.engine = processes, beside, engine
        self.database = f"parvis_bench_{os.getpid()}_{processes}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
        self.environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "intranet.bench.live.settings",
            "PARVIS_DATABASE_URL": engine.url(self.database),
            "PARVIS_REDIS_URL": redis_url,
            "PARVIS_DATA": str(folder),
            "PARVIS_SECRET_KEY": "of a benchmark on the loopback",
            "PARVIS_LOG_LEVEL": "WARNING",
        }
        self.house: dict[str, Any] = {}

    def start(self, clients: int) -> None:
        self.engine.copy(self.database)
        command = [sys.executable, "-W", "ignore", "-m", self.people, str(clients)]
        made = subprocess.run(command, cwd=settings.BASE_DIR, env=self.environment, check=True, capture_output=True)
        self.house = json.loads(made.stdout)
        self.ports = [free_port() for _ in range(self.count)]
        for port in self.ports:
            self.launch([sys.executable, "manage.py", "serve", "--port", str(port)], self.environment)
        self.wait_for_ports()

    def processes(self) -> set[int]:
        return super().processes() | family(process.pid for process in self.beside)


class Parvis(Ours, Server):
    """Ours, with a conversation that everybody follows."""

    people = "intranet.bench.live.house"
    can_resume = True

    def dialect(self) -> Dialect:
        clients = [[session] for session in self.house["sessions"]]
        return our_dialect(self.ports[0], self.house["thread"], clients, "Cookie: sessionid=%1")
