"""`python3 manage.py up` serves, refuses to be two, and stops in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from intranet.accounts.models import User
from intranet.portal.management.commands.up import forget_demo
from tests.support.engines import ROOT, Engine
from tests.support.ports import free_port

READY_SECONDS = 180
STOP_SECONDS = 10

pytestmark = pytest.mark.engine("sqlite")


class Ups:
    """Starts `up` on a database of its own, as often as asked."""

    def __init__(self, engine: Engine, data: Path) -> None:
        self.data = data
        self.port = free_port()
        engine.copy("up")
        self.url = engine.url("up")
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *words: str, url: str = "", port: int = 0) -> subprocess.Popen[str]:
        mine = {"PARVIS_DATABASE_URL": url or self.url, "PARVIS_DATA": str(self.data), "PARVIS_REDIS_URL": ""}
        command = [sys.executable, "manage.py", "up", "--port", str(port or self.port), *words]
        environment = {**os.environ, **mine, "DJANGO_SETTINGS_MODULE": "intranet.settings.dev"}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()


@pytest.fixture
def ups(engine: Engine, built_front_end: None, tmp_path: Path) -> Iterator[Ups]:
    starter = Ups(engine, tmp_path)
    yield starter
    starter.end()


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    """Return what `process` prints up to the line that holds `words`."""
    assert process.stdout is not None
    said = ""
    deadline = time.monotonic() + READY_SECONDS
    for line in process.stdout:
        said += line
        if words in line or time.monotonic() > deadline:
            break
    assert words in said, said
    return said


def refusal(process: "subprocess.Popen[str]") -> str:
    said, _ = process.communicate(timeout=READY_SECONDS)
    assert process.returncode == 1, said
    return said


def test_it_serves_tells_how_to_get_in_and_refuses_to_be_two(ups: Ups) -> None:
    served = ups.start("--no-demo")
    said = read_until(served, "Stop with Ctrl+C")
    assert f"Parvis is at http://localhost:{ups.port}" in said
    assert "python3 manage.py createsuperuser" in said

    same_data = refusal(ups.start("--no-demo", port=free_port()))
    assert f"Parvis already serves this data at http://localhost:{ups.port} (process {served.pid})" in same_data
    assert "PARVIS_REDIS_URL" in same_data

    same_port = refusal(ups.start("--no-demo", url=f"sqlite:///{ups.data / 'other.sqlite3'}"))
    assert f"Port {ups.port} is taken" in same_port
    assert f"python3 manage.py up --port {ups.port + 1}" in same_port


@pytest.mark.django_db
def test_resetting_the_demo_leaves_real_people_alone() -> None:
    User.objects.create_user("demo@company.example", name="Demo")
    User.objects.create_user("mona@company.org", name="Mona")
    with pytest.raises(CommandError, match="There are real people in this database"):
        forget_demo()
    assert User.objects.count() == 2


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_order(ups: Ups, how: signal.Signals) -> None:
    served = ups.start("--no-demo")
    read_until(served, "Stop with Ctrl+C")
    served.send_signal(how)
    said, _ = served.communicate(timeout=STOP_SECONDS)
    assert served.returncode == 0, said
    assert "Stopped." in said
    assert "Traceback" not in said
