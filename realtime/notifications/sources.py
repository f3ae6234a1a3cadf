"""Where the words of a notification come from: each kind of source shows itself to a person, or does not."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from intranet.accounts.models import User
from realtime.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person may see of a source now, in their language: plain text and one address."""

    title: str
    words: str
    url: str
    place: str = ""  # the space, or what it hangs under


@dataclass(frozen=True, slots=True)
class News:
    """What is new in something that a person follows: never stored, computed when it is looked at."""

    topic: str
    shown: Shown
    at: datetime


Show = Callable[[User, Collection[int]], Mapping[int, Shown]]
Look = Callable[[User, datetime | None, int], Sequence[News]]
Hear = Callable[[User, Sequence[Notification]], Collection[int]]
_sources: dict[str, Show] = {}
_hearing: dict[str, Hear] = {}
_news: list[Look] = []


def source(kind: str) -> Callable[[Show], Show]:
    """Registers the function that shows sources of `kind` to a person, in a bounded number of queries.

    It leaves out those that the person may not see: their notifications are then not shown either.
    """

    def register(show: Show) -> Show:
        _sources[kind] = show
        return show

    return register


def shown_to(user: User, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Shown]:
    """What `user` may see of the sources `wanted`, by (kind, key); absent where there is nothing to see."""
    found = {}
    for kind in {kind for kind, _ in wanted}:
        keys = {key for other, key in wanted if other == kind}
        show = _sources.get(kind)
        for key, shown in (show(user, keys) if show else {}).items():
            found[kind, key] = shown
    return found


def hearing(kind: str) -> Callable[[Hear], Hear]:
    """Registers the function that says which notifications of sources of `kind` their person still wants to hear of.

    It gives back their primary keys, in a bounded number of queries; a kind without one is always heard.
    """

    def register(hear: Hear) -> Hear:
        _hearing[kind] = hear
        return hear

    return register


def still_heard(user: User, notes: Sequence[Notification]) -> list[Notification]:
    """Those of `notes` that `user`, theirs, still wants to hear of at the levels they chose, in the same order."""
    unheard: set[int] = set()
    for kind in {note.source_kind for note in notes} & _hearing.keys():
        here = [note for note in notes if note.source_kind == kind]
        unheard |= {note.pk for note in here} - set(_hearing[kind](user, here))
    return [note for note in notes if note.pk not in unheard]


def news(look: Look) -> Look:
    """Registers the function that says what is new in what a person follows: (person, since when, how many at most)."""
    _news.append(look)
    return look


def news_for(user: User, *, since: datetime | None, most: int) -> list[News]:
    """What `user` has not read in what they follow, since a moment when one is given, the latest first."""
    found = [one for look in _news for one in look(user, since, most)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]
