"""What the clients of a crash run did and saw, and what the database holds in the end. All times are of one clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verb = Literal["say", "edit", "delete", "react"]
Outcome = Literal["ok", "fail", "unknown"]
Payload = Mapping[str, Any]


@dataclass(slots=True)
class Call:
    """One thing a writer wanted. `key` is the cid of what is said, else the id of the message it is done to.

    `invoked` is the first try; `ended` the last answer, None while `outcome` is unknown. `told` is what the
    answer said: the id and seq of a message, or whether a sign is there now.
    """

    who: int
    thread: int
    verb: Verb
    key: str
    words: str
    invoked: float
    tries: int = 1
    ended: float | None = None
    outcome: Outcome = "unknown"
    told: Payload = field(default_factory=dict)

    def end(self, outcome: Outcome, at: float, told: Payload | None = None) -> None:
        self.outcome, self.ended, self.told = outcome, at, told or {}


@dataclass(frozen=True, slots=True)
class Sight:
    """A reader was shown one event, on a watch that began at `since`."""

    thread: int
    seq: int
    kind: str
    payload: Payload
    at: float
    since: float = 0.0


@dataclass(slots=True)
class Reader:
    """Somebody who follows `threads` from their beginning, over sockets or by polling, and what they were shown."""

    name: str
    threads: tuple[int, ...]
    polls: bool = False
    sights: list[Sight] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something was broken from `begun` until it was well again."""

    kind: str
    begun: float
    ended: float


@dataclass(frozen=True, slots=True)
class Broken:
    """An answer that no fault excuses: a close with 1011, a status 500, an `internal`, a refusal without reason."""

    who: str
    what: str


@dataclass(slots=True)
class History:
    calls: list[Call] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    stalls: list[tuple[float, float]] = field(default_factory=list)  # when, and how long, this machine stood still


@dataclass(frozen=True, slots=True)
class Row:
    """A message as the database holds it."""

    id: int
    thread: int
    author: int
    cid: str
    seq: int
    body: str
    html: str
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the database holds it."""

    seq: int
    kind: str
    payload: Payload


@dataclass(slots=True)
class Stored:
    """The database after the run. `signs`: (message, person, emoji). `pages`: a thread's page as freshly loaded."""

    rows: list[Row] = field(default_factory=list)
    events: dict[int, list[Told]] = field(default_factory=dict)
    signs: set[tuple[int, int, str]] = field(default_factory=set)
    pages: dict[int, str] = field(default_factory=dict)
