"""What the server knows of a document: for each client how far it came, and where each of its structs stands.

yrs trusts its input: an origin that does not exist, a parent that is text or a cut through a surrogate pair corrupt it
or end the process. So every struct is placed here first, in the order in which Yjs would integrate it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from realtime.coedit.schema import NotInSchema, Schema
from realtime.coedit.structs import Deletion, Id, Kind, Parsed, Struct
from realtime.coedit.wire import state_vector

MOST_CLOCKS = 10_000_000  # one update may bring


class Unplaceable(Exception):
    """The update refers to what is not known here, or to what cannot hold it. The first argument is a stable code."""


class Place:
    """Where structs can stand: among the children of the root or of an element, in a text, or as an attribute."""

    __slots__ = ("attribute", "attributes", "depth", "is_text", "tag")

    def __init__(self, tag: str, depth: int, *, is_text: bool = False, attribute: str | None = None) -> None:
        self.tag, self.depth, self.is_text, self.attribute = tag, depth, is_text, attribute
        self.attributes: dict[str, Place] = {}

    def named(self, attribute: str) -> Place:
        """The place of one attribute of this element."""
        place = self.attributes.get(attribute)
        if place is None:
            place = self.attributes[attribute] = Place(self.tag, self.depth, attribute=attribute)
        return place


GONE = Place("", 0)  # in what was deleted and collected: Yjs collects at once what is added there


class Runs:
    """The structs of one client. Neighbors in the same place are one run; `inside` is what a type holds.

    `lows` are the clocks of second halves of surrogate pairs: nothing may be cut in front of them.
    """

    __slots__ = ("end", "insides", "lows", "places", "starts")

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.places: list[Place] = []
        self.insides: list[Place | None] = []
        self.end = 0
        self.lows: set[int] = set()

    def add(self, length: int, place: Place, inside: Place | None) -> None:
        is_same = self.starts and self.places[-1] is place and self.insides[-1] is inside
        if not is_same or (inside is not None and inside is not GONE):
            self.starts.append(self.end)
            self.places.append(place)
            self.insides.append(inside)
        self.end += length

    def cut_back(self, runs: int, end: int) -> None:
        """Forgets everything after the first `runs` runs and `end` clocks."""
        del self.starts[runs:], self.places[runs:], self.insides[runs:]
        self.end = end
        self.lows = {low for low in self.lows if low < end}

    def at(self, clock: int) -> int:
        """The number of the run that holds `clock`."""
        return bisect_right(self.starts, clock) - 1


class Known:
    """The structs of one document. `schema` says what it may hold; without one anything of the right shape may enter."""

    def __init__(self, root: str) -> None:
        self.root_name = root
        self.root = Place("", 0)
        self.clients: dict[int, Runs] = {}

    def clock(self, client: int) -> int:
        """The first clock of `client` that is not known."""
        runs = self.clients.get(client)
        return runs.end if runs else 0

    def state_vector(self) -> bytes:
        """How far the document has come, as Yjs encodes it."""
        return state_vector([(client, runs.end) for client, runs in self.clients.items() if runs.end])

    def moved_by(self, update: Parsed) -> list[int]:
        """The clients of which `update` holds something that is not known."""
        return [
            client
            for client, structs in update.structs.items()
            if structs[-1].clock + structs[-1].length > self.clock(client)
        ]

    def admit(self, update: Parsed, schema: Schema | None) -> frozenset[int]:
        """Takes in a whole update and returns the clients that it moves; takes nothing when it must refuse.

        Raises Unplaceable: `gap` where clocks are missing, `unknown` for a reference to what is not known, `misplaced`
        for one that cannot be, `cut` through a pair of surrogates; and NotInSchema.
        """
        news = {client: list(self._news(structs)) for client, structs in update.structs.items()}
        before = {client: self._mark(client) for client, structs in news.items() if structs}
        try:
            for client in before:
                self._integrate(client, news, schema)
            self._check_deletions(update.deletions)
        except BaseException:
            for client, (runs, end) in before.items():
                self.clients[client].cut_back(runs, end)
            raise
        return frozenset(before)

    def _mark(self, client: int) -> tuple[int, int]:
        runs = self.clients.setdefault(client, Runs())
        return len(runs.starts), runs.end

    def _news(self, structs: list[Struct]) -> Iterator[Struct]:
        """The structs that are not known yet, the last first."""
        end = self.clock(structs[0].client)
        if structs[0].clock > end:
            raise Unplaceable("gap")
        last = structs[-1]
        if last.clock + last.length - end > MOST_CLOCKS:
            raise Unplaceable("misplaced")
        return (struct for struct in reversed(structs) if struct.clock + struct.length > end)

    def _integrate(self, client: int, news: dict[int, list[Struct]], schema: Schema | None) -> None:
        """Places all of `client`, and of others what it leans on first."""
        if not news[client]:
            return
        last = news[client][0]
        waiting: list[tuple[int, int]] = [(client, last.clock + last.length - 1)]
        while waiting:
            wanting, until = waiting[-1]
            if self.clock(wanting) > until:
                waiting.pop()
                continue
            if not news.get(wanting):
                raise Unplaceable("unknown")
            missing = self._missing(news[wanting][-1])
            if missing is None:
                self._place(news[wanting].pop(), schema)
            elif any(missing[0] == other for other, _ in waiting):
                raise Unplaceable("unknown")
            else:
                waiting.append(missing)

    def _missing(self, struct: Struct) -> Id | None:
        """What `struct` leans on and is not placed yet."""
        for wanted in (struct.origin, struct.right, struct.parent):
            if type(wanted) is tuple and wanted[1] >= self.clock(wanted[0]):
                return wanted
        return None

    def _place(self, struct: Struct, schema: Schema | None) -> None:
        runs = self.clients[struct.client]
        offset = runs.end - struct.clock
        place = self._place_of(struct, runs, offset)
        inside = self._inside(struct, place, schema)
        if struct.kind is Kind.STRING and not struct.content.isascii():
            self._note_pairs(struct, runs, offset)
        runs.add(struct.length - offset, place, inside)

    def _place_of(self, struct: Struct, runs: Runs, offset: int) -> Place:
        if struct.kind is Kind.GC:
            return GONE
        place = self._parent(struct) if struct.parent is not None else self._between(struct)
        if offset and (place is not runs.places[-1] or runs.insides[-1] not in (None, GONE)):
            raise Unplaceable("misplaced")  # what we have of it tells where it stands
        return place

    def _parent(self, struct: Struct) -> Place:
        if isinstance(struct.parent, str):
            if struct.parent != self.root_name or struct.attribute is not None:
                raise Unplaceable("misplaced")
            return self.root
        assert struct.parent is not None  # noqa: S101  # our caller's condition
        client, clock = struct.parent
        runs = self.clients[client]
        inside = runs.insides[runs.at(clock)]
        if inside is None:
            raise Unplaceable("misplaced")
        if struct.attribute is None or inside is GONE:
            return inside
        if inside.is_text:
            raise Unplaceable("misplaced")
        return inside.named(struct.attribute)

    def _between(self, struct: Struct) -> Place:
        left = self._side(struct.origin, 1) if struct.origin else None
        right = self._side(struct.right, 0) if struct.right else None
        if left and right and left is not right:  # one of them gone and the other not: yrs would believe the other
            raise Unplaceable("misplaced")
        place = left or right
        if place is None or (right and place.attribute is not None):
            raise Unplaceable("misplaced")
        return place

    def _side(self, neighbor: Id, after: int) -> Place:
        """The place of a neighbor; text is cut `after` it (1) or in front of it (0)."""
        client, clock = neighbor
        runs = self.clients[client]
        if clock + after in runs.lows:
            raise Unplaceable("cut")
        return runs.places[runs.at(clock)]

    def _inside(self, struct: Struct, place: Place, schema: Schema | None) -> Place | None:
        """What the struct itself can hold, after a look at whether it may be in `place`."""
        if struct.kind in (Kind.GC, Kind.DELETED):
            return GONE
        if place is GONE:
            return GONE if struct.kind is Kind.TYPE else None
        _check_fits(struct, place)
        if schema:
            _check_listed(struct, place, schema)
        if struct.kind is not Kind.TYPE:
            return None
        return Place(struct.content, place.depth + 1, is_text=not struct.content)

    def _note_pairs(self, struct: Struct, runs: Runs, offset: int) -> None:
        clock = struct.clock
        for letter in struct.content:
            clock += 1
            if letter > "\uffff":
                if clock == struct.clock + offset:
                    raise Unplaceable("cut")
                if clock > struct.clock + offset:
                    runs.lows.add(clock)
                clock += 1

    def _check_deletions(self, deletions: Iterable[Deletion]) -> None:
        for client, clock, length in deletions:
            runs = self.clients.get(client)
            if runs is None or clock + length > runs.end:
                raise Unplaceable("unknown")
            if runs.lows and (clock in runs.lows or clock + length in runs.lows):
                raise Unplaceable("cut")


def _check_fits(struct: Struct, place: Place) -> None:
    """Text and marks stand in texts, values in attributes, elements and texts among children."""
    match struct.kind:
        case Kind.STRING | Kind.FORMAT:
            fits = place.is_text
        case Kind.ANY:
            fits = place.attribute is not None
        case _:
            is_child = not place.is_text and place.attribute is None
            fits = is_child and (bool(struct.content) or place.depth > 0)
    if not fits:
        raise Unplaceable("misplaced")


def _check_listed(struct: Struct, place: Place, schema: Schema) -> None:
    content: Any = struct.content
    match struct.kind:
        case Kind.FORMAT:
            schema.check_mark(*content)
        case Kind.ANY:
            for value in content:
                schema.check_attribute(place.tag, str(place.attribute), value)
        case Kind.TYPE:
            if content:
                schema.check_element(content)
            if place.depth >= schema.depth:
                raise NotInSchema("depth")
