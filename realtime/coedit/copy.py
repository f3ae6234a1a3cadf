"""A copy of a document in memory: the text as yrs holds it, beside the gate that knows it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from pycrdt import Doc, Subscription, TransactionEvent, XmlFragment

from realtime.coedit import limits
from realtime.coedit.gate import Gate, Passed
from realtime.coedit.known import Unplaceable
from realtime.coedit.schema import Schema
from realtime.coedit.store import News, Row
from realtime.coedit.wire import Malformed


class Broken(Exception):
    """yrs failed on an update: the copy is of no use any more. Build another from the database."""


class Copy:
    """The text up to number `seq`. Not for two threads at once, but for one after the other.

    What is taken in may end in Broken. Call `close` when it is no longer wanted, or its memory stays.
    """

    def __init__(self, schema: Schema) -> None:
        self.gate = Gate(schema)
        self.doc: Doc[XmlFragment] = Doc(allow_multithreading=True)
        self.text = self.doc.get(schema.root, type=XmlFragment)
        self.seq = 0
        self.size = 0
        self._told: list[bytes] = []
        self._listening: Subscription | None = self.doc.observe(self._hear)

    @classmethod
    def of(cls, news: News, schema: Schema) -> Copy:
        """The copy of a whole document as it was loaded. Raises Broken."""
        copy = cls(schema)
        try:
            copy.follow(news)
        except BaseException:
            copy.close()
            raise
        return copy

    def follow(self, news: News) -> list[bytes]:
        """Takes in what is kept already; returns the updates that were news. Raises Broken."""
        told = self.take_row(Row(news.state_seq, news.state)) if news.state else []
        for row in news.rows:
            told += self.take_row(row)
        self.seq = max(self.seq, news.state_seq)
        return told

    def take_row(self, row: Row) -> list[bytes]:
        """Takes in one kept update; returns what of it was news. Raises Broken."""
        try:
            self.gate.learn(row.data)
        except (Malformed, Unplaceable) as error:
            raise Broken(f"update {row.seq}: {error}") from error
        self.seq = max(row.seq, self.seq)
        return self._apply(row.data)

    def take_in(
        self, update: bytes, may_move: Callable[[int], bool] | None = None, *, most: int = limits.UPDATE_BYTES
    ) -> tuple[Passed, bytes | None]:
        """Lets a stranger's update through the gate and into the text; `seq` does not move, for it is not kept yet.

        Returns what passed, and the update as yrs says it: None when nothing was news. Raises gate.Refused, and Broken.
        """
        passed = self.gate.examine(update, may_move=may_move, most=most)
        told = self._apply(update)
        return passed, told[0] if told else None

    def lacking(self, state_vector: bytes) -> bytes:
        """What somebody lacks who has come as far as `state_vector`. Raises Broken."""
        return self._guarded(lambda: bytes(self.doc.get_update(state_vector)))

    def whole(self) -> bytes:
        """The whole text as one update. Raises Broken."""
        return self._guarded(lambda: bytes(self.doc.get_update()))

    def close(self) -> None:
        """Stops listening to the text: as long as it is listened to, its memory is not given back."""
        listening, self._listening = self._listening, None
        if listening is not None:
            with suppress(Broken):  # a copy that broke may not even do this
                self._guarded(lambda: self.doc.unobserve(listening))

    def _hear(self, event: TransactionEvent) -> None:
        self._told.append(bytes(event.update))

    def _apply(self, update: bytes) -> list[bytes]:
        self._told = []
        self._guarded(lambda: self.doc.apply_update(update))
        told, self._told = self._told, []
        self.size += sum(map(len, told))
        return told

    @staticmethod
    def _guarded(work: Callable[[], bytes | None]) -> bytes:
        try:
            return work() or b""
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of yrs is no Exception
            raise Broken(repr(error)) from error
