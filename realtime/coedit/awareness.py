"""Who is at work in a document and where their cursors are: in memory, for the moment, and never written down.

A client says where its cursor is; who that is, the server says. It speaks only for ids that are its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from realtime.coedit import limits
from realtime.coedit.messages import Told

COLORS = 8
ENDS = ("anchor", "head")
PARTS = {"type", "tname", "item", "assoc"}


@dataclass(slots=True)
class Present:
    """What is shown of one client: told by `source`, a connection or another process, and last at `seen`."""

    clock: int
    state: dict[str, Any]
    source: Hashable
    seen: float


class Awareness:
    """The states of one document. What changed waits in `news` until somebody takes it to tell it on."""

    def __init__(self) -> None:
        self.present: dict[int, Present] = {}
        self.clocks: dict[int, int] = {}
        self.news: dict[int, Told] = {}

    def tell(self, told: Told, source: Hashable, user: dict[str, Any], *, now: float) -> bool:
        """Takes in what a client says; False when it may not: the id is somebody else's at this moment."""
        held = self.present.get(told.client)
        if held and held.source != source:
            return False
        if told.clock < self.clocks.get(told.client, 0) or (told.clock == self.clocks.get(told.client) and held):
            return True  # old news
        self.clocks[told.client] = told.clock
        if told.state is None:
            self._remove(told.client, told.clock)
        else:
            state = {"user": user, "cursor": cursor_in(told.state)}
            self.present[told.client] = Present(told.clock, state, source, now)
            self.news[told.client] = Told(told.client, told.clock, state)
        return True

    def hear(self, told: Told, process: str, *, now: float) -> None:
        """Takes in what another process let pass. Our own connections know better."""
        held = self.present.get(told.client)
        if told.clock < self.clocks.get(told.client, 0) or (held and not isinstance(held.source, str)):
            return
        if held and told.clock == held.clock and told.state is not None:
            held.seen = now
            return
        self.clocks[told.client] = told.clock
        if told.state is None:
            self._remove(told.client, told.clock)
        else:
            self.present[told.client] = Present(told.clock, told.state, process, now)
            self.news[told.client] = Told(told.client, told.clock, told.state)

    def leave(self, source: Hashable) -> None:
        """Takes away everything that a connection told."""
        for client in [client for client, held in self.present.items() if held.source == source]:
            self._remove(client, self.present[client].clock + 1)

    def fade(self, *, now: float) -> None:
        """Takes away whoever was not heard of for half a minute."""
        for client, held in list(self.present.items()):
            if now - held.seen > limits.AWARENESS_FADES:
                self._remove(client, held.clock + 1)

    def everyone(self, *, here: bool = False) -> list[Told]:
        """All that are present, or with `here` those connected to this process."""
        return [
            Told(client, held.clock, held.state)
            for client, held in self.present.items()
            if not (here and isinstance(held.source, str))
        ]

    def take_news(self) -> tuple[list[Told], list[Told]]:
        """What changed since the last time: all of it, and what of it other processes do not know yet."""
        news, self.news = self.news, {}
        told = list(news.values())
        return told, [one for one in told if not self._is_elsewhere(one.client)]

    def _is_elsewhere(self, client: int) -> bool:
        held = self.present.get(client)
        return held is not None and isinstance(held.source, str)

    def _remove(self, client: int, clock: int) -> None:
        if self.present.pop(client, None) is not None:
            self.clocks[client] = clock
            self.news[client] = Told(client, clock, None)


def user_of(pk: int, name: str) -> dict[str, Any]:
    """How somebody appears beside a cursor: name, and the number of a color of ours."""
    return {"id": pk, "name": name, "color": pk % COLORS}


def cursor_in(state: Any) -> dict[str, Any] | None:
    """The cursor in what a client says, two relative positions of Yjs; None when there is none, or it is not that."""
    cursor = state.get("cursor") if isinstance(state, dict) else None
    if not isinstance(cursor, dict) or set(cursor) != set(ENDS) or not all(map(is_position, cursor.values())):
        return None
    return cursor


def is_position(value: Any) -> bool:
    """Whether `value` is a relative position as Yjs writes it in JSON."""
    return isinstance(value, dict) and set(value) <= PARTS and all(map(_is_part, value.items()))


def _is_part(part: tuple[str, Any]) -> bool:
    name, value = part
    match name:
        case "tname":
            return value is None or (isinstance(value, str) and len(value) <= 40)
        case "assoc":
            return type(value) is int and abs(value) <= 1
    return value is None or (
        isinstance(value, dict) and set(value) == {"client", "clock"} and _are_whole(value.values())
    )


def _are_whole(values: Iterable[Any]) -> bool:
    return all(type(value) is int and 0 <= value < 2**53 for value in values)
