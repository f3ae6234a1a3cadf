"""The doorbell: after a commit, says what was told. It may be lost; correctness never leans on it."""

from collections.abc import Callable, Sequence

from django.db import transaction

from realtime.streams.models import StreamEvent

Bell = Callable[[Sequence[StreamEvent]], None]
_bells: list[Bell] = []


def hang(bell: Bell) -> None:
    """Registers what to call, in the committing thread, with the events just committed."""
    if bell not in _bells:
        _bells.append(bell)


def ring_after_commit(events: Sequence[StreamEvent]) -> None:
    """Rings once the transaction has committed, never before. Each event carries its `stream`."""
    transaction.on_commit(lambda: ring(events))


def ring(events: Sequence[StreamEvent]) -> None:
    """Rings every bell now; a bell that fails only costs its listeners a heartbeat, so it must not raise."""
    for bell in _bells:
        bell(events)
