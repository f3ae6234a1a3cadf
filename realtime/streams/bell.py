"""The doorbell: after a commit, says which streams moved. It may be lost; correctness never leans on it."""

from collections.abc import Callable, Sequence

from django.db import transaction

from realtime.streams.models import Stream

Bell = Callable[[Sequence[tuple[str, int, int]]], None]
_bells: list[Bell] = []


def hang(bell: Bell) -> None:
    """Registers what to call with (kind, key, head) of the streams that moved."""
    _bells.append(bell)


def ring_after_commit(streams: Sequence[Stream]) -> None:
    """Rings once the transaction has committed, never before."""
    moved = [(stream.kind, stream.key, stream.head) for stream in streams]
    transaction.on_commit(lambda: ring(moved))


def ring(moved: Sequence[tuple[str, int, int]]) -> None:
    """Rings every bell now; a bell that fails only costs its listeners a heartbeat, so it must not raise."""
    for bell in _bells:
        bell(moved)
