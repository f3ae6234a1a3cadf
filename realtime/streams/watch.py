"""Who may watch what: a kind of stream is opened by the function that gives its object to a person."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

Access = Callable[..., Any]
WatchersLeft = Callable[[int, Collection[int]], set[int]]


@dataclass(frozen=True, slots=True)
class Watchable:
    """`access(user, key)` gives the object or raises Http404; `allowed(key, user_ids)` keeps those who may still see it.

    `shows_presence`: its watchers are shown to one another, as in a conversation and unlike an inbox.
    `rewritten_by`: the kinds of events before which the log was rewritten, so that what was kept of it elsewhere is not
    to be given to anyone any more.
    """

    kind: str
    access: Access
    allowed: WatchersLeft
    shows_presence: bool = True
    rewritten_by: frozenset[str] = frozenset()


_kinds: dict[str, Watchable] = {}


def watchable(
    kind: str, *, allowed: WatchersLeft, shows_presence: bool = True, rewritten_by: Collection[str] = ()
) -> Callable[[Access], Access]:
    """Says of an access function: who may read may watch.

    `allowed` answers the same question for many people at once, in one query; a test holds the two equal.
    """

    def register(access: Access) -> Access:
        _kinds[kind] = Watchable(kind, access, allowed, shows_presence, frozenset(rewritten_by))
        return access

    return register


def watchable_kind(kind: str) -> Watchable | None:
    """The registered kind, None for one nobody may watch."""
    return _kinds.get(kind)


def is_rewritten_by(stream_kind: str, event_kind: str) -> bool:
    """Whether the log of a stream was rewritten in the transaction of such an event."""
    watched = _kinds.get(stream_kind)
    return watched is not None and event_kind in watched.rewritten_by


def watchable_kinds() -> dict[str, Watchable]:
    """All of them, by name."""
    return dict(_kinds)
