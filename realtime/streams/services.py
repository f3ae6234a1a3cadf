"""Telling the world: `append` writes an event in the transaction of the change it tells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from realtime.streams import statements
from realtime.streams.bell import ring_after_commit
from realtime.streams.models import Stream, StreamEvent


class NotInTransaction(RuntimeError):
    """An event outside the transaction of its change could tell what never happened."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is to be told on a stream: `kind` is a noun and a past (`message.posted`), `payload` plain JSON."""

    kind: str
    payload: dict[str, Any]


def open_stream(*, kind: str, key: int) -> Stream:
    """The stream of a thing, made with it and silent so far."""
    return Stream.objects.get_or_create(kind=kind, key=key)[0]


def append(stream_kind: str, key: int, *, kind: str, payload: dict[str, Any], at: datetime) -> StreamEvent:
    """Adds one event to a stream and returns it; its watchers are rung after the commit.

    Raises NotInTransaction outside an atomic block and Stream.DoesNotExist for an unopened stream.
    """
    return append_many(stream_kind, {key: [Fact(kind, payload)]}, at=at)[0]


def append_many(stream_kind: str, facts: Mapping[int, Sequence[Fact]], *, at: datetime) -> list[StreamEvent]:
    """Adds events to several streams of a kind, in the order of their keys (so that no two writers deadlock)."""
    return append_locked(lock(stream_kind, facts), facts, at=at)


def append_locked(streams: Sequence[Stream], facts: Mapping[int, Sequence[Fact]], *, at: datetime) -> list[StreamEvent]:
    """Adds events to streams that `lock` gave in this transaction, by key; three statements whatever their number."""
    events = []
    for stream in streams:
        for fact in facts[stream.key]:
            stream.head += 1
            events.append(StreamEvent(stream=stream, seq=stream.head, kind=fact.kind, payload=fact.payload, at=at))
    statements.update(streams, ["head"])
    statements.insert(events)
    ring_after_commit(events)
    return events


def lock(stream_kind: str, keys: Iterable[int]) -> list[Stream]:
    """The streams' rows, locked in the order of their ids until the transaction ends.

    Whoever tells several kinds takes those of threads first, then those of spaces, then inboxes, so that no two wait
    for one another; what was taken once may be told again at any time.
    Raises NotInTransaction, and Stream.DoesNotExist when one was never opened.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction
    wanted = set(keys)
    rows = statements.select(
        f"SELECT id, key, head FROM streams_stream WHERE kind = %s AND key IN ({statements.places(wanted)}) "  # noqa: S608  # places alone
        f"ORDER BY id{' FOR UPDATE' if connection.features.has_select_for_update else ''}",
        [stream_kind, *wanted],
    )
    streams = [Stream(id=pk, kind=stream_kind, key=key, head=head) for pk, key, head in rows]
    if len(streams) != len(wanted):
        raise Stream.DoesNotExist(f"{stream_kind}: {sorted(wanted - {stream.key for stream in streams})}")
    return streams
