"""The table of events for docs/events.md, written from the Python types: a test holds the two equal."""

import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_args, get_type_hints, is_typeddict

from realtime.live.typescript import word

HEADER = """# What is told on a stream

Written by `manage.py event_types` from the Python types; do not edit. How events travel is in [protocol.md](protocol.md).
More kinds, and more fields in the present ones, may come in any release: a client ignores those it does not know.
"""
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
FIELD = re.compile(r"^    (\w+): [^#\n]*(?:#\s*(.*))?$", re.MULTILINE)


def tables(streams: dict[str, ModuleType]) -> str:
    """The document: for each kind of stream, the kinds of events in the `events` module of its app."""
    return HEADER + "".join(
        f"\n## On `{stream}:…`\n" + "".join(map(table, payloads(module))) for stream, module in streams.items()
    )


def payloads(module: ModuleType) -> list[tuple[str, Any]]:
    """The kinds of events that a module names, each with its TypedDict: `message.posted` is a `MessagePosted`.

    Raises AttributeError for a kind without one.
    """
    constants = [value for name, value in vars(module).items() if name.isupper()]
    named = [value for value in constants if isinstance(value, str) and KIND.fullmatch(value)]
    return [(kind, getattr(module, type_name(kind))) for kind in named]


def type_name(kind: str) -> str:
    return "".join(part.title() for part in re.split(r"[._]", kind))


def table(event: tuple[str, Any]) -> str:
    kind, payload = event
    rows = "".join(f"| `{name}` | {json} | {note} |\n" for name, json, note in fields(payload))
    held = f"| field | JSON | |\n|---|---|---|\n{rows}" if rows else "Its payload is empty.\n"
    return f"\n### `{kind}`\n\n{meaning(payload)}{held}"


def meaning(payload: Any) -> str:
    words = inspect.cleandoc(payload.__doc__ or "")
    return f"{' '.join(words.split())}\n\n" if words and not words.startswith("dict(") else ""


def fields(payload: Any, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Each field with its JSON type and the comment beside it; what it holds is told with its path."""
    notes = dict(FIELD.findall(inspect.getsource(payload)))
    for name, hint in get_type_hints(payload).items():
        yield f"{prefix}{name}", word(hint, {}).replace("|", "or"), notes.get(name, "")
        for held in [hint, *get_args(hint)]:
            if is_typeddict(held):
                yield from fields(held, f"{prefix}{name}{'[]' if 'list' in str(hint) else ''}.")
