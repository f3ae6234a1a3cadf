"""What people did, as facts: the state of each person in a measure, and the rows that a source would pull of it.

The state of a person is a bit for most measures of people, a number of days or weeks for B1 and B3 (`DAYS`), whether
they tried and used for E1 and E2, and for measures of objects a tuple that says of each object whether it is good.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from intranet.metrics.core.blocks import Person
from intranet.metrics.core.facts import Asked, Contribution, Heard, Help, Promise, Said, Use, Voice
from tests.intranet.metrics.core.houses import CALENDAR, MONDAY, each_day, noon

State: TypeAlias = Any  # hashable

OTHER = "x0"  # somebody of a block of which nothing is asked
BITS = (False, True)
DAYS = (0, 1, 2, 5)  # active in so many weeks, on so many days
TRIED = ((False, False), (True, False), (True, True))
OBJECTS = ((), (False,), (True,), (False, False), (False, True), (True, True))
SOON, LATE = CALENDAR.after(MONDAY, 2), CALENDAR.after(MONDAY, 21)


def heard(person: Person, state: State) -> Iterator[Heard]:
    if state:
        yield Heard(person, MONDAY, is_of_customer=True)


def contributed(person: Person, state: State) -> Iterator[Contribution]:
    yield from (Contribution(person, on) for on in each_day(state, every=7))


def helped(person: Person, state: State) -> Iterator[Help]:
    if state:
        yield Help(person, MONDAY, OTHER)


def tried(person: Person, state: State) -> Iterator[Contribution]:
    if state[0]:
        yield Contribution(person, MONDAY)


def used(person: Person, state: State) -> Iterator[Use]:
    if state[0]:
        yield Use(person, MONDAY, MONDAY if state[1] else None, has_link=state[1])


def had_a_say(person: Person, state: State) -> Iterator[Contribution]:
    if state:
        yield Contribution(person, MONDAY)


def opened_threads(person: Person, state: State) -> Iterator[Said]:
    for place, is_open in enumerate(state):
        for speaker in (person, OTHER, person) if is_open else (person, person):
            yield Said(hash((person, place)), speaker, noon(MONDAY + timedelta(days=place)))


def asked(person: Person, state: State) -> Iterator[Asked]:
    for place, is_answered in enumerate(state):
        answer = (OTHER, noon(SOON if is_answered else LATE))
        yield Asked(hash((person, place)), person, noon(MONDAY), *answer)


def heard_voices(person: Person, state: State) -> Iterator[Voice]:
    for place, is_closed in enumerate(state):
        yield Voice(hash((person, place)), person, MONDAY, SOON if is_closed else None)


def promised(person: Person, state: State) -> Iterator[Promise]:
    for place, is_kept in enumerate(state):
        yield Promise(hash((person, place)), person, MONDAY, "done" if is_kept else None, SOON if is_kept else None)


def some_bad(state: State) -> bool:
    return not all(state)


ROWS: Mapping[str, Callable[[Person, State], Iterable[Any]]] = {
    "A1": heard,
    "A2": opened_threads,
    "A3": heard_voices,
    "B1": contributed,
    "B3": contributed,
    "C1": asked,
    "D1": helped,
    "E1": tried,
    "E2": used,
    "F1": had_a_say,
    "F2": promised,
}
STATES: Mapping[str, tuple[State, ...]] = {
    **dict.fromkeys(("A1", "D1", "F1"), BITS),
    "B1": (1, 2),
    "B3": (4, 5),
    **dict.fromkeys(("E1", "E2"), TRIED),
    **dict.fromkeys(("A2", "A3", "C1", "F2"), OBJECTS),
}
SECRETS: Mapping[str, Mapping[str, Callable[[State], bool]]] = {
    **{key: {"took part": bool} for key in ("A1", "D1", "F1")},
    "B1": {"took part": lambda days: days >= 2},
    "B3": {"took part": lambda days: days >= 5},
    "E1": {"took part": lambda state: state[0]},
    "E2": {"took part": lambda state: state[1]},
    **{key: {"took part": bool, "a good one": any, "another": some_bad} for key in ("A2", "A3", "C1", "F2")},
}


def rows_of(key: str, states: Mapping[Person, State]) -> Iterator[Any]:
    """The facts of the measure `key`, of people in some states."""
    for person, state in states.items():
        yield from ROWS[key](person, state)
