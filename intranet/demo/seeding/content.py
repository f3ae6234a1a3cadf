"""The demo company as written in `content/`: plain files, read as they are."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).resolve().parent.parent / "content"


@cache
def company() -> dict[str, Any]:
    """Teams, people, guests, spaces and the demo cast."""
    return tomllib.loads((CONTENT / "company.toml").read_text())


def threads() -> list[tuple[str, dict[str, Any]]]:
    """The conversations, oldest first: (name of the file, its content)."""
    files = sorted((CONTENT / "threads").glob("*.toml"))
    found = [(file.stem, tomllib.loads(file.read_text())) for file in files]
    return sorted(found, key=lambda thread: (thread[1]["start"], thread[0]))


def pages() -> list[tuple[dict[str, Any], str]]:
    """The pages, oldest first: (front matter with its slug, Markdown body)."""
    found = []
    for file in sorted((CONTENT / "pages").glob("*.md")):
        _, front, body = file.read_text().split("+++\n", 2)
        found.append(({"slug": file.stem} | tomllib.loads(front), body.strip()))
    return sorted(found, key=lambda page: (page[0]["published"], page[0]["slug"]))
