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


@cache
def syntheses() -> list[dict[str, Any]]:
    """What some conversations came to."""
    found: list[dict[str, Any]] = tomllib.loads((CONTENT / "syntheses.toml").read_text())["synthesis"]
    return found


def private_conversations() -> list[tuple[str, dict[str, Any]]]:
    """The private conversations: (name of the file, its content)."""
    return [(file.stem, tomllib.loads(file.read_text())) for file in sorted((CONTENT / "private").glob("*.toml"))]


def live_sessions() -> list[tuple[str, dict[str, Any]]]:
    """The live Q&As: (name of the file, its content)."""
    return [(file.stem, tomllib.loads(file.read_text())) for file in sorted((CONTENT / "live").glob("*.toml"))]


@cache
def care() -> dict[str, list[dict[str, Any]]]:
    """What those who run the spaces did about conversations: `split`, `merge`, `hidden`."""
    return tomllib.loads((CONTENT / "care.toml").read_text())


@cache
def page_care() -> dict[str, list[dict[str, Any]]]:
    """How pages are cared for: `named`, `problems`, `watched`, `asked`, `archived`."""
    return tomllib.loads((CONTENT / "page_care.toml").read_text())


@cache
def front() -> dict[str, list[dict[str, Any]]]:
    """What is on the front page, and who comes to what: `banners`, `cards`, `links`, `answers`."""
    return tomllib.loads((CONTENT / "front.toml").read_text())


@cache
def measures() -> dict[str, Any]:
    """What was recorded and decided about the measures of teams, and who looked at figures."""
    return tomllib.loads((CONTENT / "measures.toml").read_text())


@cache
def page_life() -> dict[str, list[dict[str, Any]]]:
    """The life of pages: `bin`, `template`, `later`, `shown`, `passage`."""
    return tomllib.loads((CONTENT / "page_life.toml").read_text())


@cache
def colleague() -> dict[str, Any]:
    """The page that somebody is writing while it is open, and her lines."""
    return tomllib.loads((CONTENT / "colleague.toml").read_text())


def pages() -> list[tuple[dict[str, Any], str]]:
    """The pages, oldest first: (front matter with its slug, Markdown body)."""
    found = []
    for file in sorted((CONTENT / "pages").glob("*.md")):
        _, front, body = file.read_text().split("+++\n", 2)
        found.append(({"slug": file.stem} | tomllib.loads(front), body.strip()))
    return sorted(found, key=lambda page: (page[0]["published"], page[0]["slug"]))
