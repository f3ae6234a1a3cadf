"""Every formula against another way of computing it, slow and plain, on facts that Hypothesis makes."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intranet.metrics.core.bands import Band
from intranet.metrics.core.bounded import Object
from intranet.metrics.core.figures import Places
from intranet.metrics.core.setting import Setting
from intranet.metrics.core.survival import Wait, curve, waiting_after
from tests.intranet.metrics.core.facts import FACTS, a_house
from tests.intranet.metrics.core.houses import BY_KEY, HOLIDAYS, PARIS, WINDOW, setting, told

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)


def inside(on: date) -> bool:
    return FIRST <= on <= LAST


def days_between(start: date, end: date) -> int:
    days = (start + timedelta(days=more) for more in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day not in HOLIDAYS for day in days)


def local(row: Any) -> date:
    day: date = row.at.astimezone(PARIS).date()
    return day


def a1(rows: list[Any], _: Setting) -> set[Any]:
    return {
        who
        for who in {row.person for row in rows}
        if any(r.person == who and r.is_of_customer and inside(r.on) for r in rows)
    }


def b1(rows: list[Any], _: Setting) -> set[Any]:
    return {row.person for row in rows if len({r.on for r in rows if r.person == row.person and inside(r.on)}) >= 2}


def b3(rows: list[Any], _: Setting) -> set[Any]:
    weeks = {(row.person, row.on.isocalendar()[:2]) for row in rows if inside(row.on)}
    return {who for who, _ in weeks if sum(w == who for w, _ in weeks) >= 5}


def d1(rows: list[Any], at: Setting) -> set[Any]:
    homes = at.partition.homes
    both = [row for row in rows if inside(row.on) and row.person in homes and row.marked_by in homes]
    return {row.person for row in both if homes[row.person] != homes[row.marked_by]}


def e1(rows: list[Any], _: Setting) -> set[Any]:
    return {row.person for row in rows if inside(row.on)}


def e2(rows: list[Any], _: Setting) -> set[Any]:
    done = [row for row in rows if inside(row.finished_on) and row.used_on and row.has_link]
    return {row.person for row in done if 0 <= (row.used_on - row.finished_on).days <= 60}


PEOPLE: dict[str, Callable[[list[Any], Setting], set[Any]]] = {
    "A1": a1, "B1": b1, "B3": b3, "D1": d1, "E1": e1, "E2": e2, "F1": e1,
}  # fmt: skip


@pytest.mark.parametrize("key", PEOPLE)
@settings(max_examples=25)
@given(data=st.data())
def test_the_same_people(key: str, data: st.DataObject) -> None:
    house = data.draw(a_house())
    rows = data.draw(FACTS[key](sorted(house.partition.homes, key=str)))
    found = PEOPLE[key](rows, setting(house))
    assert set(BY_KEY[key].formula(iter(rows), setting(house))) == found

    mine = {who for who in found - house.without if house.partition.homes.get(who) == "T1"}
    value = told(house, key, iter(rows))
    assert isinstance(value, Band)
    assert len(mine) in value
    assert value.size >= BY_KEY[key].width


def by_first(rows: list[Any]) -> list[list[Any]]:
    return [list(group) for _, group in groupby(rows, key=lambda row: row[0])]


def a2(rows: list[Any], at: Setting) -> list[tuple[Any, ...]]:
    found = []
    for said in by_first(rows):
        opener = said[0].person
        good = [
            (i, j)
            for i in range(len(said))
            for j in range(i + 1, len(said))
            if at.are_apart(opener, said[i].person) and said[j].person != said[i].person
        ]
        if inside(local(said[0])):
            found.append((opener, said[0].thread, bool(good)))
    return found


def c2(rows: list[Any], _: Setting) -> list[tuple[Any, ...]]:
    found = []
    for said in by_first(rows):
        who = [row.person for row in said]
        places = range(len(who))
        trips = [1 for i in places for j in places for k in places if i < j < k and who[i] == who[k] != who[j]]
        if inside(local(said[0])):
            found.append((who[0], said[0].thread, bool(trips) and len(set(who)) >= 3))
    return found


def c1(rows: list[Any], _: Setting) -> list[tuple[Any, ...]]:
    found = []
    for asked in by_first(rows):
        by_others = [row.answered_at for row in asked if row.answered_at and row.answered_by != row.person]
        soon = [at for at in by_others if days_between(local(asked[0]), at.astimezone(PARIS).date()) <= 2]
        if inside(local(asked[0])):
            found.append((asked[0].person, asked[0].question, bool(soon)))
    return found


def a3(rows: list[Any], _: Setting) -> list[tuple[Any, ...]]:
    def is_closed(row: Any) -> bool:
        if row.told_on is None or days_between(row.received_on, row.told_on) > 20:
            return False
        return row.reopened_on is None or days_between(row.told_on, row.reopened_on) > 20

    return [(row.person, row.key, is_closed(row)) for row in rows if inside(row.received_on)]


def f2(rows: list[Any], _: Setting) -> list[tuple[Any, ...]]:
    def is_kept(row: Any) -> bool:
        if row.state in {None, "begun"} or row.reported_on is None or days_between(row.due_on, row.reported_on) > 10:
            return False
        return bool(row.state == "done" or row.has_reason)

    return [(row.person, row.key, is_kept(row)) for row in rows if inside(row.due_on)]


def d3(rows: list[Any], at: Setting) -> list[tuple[Any, ...]]:
    found = []
    for edits in by_first(rows):
        writers = {row.edited_by for row in edits if inside(row.on)}
        homes = {at.partition.homes[who] for who in writers if who in at.partition.homes}
        if writers:
            found.append((edits[0].person, edits[0].page, len(writers) >= 3 and len(homes) >= 2))
    return found


def d2(rows: list[Any], at: Setting) -> list[tuple[Any, ...]]:
    found = []
    for cited in by_first(rows):
        mine = at.partition.homes.get(cited[0].person)
        others = {at.partition.homes.get(row.cited_by) for row in cited if row.cited_on and inside(row.cited_on)}
        if date(2026, 1, 1) <= cited[0].improved_on <= LAST:
            found.append((cited[0].person, cited[0].page, mine is not None and len(others - {mine, None}) >= 2))
    return found


OBJECTS: dict[str, Callable[[list[Any], Setting], list[tuple[Any, ...]]]] = {
    "A2": a2, "A3": a3, "C1": c1, "C2": c2, "D2": d2, "D3": d3, "F2": f2,
}  # fmt: skip


@pytest.mark.parametrize("key", OBJECTS)
@settings(max_examples=25)
@given(data=st.data())
def test_the_same_objects(key: str, data: st.DataObject) -> None:
    house = data.draw(a_house())
    rows = data.draw(FACTS[key](sorted(house.partition.homes, key=str)))
    at = setting(house, settled_on=BY_KEY[key].settles_on(WINDOW, setting(house).calendar))
    found: list[Object] = list(BY_KEY[key].formula(iter(rows), at))
    assert [(each.person, each.key, each.is_good) for each in found] == OBJECTS[key](rows, at)


@settings(max_examples=40)
@given(data=st.data())
def test_the_same_places(data: st.DataObject) -> None:
    house = data.draw(a_house())
    people = sorted(house.partition.homes, key=str)
    rows = data.draw(FACTS["B2"](people)) + data.draw(FACTS["B2"](people))
    at = {(row.space, row.person) for row in rows if inside(row.on) and row.person in set(people) - house.without}
    homes = house.partition.homes
    living = [
        space
        for space in {space for space, _ in at}
        if len([1 for s, _ in at if s == space]) >= 3 and len({homes[who] for s, who in at if s == space}) >= 2
    ]
    assert told(house, "B2", rows, block=None) == Places(len(living), None)


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=40), st.integers(0, 12))
def test_the_same_share_that_waits(waits: list[tuple[int, bool]], day: int) -> None:
    """The estimator in its other form: the mass of what is censored goes in equal parts to all that lasts longer.

    Efron, "The two sample problem with censored data", 1967.
    """
    mass = [Fraction(1, len(waits)) for _ in waits]
    order = sorted(range(len(waits)), key=lambda i: (waits[i][0], not waits[i][1]))
    gone = Fraction(0)
    for place, i in enumerate(order):
        days, is_over = waits[i]
        rest = order[place + 1 :]
        if is_over and days <= day:
            gone += mass[i]
        elif not is_over and rest:
            for j in rest:
                mass[j] += mass[i] / len(rest)
    assert waiting_after(curve(Wait(*each) for each in waits), day) == 1 - gone
