"""What those who write one text did and were answered, and what was found in its copies. All times are of one clock."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.crash.history import Broken, Fault

Verb = Literal["type", "take back"]


@dataclass(slots=True)
class Deed:
    """A word that somebody typed, once in all the run, or took back.

    `answered` is when it was acknowledged, None before. `is_dropped`: its tab went away with all it had kept.
    """

    who: int
    verb: Verb
    word: str
    begun: float
    answered: float | None = None
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How often each word stands in one copy of the text. What was answered before `begun` must be in it.

    `form` is everything in the copy, to compare; None where the copy has another form, as a page's revision.
    """

    where: str
    begun: float
    words: Counter[str]
    form: Any = None


@dataclass(slots=True)
class Round:
    """The end of a round: everything is well, nobody types, and all copies are looked at."""

    ended: float
    copies: list[Look] = field(default_factory=list)


@dataclass(slots=True)
class TextHistory:
    """A run. `looks` were taken of the database in the middle of it, also while a server lay dead."""

    deeds: list[Deed] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
