"""The two locks: what `up` installs and, holding all of it too, what `test` installs.

They carry hashes and no address, and hold for Python 3.11 to 3.13 on any platform.
"""

import argparse
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.bootstrap import ROOT, RUNTIME_LOCK, TEST_LOCK
from deploy.progress import StepFailed, run, say

COMPILE = ("--universal", "--python-version", "3.11", "--generate-hashes")
NO_ADDRESS = ("--no-config", "--no-emit-index-url", "--no-header", "--no-annotate")
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)")


def main(argv: Sequence[str]) -> int:
    """Write both locks anew from pyproject.toml, or with `--check` only judge them. Return the exit code."""
    parser = argparse.ArgumentParser(prog="manage.py lock", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only check the locks, without the network")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows")
    options = parser.parse_args(argv)
    if not options.check:
        try:
            refresh(upgrade=options.upgrade)
        except StepFailed as failure:
            say(failure.tail())
            return 1
    problems = list(find_problems(ROOT))
    for problem in problems:
        say(f"lock: {problem}")
    return 1 if problems else 0


def refresh(*, upgrade: bool) -> None:
    """Compile both locks with uv. Raises `StepFailed`."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    newest = ["--upgrade"] if upgrade else []
    base = [uv, "pip", "compile", *COMPILE, *NO_ADDRESS, *newest, "pyproject.toml"]
    run(RUNTIME_LOCK, [*base, "--output-file", RUNTIME_LOCK], cwd=ROOT)
    test = [*base, "--group", "test", "--constraint", RUNTIME_LOCK, "--output-file", TEST_LOCK]
    run(TEST_LOCK, test, cwd=ROOT)


def find_problems(root: Path) -> Iterator[str]:
    """Say what is wrong with the locks under `root`, a sentence each; nothing when they are right."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    pins = {}
    for name, wanted in ((RUNTIME_LOCK, runtime), (TEST_LOCK, runtime + project["dependency-groups"]["test"])):
        text = (root / name).read_text()
        pins[name] = read_pins(text)
        yield from find_addresses(name, text)
        yield from find_unhashed(name, text)
        yield from find_uncovered(name, pins[name], wanted)
    for package, version in pins[RUNTIME_LOCK].items():
        if pins[TEST_LOCK].get(package) != version:
            yield f"{TEST_LOCK} lacks {package}=={version} of {RUNTIME_LOCK}"


def read_pins(text: str) -> dict[str, str]:
    """Return the version that a lock pins for each package, by its canonical name."""
    matches = (PINNED.match(line) for line in text.splitlines())
    return {canonicalize_name(match[1]): match[2] for match in matches if match}


def find_addresses(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if "://" in line or " @ " in line or line.startswith(("-i", "-f", "--index", "--extra", "--find")):
            yield f"{name} holds an address in line {number}: {line.strip()}"


def find_unhashed(name: str, text: str) -> Iterator[str]:
    for entry in re.split(r"\n(?! )", text):
        match = PINNED.match(entry)
        if match and "--hash=sha256:" not in entry:
            yield f"{name} pins {match[1]} without a hash"


def find_uncovered(name: str, pins: dict[str, str], wanted: Sequence[str]) -> Iterator[str]:
    for requirement in map(Requirement, wanted):
        version = pins.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            yield f"{name} does not cover {requirement} of pyproject.toml: run python3 manage.py lock"
