"""One connection to a document: who is at its end, what of theirs waits for its commit, what they were told."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Any

from django.utils import translation

from realtime.coedit import limits
from realtime.coedit.owners import Right
from realtime.live.connection import Connection
from realtime.live.limits import LIFE_OVER, SERVER_STOPS
from realtime.live.outlet import Outlet
from realtime.live.people import Visitor
from realtime.live.rates import Bucket

NEVER = -1  # the slot of a connection that hears no heads of streams
REASONS = {
    1000: "over",
    limits.REFUSED: "refused",
    limits.SIGNED_OUT: "signed_out",
    limits.NO_RIGHT: "no_right",
    limits.RESYNC: "resync",
    limits.GONE: "gone",
    limits.AWAY: "away",
    limits.FULL: "full",
    limits.TOO_FAST: "too_fast",
    LIFE_OVER: "life_over",
}


class Editor(Connection):
    """A connection whose person reads a document, and writes in it as long as `right` says so.

    `number` counts the updates it sent, `waiting` those of them that are not answered yet.
    """

    pile_bytes = limits.PILE_BYTES

    def __init__(self, visitor: Visitor, outlet: Outlet, right: Right) -> None:
        super().__init__(visitor, outlet, fetch=_nothing_to_fetch, slot=NEVER)
        self.right = right
        self.is_synced = False
        self.number = self.waiting = 0
        self.bucket = Bucket(*limits.RATE)
        self.bytes = Bucket(*limits.BYTES_RATE)
        self.source: Hashable = object()

    @property
    def is_welcome(self) -> bool:
        """Whether the house did not close it: what was sent by somebody who then left by themselves still counts."""
        return self.closed_with is None

    @property
    def is_shown(self) -> bool:
        """Whether the others see this person's cursor."""
        return self.right.writes and self.visitor.shows_presence

    @property
    def sees_others(self) -> bool:
        """Whether this person sees the others' cursors. Guests do not: who works here is no business of theirs."""
        return self.is_synced and not self.is_closed and not self.visitor.is_guest

    def tell_mode(self) -> None:
        """Says whether they may write and, if not, why."""
        self.reply({"is": "mode", **self.mode()})

    def mode(self) -> dict[str, Any]:
        with translation.override(self.visitor.language):
            return {
                "mode": "write" if self.right.writes else "read",
                "why": self.right.why,
                "words": str(self.right.words),
            }

    def answered(self) -> None:
        """One more of their updates got its answer."""
        self.waiting -= 1
        self.room.set()

    def give_whole(self, frame: bytes) -> None:
        """Sends the document itself, which may be more than a reader may let pile up otherwise."""
        if not self.is_closed:
            self.pending.append(frame)
            asyncio.get_running_loop().call_soon(self.catch_up)

    def close(self, code: int) -> None:
        """Says why, and goodbye. In the codes of this protocol, whoever asks."""
        code = limits.AWAY if code == SERVER_STOPS else code
        if not self.is_closed:
            self.reply({"is": "bye", "code": code, "reason": REASONS.get(code, "over")})
        super().close(code)


def _nothing_to_fetch(watch: Any) -> None:
    """A connection that watches no stream lacks none of its events."""
