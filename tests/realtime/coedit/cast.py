"""Notebooks and those who write in them, made through the services."""

from typing import Any

from intranet.accounts.models import User
from realtime.coedit.copy import Copy
from realtime.coedit.models import Document
from realtime.coedit.services import open_document
from realtime.coedit.store import Entry, append, load
from realtime.spaces.models import Space
from tests.realtime.coedit.owning.notebooks import KIND, SCHEMA
from tests.realtime.coedit.writing import shape
from tests.realtime.live.cast import now, space


def notebook(*members: User, place: Space | None = None, state: bytes = b"") -> Document:
    """A document that the members of a new space write in."""
    return open_document(kind=KIND, key=(place or space(*members)).pk, state=state)


def space_of(document: Document) -> Space:
    return Space.objects.get(pk=document.key)


def put(
    document: Document, update: bytes, by: User | None = None, *, clients: frozenset[int] = frozenset(), **more: Any
) -> int:
    """Appends what passed elsewhere, and returns its number."""
    guards: dict[str, Any] = {"base": load(document.pk).news.stand.head, "epoch": 1, "at": now(), **more}
    return append(document.pk, [Entry(update, by.pk if by else None, clients)], **guards).head


def kept_shape(document: Document) -> Any:
    """The text as anybody who loads it now finds it."""
    copy = Copy.of(load(document.pk).news, SCHEMA)
    try:
        return shape(copy.text)
    finally:
        copy.close()
