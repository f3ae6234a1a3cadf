"""The log of a document: appending to it, and reading what one lacks. Everything here waits for the database.

Several processes append to one document. Each has a copy of the text that is true up to some number, its base.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from realtime.coedit import limits
from realtime.coedit.models import ClientId, Document, Update
from realtime.live.people import current_epoch
from realtime.streams import statements


@dataclass(frozen=True, slots=True)
class Entry:
    """An update that passed the gate: its bytes, who made it (None: the house), the client ids it moves."""

    data: bytes
    author_id: int | None
    clients: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """An update of the log."""

    seq: int
    data: bytes
    clients: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Appended:
    """The number of the last of the updates just committed, and what others had committed between the base and them."""

    head: int
    missed: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a document stands: enough to know whether what one has of it is still of use."""

    epoch: int
    head: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class News:
    """What is new after some number, in order. `state` is the kept text up to `state_seq` where the log begins later.

    `access_epoch` was read after the rest: who may see it is to be asked at that epoch or a later one.
    """

    stand: Stand
    rows: Sequence[Row]
    access_epoch: int
    state: bytes = b""
    state_seq: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """A whole document: the kept text, the log after it, and who speaks for which client id."""

    kind: str
    key: int
    schema_version: int
    news: News
    claims: dict[int, int] = field(default_factory=dict)


class Shut(Exception):
    """Nothing was appended. `why`: `gone`, `epoch` (another text took its place), `closed`, `access` or `locked`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Overtaken(Exception):
    """Nothing was appended: another process committed changes under the same client ids since the base."""


class NotYours(Exception):
    """Nothing was appended: somebody else claimed these client ids first."""

    def __init__(self, clients: Collection[int]) -> None:
        super().__init__(clients)
        self.clients = frozenset(clients)


def append(
    document_id: int,
    entries: Sequence[Entry],
    *,
    base: int,
    epoch: int,
    at: datetime,
    access_epoch: int | None = None,
    writable: QuerySet[Any, Any] | None = None,
    claims: Mapping[int, int] | None = None,
) -> Appended:
    """Commits `entries` at the end of the log; they are durable, all of them, when this returns.

    One statement numbers them, and only while the document has this `epoch` and is open, nobody lost a right since
    `access_epoch` (where given) and `writable` holds a row (where given). `claims` are client ids that are new here,
    with the person each is of. Raises Shut, Overtaken and NotYours.
    """
    with transaction.atomic():
        _hold(document_id)
        head = _number(document_id, len(entries), epoch, access_epoch, writable)
        if head is None:
            raise Shut(_why_shut(document_id, epoch, access_epoch))
        missed = _missed(document_id, base, head - len(entries), entries)
        _claim(document_id, claims or {}, at)
        statements.insert(_updates(document_id, entries, first=head - len(entries) + 1, at=at))
    return Appended(head, missed)


def read_after(document_id: int, seq: int) -> News:
    """What a copy lacks that is true up to `seq`. Raises Shut `gone`."""
    while True:
        document = Document.objects.defer("state").filter(pk=document_id).first()
        if document is None:
            raise Shut("gone")
        rows = _rows(document_id, seq)
        if document.head <= seq or (rows and rows[0].seq == seq + 1):
            return News(_stand(document), rows, current_epoch())
        _, whole = _whole(document_id)
        if whole.state_seq > seq:
            return whole


def load(document_id: int, *, claims: bool = True) -> Loaded:
    """The whole document; without its `claims` for who does not write in it. Raises Shut `gone`."""
    document, news = _whole(document_id)
    ids = ClientId.objects.filter(document_id=document_id).values_list("client", "person_id") if claims else ()
    return Loaded(document.kind, document.key, document.schema_version, news, dict(ids))


def stands(document_ids: Collection[int]) -> dict[int, Stand]:
    """Where documents stand, in one query; one that is no more is left out."""
    found = Document.objects.filter(pk__in=document_ids).only("epoch", "head", "closed_at")
    return {document.pk: _stand(document) for document in found}


def _whole(document_id: int) -> tuple[Document, News]:
    while True:
        document = Document.objects.filter(pk=document_id).first()
        if document is None:
            raise Shut("gone")
        rows = _rows(document_id, document.state_seq, most=None)
        is_complete = rows[0].seq == document.state_seq + 1 if rows else document.head == document.state_seq
        if is_complete and (not rows or rows[-1].seq >= document.head):  # nobody folded the log meanwhile
            news = News(_stand(document), rows, current_epoch(), bytes(document.state), document.state_seq)
            return document, news


def _rows(document_id: int, seq: int, *, most: int | None = limits.LOG_ROWS) -> list[Row]:
    found = Update.objects.filter(document_id=document_id).after(seq).values_list("seq", "data", "clients")
    return [Row(number, bytes(data), frozenset(clients)) for number, data, clients in found[:most]]


def _stand(document: Document) -> Stand:
    return Stand(document.epoch, document.head, document.closed_at is not None)


def _hold(document_id: int) -> None:
    """Takes the row's lock first, so that the statement that numbers sees everything committed before it got its turn."""
    if connection.features.has_select_for_update:
        statements.select("SELECT 1 FROM coedit_document WHERE id = %s FOR NO KEY UPDATE", [document_id])


def _number(
    document_id: int, count: int, epoch: int, access_epoch: int | None, writable: QuerySet[Any, Any] | None
) -> int | None:
    """Moves the head on by `count` and returns it; None, and nothing moved, when one of the guards is not met."""
    sql = "UPDATE coedit_document SET head = head + %s WHERE id = %s AND epoch = %s AND closed_at IS NULL"
    params: list[Any] = [count, document_id, epoch]
    if access_epoch is not None:
        sql += " AND COALESCE((SELECT value FROM accounts_accessepoch WHERE id = 1), 0) = %s"
        params.append(access_epoch)
    if writable is not None:
        inner, inner_params = writable.order_by().values("pk").query.sql_with_params()
        sql += f" AND EXISTS ({inner})"
        params += inner_params
    rows = statements.select(f"{sql} RETURNING head", params)
    return int(rows[0][0]) if rows else None


def _why_shut(document_id: int, epoch: int, access_epoch: int | None) -> str:
    document = Document.objects.defer("state").filter(pk=document_id).first()
    if document is None:
        return "gone"
    if document.epoch != epoch:
        return "epoch"
    if document.closed_at:
        return "closed"
    if access_epoch is not None and current_epoch() != access_epoch:
        return "access"
    return "locked"


def _missed(document_id: int, base: int, last: int, entries: Sequence[Entry]) -> list[Row]:
    """What others committed after the base, at most `last`. Raises Overtaken when it does not simply stand beside ours."""
    if last <= base:
        return []
    rows = _rows(document_id, base, most=None)
    ours = frozenset[int]().union(*(entry.clients for entry in entries))
    if not rows or rows[0].seq != base + 1 or any(ours & row.clients for row in rows):
        raise Overtaken
    return rows


def _claim(document_id: int, claims: Mapping[int, int], at: datetime) -> None:
    if not claims:
        return
    made = [ClientId(document_id=document_id, client=client, person_id=pk, at=at) for client, pk in claims.items()]
    ClientId.objects.bulk_create(made, ignore_conflicts=True)
    found = ClientId.objects.filter(document_id=document_id, client__in=claims).values_list("client", "person_id")
    if others := [client for client, person in found if claims[client] != person]:
        raise NotYours(others)


def _updates(document_id: int, entries: Sequence[Entry], *, first: int, at: datetime) -> list[Update]:
    return [
        Update(
            document_id=document_id,
            seq=seq,
            data=entry.data,
            clients=sorted(entry.clients),
            author_id=entry.author_id,
            at=at,
        )
        for seq, entry in enumerate(entries, start=first)
    ]
