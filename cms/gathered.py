"""What a page refers to, looked up together before it is drawn, so that the number of its blocks costs nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the reader sees of what is referred to: pages, documents and messages by id, what is embedded by address."""

    pages: dict[int, Any] = field(default_factory=dict)
    documents: dict[int, Any] = field(default_factory=dict)
    messages: dict[int, Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)


_gathered: ContextVar[Gathered | None] = ContextVar("gathered", default=None)


def gathered() -> Gathered | None:
    """What was looked up for the page that is being drawn, None outside of one."""
    return _gathered.get()


@contextmanager
def at_hand(found: Gathered) -> Iterator[None]:
    """Inside, blocks and links take what they refer to from `found` and ask no more."""
    token = _gathered.set(found)
    try:
        yield
    finally:
        _gathered.reset(token)
