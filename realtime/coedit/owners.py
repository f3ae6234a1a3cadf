"""Whose a document is: the app above that it belongs to says who may read it, who may write, and what it may hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from realtime.coedit.schema import Schema


@dataclass(frozen=True, slots=True)
class Right:
    """What a person who sees a document may do. `why` not to write: a code for programs and words for the person."""

    writes: bool
    why: str = ""
    words: Any = ""  # lazy gettext


WRITE = Right(writes=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """The document as it was kept: the number of its `revision`, if the owner has such, and when."""

    revision: int | None
    at: datetime


class Owner:
    """What an app tells of its documents. Every method is called outside the event loop and may ask the database."""

    def schema(self) -> Schema:
        """What its documents may hold."""
        raise NotImplementedError

    def rights(self, key: int, people: Collection[int]) -> Mapping[int, Right]:
        """What each of `people` may do with the document of `key`. Who is left out does not see it."""
        raise NotImplementedError

    def writable(self, key: int) -> QuerySet[Any, Any] | None:
        """Rows that exist while anybody at all may write, asked again inside the statement that appends.

        A page that somebody locks is written no more from that commit on. None: nothing more to ask.
        """
        return None

    def keep(self, document_id: int, key: int, *, at: datetime) -> Kept | None:
        """Called when the document rests, and now and then while it does not: the owner writes it where it belongs.

        May be called twice, late or by several processes at once. The log is folded into the state afterwards.
        """
        return None


class NoOwner(LookupError):
    """The app that this kind of document belongs to is not installed."""


O = TypeVar("O", bound=type[Owner])  # noqa: E741  # an owner
_owners: dict[str, Owner] = {}


def owner(kind: str) -> Callable[[O], O]:
    """Registers a class as the owner of the documents of `kind`."""

    def register(made: O) -> O:
        _owners[kind] = made()
        return made

    return register


def owner_of(kind: str) -> Owner:
    """The owner of a kind of documents. Raises NoOwner."""
    try:
        return _owners[kind]
    except KeyError as error:
        raise NoOwner(kind) from error


def owners() -> dict[str, Owner]:
    """All of them, by kind."""
    return dict(_owners)
