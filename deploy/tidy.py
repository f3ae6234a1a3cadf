"""`python3 manage.py tidy`: everything that a program can put in order, put in order: Python, templates, TypeScript."""

import sys
from collections.abc import Sequence
from pathlib import Path

from deploy import frontend
from deploy.bootstrap import ROOT
from deploy.progress import StepFailed, run, say

PACKAGES = ("intranet", "realtime", "cms")
DJANGO = "5.2"


def templates() -> list[str]:
    """Return the path of every template of ours, in a stable order."""
    return sorted(str(path) for package in PACKAGES for path in (ROOT / package).glob("**/templates/**/*.html"))


def main(argv: Sequence[str]) -> int:
    """Tidy all sources. Takes no arguments; returns the exit code, 1 when something is left for a person to mend."""
    ours = Path(sys.executable).parent
    left = 0
    for title, command in (
        ("ruff", [ours / "ruff", "check", "--fix", "--output-format", "concise"]),
        ("ruff's formatter", [ours / "ruff", "format"]),
        ("djade", [ours / "djade", "--target-version", DJANGO, *templates()]),
    ):
        left += attempt(title, [str(word) for word in command], ROOT, acceptable=title == "djade")
    frontend.install_packages()
    return min(1, left + attempt("Biome", frontend.npm("run", "format"), frontend.CLIENT))


def attempt(title: str, command: Sequence[str], folder: Path, *, acceptable: bool = False) -> int:
    """Run `command`; show what it left and return 1, unless its failing code only says that it changed something."""
    try:
        run(title, command, cwd=folder, env=frontend.npm_environment())
    except StepFailed as failure:
        say(failure.output)
        return 0 if acceptable else 1
    return 0
