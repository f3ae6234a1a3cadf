"""The gate in front of yrs: what passes is a whole, well-formed update that a document of this schema can take in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from realtime.coedit import limits
from realtime.coedit.known import Known, Unplaceable
from realtime.coedit.schema import NotInSchema, Schema
from realtime.coedit.structs import parse
from realtime.coedit.wire import Malformed


class Refused(Exception):
    """The update may not enter. `code` is stable, for programs; `detail` says more, for whoever reads the log.

    Codes: `too_big`, `malformed`, `not_yours`, `gap`, `unknown`, `misplaced`, `cut`, `schema`.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Passed:
    """What an update does: the clients whose clocks it moves. None of them: it only deletes, or says nothing new."""

    clients: frozenset[int]


class Gate:
    """Knows one document and its schema. What it lets pass it takes for known from then on."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.known = Known(schema.root)

    def examine(
        self, update: bytes, *, may_move: Callable[[int], bool] | None = None, most: int = limits.UPDATE_BYTES
    ) -> Passed:
        """Lets a stranger's update of at most `most` bytes pass. Raises Refused, and knows nothing more than before.

        `may_move` says of a client id whether the stranger speaks for it.
        """
        if len(update) > most:
            raise Refused("too_big", f"{len(update)} bytes")
        try:
            parsed = parse(update)
            moved = self.known.moved_by(parsed)
            if may_move and not all(map(may_move, moved)):
                raise Refused("not_yours")
            return Passed(self.known.admit(parsed, self.schema))
        except Malformed as error:
            raise Refused("malformed", str(error)) from error
        except Unplaceable as error:
            raise Refused(str(error)) from error
        except NotInSchema as error:
            raise Refused("schema", str(error)) from error

    def learn(self, update: bytes) -> frozenset[int]:
        """Takes in what is kept already, whatever the schema says of it today; returns the clients it moves.

        Raises Malformed or Unplaceable for what never passed a gate.
        """
        return self.known.admit(parse(update), None)
