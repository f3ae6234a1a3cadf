"""What the formulas read, a row each: plain tuples, which a source may pull one by one out of the database.

A formula leaves out by itself what does not belong to the window. Days are local to the house.
"""

from datetime import date, datetime
from typing import NamedTuple

from intranet.metrics.core.blocks import Person


class Contribution(NamedTuple):
    """Something a person did on a day. Of A1: a message; of B1 and B3 anything that counts; of E1 a finished run."""

    person: Person
    on: date


class Heard(NamedTuple):
    """A message, and whether its thread carries a customer's voice."""

    person: Person
    on: date
    is_of_customer: bool


class Presence(NamedTuple):
    """A person contributed to a space on a day."""

    person: Person
    on: date
    space: int


class Help(NamedTuple):
    """A message of `person` was marked helpful by somebody."""

    person: Person
    on: date
    marked_by: Person


class Use(NamedTuple):
    """A practice run that was finished, and the real use declared after it, None where there is none."""

    person: Person
    finished_on: date
    used_on: date | None = None
    has_link: bool = False


class Said(NamedTuple):
    """A message of a thread. Rows come thread by thread, in the order of what was said; the first opened the thread."""

    thread: int
    person: Person
    at: datetime


class Asked(NamedTuple):
    """A question, with one of its answers or none. Rows come question by question."""

    question: int
    person: Person
    at: datetime
    answered_by: Person = None
    answered_at: datetime | None = None


class Voice(NamedTuple):
    """What a customer said, the person who looks after it, and what became of it."""

    key: int
    person: Person
    received_on: date
    told_on: date | None = None
    reopened_on: date | None = None


class Cited(NamedTuple):
    """A page improved in the last four windows, with one who cites it, or none. Rows come page by page."""

    page: int
    person: Person
    improved_on: date
    cited_by: Person = None
    cited_on: date | None = None


class Edited(NamedTuple):
    """A page, the person who looks after it, and an edit. Rows come page by page, its edits by day."""

    page: int
    person: Person
    edited_by: Person
    on: date


class Promise(NamedTuple):
    """A commitment, and what its owner reported of it: `state` is done, revised, dropped or answered, or None."""

    key: int
    person: Person
    due_on: date
    state: str | None = None
    reported_on: date | None = None
    has_reason: bool = False
