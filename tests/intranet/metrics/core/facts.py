"""Facts of every kind, for Hypothesis: thread by thread and page by page as a source gives them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from hypothesis import strategies as st

from intranet.metrics.core.facts import (
    Asked,
    Cited,
    Contribution,
    Edited,
    Heard,
    Help,
    Presence,
    Promise,
    Said,
    Use,
    Voice,
)
from intranet.metrics.core.release import House
from tests.intranet.metrics.core.houses import house_of, noon, opened

People: TypeAlias = Sequence[Any]
Rows: TypeAlias = st.SearchStrategy[list[Any]]

DAY = st.dates(date(2026, 9, 24), date(2027, 1, 7))  # a week more on either side of the window
LATER = st.one_of(st.none(), st.integers(0, 45).map(lambda days: timedelta(days=days)))


@st.composite
def a_house(draw: st.DrawFn) -> House:
    """Two to four teams of eight to fifteen, one too small to count, some managers and some not to be counted."""
    sizes = draw(st.lists(st.integers(8, 15), min_size=2, max_size=4))
    blocks = house_of(*sizes, 3).partition
    people = sorted(blocks.homes, key=str)
    some = st.sets(st.sampled_from(people), max_size=3)
    return opened(blocks, managers=frozenset(draw(some)), without=frozenset(draw(some)))


def someone(people: People) -> st.SearchStrategy[Any]:
    return st.sampled_from([*people, "nobody"])


def each(row: Callable[..., Any], *columns: st.SearchStrategy[Any]) -> Rows:
    return st.lists(st.builds(row, *columns), max_size=40)


def grouped(rows_of: Callable[[int], Rows]) -> Rows:
    """The rows of up to thirty things, one thing after the other, by their numbers."""
    return st.integers(0, 30).flatmap(
        lambda number: st.tuples(*(rows_of(key) for key in range(number))).map(
            lambda all_: [r for one in all_ for r in one]
        )
    )


def contributions(people: People) -> Rows:
    return each(Contribution, someone(people), DAY)


def heard(people: People) -> Rows:
    return each(Heard, someone(people), DAY, st.booleans())


def helped(people: People) -> Rows:
    return each(Help, someone(people), DAY, someone(people))


def presences(people: People) -> Rows:
    return each(Presence, someone(people), DAY, st.integers(0, 25))


def uses(people: People) -> Rows:
    pairs = st.tuples(someone(people), DAY, st.one_of(st.none(), st.integers(-5, 70)), st.booleans())
    return st.lists(
        pairs.map(lambda p: Use(p[0], p[1], None if p[2] is None else p[1] + timedelta(days=p[2]), p[3])), max_size=40
    )


def threads(people: People) -> Rows:
    def rows_of(key: int) -> Rows:
        speakers = st.lists(st.sampled_from([*people[:2], people[-1], *people]), min_size=1, max_size=6)
        return st.tuples(DAY, speakers).map(lambda pair: [Said(key, who, noon(pair[0])) for who in pair[1]])

    return grouped(rows_of)


def questions(people: People) -> Rows:
    def rows_of(key: int) -> Rows:
        answers = st.lists(st.tuples(someone(people), st.integers(0, 9)), max_size=3)

        def rows(drawn: tuple[Any, date, list[tuple[Any, int]]]) -> list[Asked]:
            who, on, given = drawn
            told = [Asked(key, who, noon(on), by, noon(on + timedelta(days=days))) for by, days in given]
            return told or [Asked(key, who, noon(on))]

        return st.tuples(someone(people), DAY, answers).map(rows)

    return grouped(rows_of)


def voices(people: People) -> Rows:
    def row(key: int, who: Any, on: date, told: timedelta | None, again: timedelta | None) -> Voice:
        told_on = None if told is None else on + told
        return Voice(key, who, on, told_on, None if again is None or told_on is None else told_on + again)

    return st.lists(st.tuples(someone(people), DAY, LATER, LATER), max_size=50).map(
        lambda all_: [row(key, *drawn) for key, drawn in enumerate(all_)]
    )


def promises(people: People) -> Rows:
    states = st.sampled_from([None, "done", "revised", "dropped", "answered", "begun"])
    drawn = st.tuples(someone(people), DAY, states, LATER, st.booleans())
    return st.lists(drawn, max_size=50).map(
        lambda all_: [Promise(k, w, on, s, None if t is None else on + t, r) for k, (w, on, s, t, r) in enumerate(all_)]
    )


def pages(people: People) -> Rows:
    def rows_of(key: int) -> Rows:
        edits = st.lists(st.tuples(someone(people), DAY), min_size=1, max_size=5)
        return st.tuples(someone(people), edits).map(
            lambda pair: [Edited(key, pair[0], by, on) for by, on in sorted(pair[1], key=lambda edit: edit[1])]
        )

    return grouped(rows_of)


def citations(people: People) -> Rows:
    def rows_of(key: int) -> Rows:
        improved, by = (
            st.dates(date(2025, 12, 20), date(2027, 1, 7)),
            st.lists(st.tuples(someone(people), DAY), max_size=4),
        )
        return st.tuples(someone(people), improved, by).map(
            lambda drawn: (
                [Cited(key, drawn[0], drawn[1], *each) for each in drawn[2]] or [Cited(key, drawn[0], drawn[1])]
            )
        )

    return grouped(rows_of)


FACTS: Mapping[str, Callable[[People], Rows]] = {
    "A1": heard,
    "A2": threads,
    "A3": voices,
    "B1": contributions,
    "B2": presences,
    "B3": contributions,
    "C1": questions,
    "C2": threads,
    "D1": helped,
    "D2": citations,
    "D3": pages,
    "E1": contributions,
    "E2": uses,
    "E3": contributions,
    "F1": contributions,
    "F2": promises,
}
