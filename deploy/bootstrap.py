"""From a bare Python to Parvis's own environment, with the standard library alone.

`enter()` makes `.venv`, installs the lock that the command needs, stamps the environment with the lock's digest and
goes on inside it. When the stamp is right this costs milliseconds.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.progress import StepFailed, run, say, step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "parvis.json"
RUNTIME_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"  # holds everything in RUNTIME_LOCK, at the same versions
NEEDS_TEST_LOCK = {"test", "lock", "tidy", "bench", "prove"}


def enter(argv: Sequence[str]) -> None:
    """Return inside `.venv` with the packages that the command `argv[1]` needs, re-executing Python when outside it."""
    lock = TEST_LOCK if len(argv) > 1 and argv[1] in NEEDS_TEST_LOCK else RUNTIME_LOCK
    if not is_ready(lock):
        try:
            prepare(lock)
        except StepFailed as failure:
            sys.exit(explain(failure))
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *argv])


def is_ready(lock: str) -> bool:
    return PYTHON.exists() and read_stamp().get(lock) == digest(lock)


def digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def read_stamp() -> dict[str, str]:
    """Return the digest of each lock that the environment holds, by the lock's name."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return stamp


def prepare(lock: str) -> None:
    """Make `.venv` hold what `lock` lists. Two at once wait for each other. Raises `StepFailed`."""
    with alone():
        if is_ready(lock):
            return
        say("Parvis: setting up the Python environment")
        if not PYTHON.exists():
            with step("virtual environment in .venv"):
                venv.create(VENV, clear=True, symlinks=True, with_pip=False)
        STAMP.unlink(missing_ok=True)
        install(lock)
        held = {RUNTIME_LOCK, lock}
        STAMP.write_text(json.dumps({name: digest(name) for name in sorted(held)}))


@contextmanager
def alone() -> Iterator[None]:
    """Hold the right to change `.venv` until the block ends, waiting for another holder."""
    with (ROOT / "manage.py").open() as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


def install(lock: str) -> None:
    count = sum(1 for line in (ROOT / lock).read_text().splitlines() if "==" in line)
    title = f"{count} Python packages from {lock}"
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--python", str(PYTHON), "--no-deps", "--require-hashes", "-r", lock]
        run(title, command, cwd=ROOT)
        return
    ensure_pip()
    quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    command = [str(PYTHON), "-m", "pip", "install", *quiet, "--no-deps", "--require-hashes", "-r", lock]
    run(title, command, cwd=ROOT, on_line=PipNotes(count))


class PipNotes:
    """Turns pip's lines into "24 of 76 packages, wagtail"."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.seen = 0

    def __call__(self, line: str) -> str | None:
        words = line.split()
        if line.startswith("Collecting"):
            self.seen += 1
            return f"{self.seen} of {self.count} packages, {words[1].split('==')[0]}"
        return "unpacking" if line.startswith("Installing") else None


def ensure_pip() -> None:
    """Put pip into `.venv`, fetching Debian's python3-venv as root where Python was split from it."""
    if list(VENV.glob("lib/python*/site-packages/pip")):
        return
    apt = shutil.which("apt-get")
    if importlib.util.find_spec("ensurepip") is None and apt and os.geteuid() == 0:
        run("package lists of apt", [apt, "update"])
        package = f"python3.{sys.version_info.minor}-venv"
        run(f"{package} from apt", [apt, "install", "--yes", "--no-install-recommends", package])
    run("pip into .venv", [str(PYTHON), "-m", "ensurepip", "--default-pip"])


def explain(failure: StepFailed) -> str:
    return (
        f"\n{failure.tail()}\n\n"
        f"Parvis could not set up: {failure.title}. The cause is in the lines above.\n"
        "- No network? The first start fetches packages from PyPI, or from your mirror (PIP_INDEX_URL).\n"
        "- No module named ensurepip? Install it as root: apt-get install python3-venv\n"
        "Nothing needs cleaning up: the same command goes on from here."
    )
