"""The worked example of every measure, as docs/measures.md tells it."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from math import isclose

import pytest

from intranet.metrics.core.bands import ABOUT_HALF, FEW, MOST, Band
from intranet.metrics.core.blocks import Person, Unit, partition
from intranet.metrics.core.diversity import concentration, effective_share, variety
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
from intranet.metrics.core.figures import NOT_ENOUGH, Places, Standing
from intranet.metrics.core.formulas import house as of_house
from intranet.metrics.core.formulas import objects, people
from intranet.metrics.core.survival import Wait, curve, median
from tests.intranet.metrics.core.houses import (
    CALENDAR,
    MONDAY,
    WINDOW,
    each_day,
    house_of,
    lettered,
    noon,
    opened,
    setting,
    told,
)


def after(start: date, working_days: int) -> date:
    return CALENDAR.after(start, working_days)


def thread(key: int, *people: Person) -> list[Said]:
    return [
        Said(key, person, noon(MONDAY + timedelta(days=key)) + timedelta(hours=i)) for i, person in enumerate(people)
    ]


def questions(words: str) -> list[Asked]:
    """Questions written as "a0 b3 c-": who asked, and after how many working days somebody answered."""
    rows = []
    for key, word in enumerate(words.split()):
        answered = {} if word[1] == "-" else {"answered_by": "o0", "answered_at": noon(after(MONDAY, int(word[1])))}
        rows.append(Asked(key, word[0], noon(MONDAY), **answered))  # type: ignore[arg-type]  # both or neither
    return rows


def test_a1_four_of_nine_hear_customers() -> None:
    house = lettered(9)
    facts = [Heard(person, MONDAY, is_of_customer=True) for person in "aacfffh"]
    facts += [Heard("b", MONDAY, is_of_customer=False), Heard("d", date(2026, 9, 30), is_of_customer=True)]
    assert people.hear_customers(facts, setting(house)) == {*"acfh"}
    assert told(house, "A1", facts) == Band(3, 6)


def test_a2_most_conversations_are_open() -> None:
    house = lettered(9)
    facts = [
        row
        for key, word in enumerate(["a1", "a1", "a0", "a1", "b1", "b0", "c0", "c1", "d1", "d1", "e0", "f1", "g1"])
        for row in thread(key, word[0], *(["o0", word[0]] if word[1] == "1" else ["b"]))
    ]
    assert told(house, "A2", facts) == MOST


@pytest.mark.parametrize(
    ("speakers", "is_open"),
    [
        ("a o0 a", True),
        ("a o0 o1", True),
        ("a o0 b", True),
        ("a o0", False),  # nobody answered
        ("a o0 o0", False),
        ("a b a", False),
        ("a b o0 o0", False),
        ("a nobody a", False),  # who is counted nowhere is of no other team
        ("a", False),
    ],
)
def test_a2_a_conversation_is_open_when_another_block_is_answered(speakers: str, *, is_open: bool) -> None:
    (found,) = objects.open_conversations(thread(1, *speakers.split()), setting(lettered(9)))
    assert found.is_good is is_open


def test_a3_about_half_of_the_voices_are_closed() -> None:
    house = lettered(9)
    days = ["3", "5", "8", "12", "18", "20", "25", "-", "-", "4", "-"]
    facts = [
        Voice(key, "abcdefghi"[key % 9], MONDAY, None if word == "-" else after(MONDAY, int(word)))
        for key, word in enumerate(days)
    ]
    found = list(objects.closed_loops(facts, setting(house, settled_on=after(MONDAY, 30))))
    assert [each.days for each in found] == [3, 5, 8, 12, 18, 20, 25, 30, 30, 4, 30]
    assert sum(each.is_good for each in found) == 7
    assert told(house, "A3", facts) == ABOUT_HALF
    assert median(curve(Wait(each.days or 0, each.is_over) for each in found)) == 18


def test_a3_a_voice_that_was_opened_again_is_still_waiting() -> None:
    told_on = after(MONDAY, 3)
    again, later = (Voice(1, "a", MONDAY, told_on, after(told_on, days)) for days in (20, 21))
    first, second = objects.closed_loops([again, later], setting(lettered(9)))
    assert (first.is_good, first.is_over) == (False, False)
    assert (second.is_good, second.is_over, second.days) == (True, True, 3)


def test_b1_four_of_eight_take_part() -> None:
    house = lettered(8)
    facts = [
        Contribution(person, on)
        for person, days in zip("abcdefgh", (1, 2, 5, 0, 2, 0, 3, 1), strict=True)
        for on in each_day(days) * 2
    ]
    assert people.take_part(facts, setting(house)) == {*"bceg"}
    assert told(house, "B1", facts) == Band(3, 5)


def test_b2_two_places_live() -> None:
    units = [Unit("C"), Unit("A", "C"), Unit("B", "C"), Unit("D", "C")]
    homes: dict[Person, str] = {f"{unit.key}{i}": unit.key for unit in units[1:] for i in range(1, 9)}
    house = opened(partition(units, homes))
    spaces = ["A1 A2 B1", "A1 A2 A3", "A1 B1", "A1 B1 D1 D2", ""]
    facts = [Presence(person, MONDAY, space) for space, names in enumerate(spaces) for person in names.split() * 2]
    assert told(house, "B2", facts, block=None) == Places(2, None)
    assert isclose(variety([3, 3, 2, 4]) or 0, 3.888, abs_tol=5e-4)


def test_b2_from_twenty_places_their_variety_is_told() -> None:
    house = house_of(8, 8)
    facts = [Presence(person, MONDAY, space) for space in range(20) for person in ("T1.0", "T1.1", "T2.0")]
    assert told(house, "B2", facts, block=None) == Places(20, 20)


def test_b3_four_of_eight_speak_regularly() -> None:
    house = lettered(8)
    facts = [
        Contribution(person, on)
        for person, weeks in zip("abcdefgh", (6, 5, 4, 1, 0, 9, 2, 5), strict=True)
        for on in each_day(weeks, every=7)
    ]
    assert people.speak_regularly(facts, setting(house)) == {*"abfh"}
    assert told(house, "B3", facts) == Band(3, 5)


def test_b3_the_house_speaks_as_eight_blocks_in_eleven() -> None:
    middles = [band.middle for band in (Band(3, 5), Band(0, 2), Band(6, 8))]
    assert concentration(middles) == Fraction(24, 11)
    assert effective_share(middles) == Fraction(8, 11)


def test_c1_about_half_of_the_questions_find_an_answer() -> None:
    facts = questions("a0 a1 a- a0 b2 b3 c- d1 e0 f2 f5 g1 h-")
    assert told(lettered(9), "C1", facts) == ABOUT_HALF


def test_c1_who_answers_their_own_question_answers_nobody() -> None:
    facts = [Asked(1, "a", noon(MONDAY), "a", noon(MONDAY)), Asked(1, "a", noon(MONDAY), "b", noon(after(MONDAY, 3)))]
    (found,) = objects.answered_questions(facts, setting(lettered(9)))
    assert (found.days, found.is_good) == (3, False)


def test_c1_half_wait_three_days() -> None:
    waits = [Wait(days, is_over=True) for days in (0, 0, 1, 1, 2, 3)]
    waits += [Wait(days, is_over=False) for days in (4, 5, 5, 6, 8, 9)]
    steps = curve(waits)
    assert [step.waiting for step in steps] == [Fraction(5, 6), Fraction(2, 3), Fraction(7, 12), Fraction(1, 2)]
    assert median(steps) == 3


@pytest.mark.parametrize(
    ("speakers", "is_dialogue"),
    [("a b a c", True), ("a b c a", True), ("a b a", False), ("a b c", False), ("a a b c", False), ("a b c b", True)],
)
def test_c2_a_dialogue_has_a_return_trip_and_three_people(speakers: str, *, is_dialogue: bool) -> None:
    (found,) = objects.real_dialogues(thread(1, *speakers.split()), setting(lettered(9)))
    assert found.is_good is is_dialogue


def test_d1_three_of_eleven_help_outside() -> None:
    house = lettered(11)
    marks = [("h", "o1"), ("i", "o1"), ("i", "o2"), ("j", "o3"), ("k", "a"), ("b", "c"), ("d", "nobody")]
    facts = [Help(person, MONDAY, by) for person, by in marks]
    assert people.help_outside(facts, setting(house)) == {*"hij"}
    assert told(house, "D1", facts) == Band(3, 5)


def test_d2_few_pages_serve_others() -> None:
    sizes = dict.fromkeys("123456789", 8)
    units = [Unit("C"), *(Unit(unit, "C") for unit in sizes)]
    homes: dict[Person, str] = {f"{unit}{i}": unit for unit in sizes for i in range(8)}
    house = opened(partition(units, homes))
    citing = ["23", "2", "", "234", "", "5", "27", "", "", "9", ""]
    facts = [
        Cited(page, f"1{page % 8}", date(2026, 1, 1), f"{unit}0" if unit else None, MONDAY if unit else None)
        for page, units_ in enumerate(citing)
        for unit in units_ or [""]
    ]
    assert sum(each.is_good for each in objects.reused_pages(facts, setting(house))) == 3
    assert told(house, "D2", facts, block="1") == FEW


def test_d2_a_page_improved_a_year_ago_and_one_cited_last_quarter_do_not_serve() -> None:
    old = [Cited(1, "a", date(2025, 12, 31), "o1", MONDAY)]
    past = [Cited(2, "a", MONDAY, by, date(2026, 9, 30)) for by in ("o1", "b")]
    assert [each.is_good for each in objects.reused_pages(old + past, setting(lettered(9)))] == [False]


@pytest.mark.parametrize(
    ("writers", "is_good"),
    [("a b o1", True), ("a b c", False), ("a o1", False), ("a o1 o2", True), ("a b nobody", False)],
)
def test_d3_a_page_of_several_has_three_writers_of_two_blocks(writers: str, *, is_good: bool) -> None:
    facts = [Edited(1, "a", person, MONDAY) for person in writers.split()]
    (found,) = objects.pages_of_several(facts, setting(lettered(9)))
    assert found.is_good is is_good


def test_e1_five_of_twelve_tried() -> None:
    facts = [Contribution(person, MONDAY) for person in "abcdeea"]
    assert told(lettered(12), "E1", facts) == Band(4, 8)


def test_e2_a_use_is_declared_with_a_link_within_sixty_days() -> None:
    uses = [
        Use("a", MONDAY, MONDAY + timedelta(days=60), has_link=True),
        Use("b", MONDAY, MONDAY + timedelta(days=61), has_link=True),
        Use("c", MONDAY, MONDAY, has_link=False),
        Use("d", MONDAY),
        Use("e", MONDAY, MONDAY - timedelta(days=1), has_link=True),
        Use("f", date(2027, 1, 1), date(2027, 1, 2), has_link=True),
    ]
    assert people.put_to_use(uses, setting(lettered(12))) == {"a"}


def practised(managers: int, others: int) -> Iterable[Contribution]:
    yield from (Contribution(f"T1.{i}", MONDAY) for i in range(managers))
    yield from (Contribution(f"T2.{i}", MONDAY) for i in range(others))


@pytest.mark.parametrize(
    ("managers", "others", "standing"),
    [
        (7, 9, Standing.BEHIND),
        (8, 10, Standing.ON_PAR),
        (10, 8, Standing.ON_PAR),
        (11, 8, Standing.AHEAD),
        (5, 0, NOT_ENOUGH),
    ],
)
def test_e3_managers_are_behind_on_par_or_ahead(managers: int, others: int, standing: object) -> None:
    house = house_of(20, 20)
    heads = frozenset(f"T1.{i}" for i in range(20))
    blocks = house.partition
    facts = list(practised(managers, others))
    assert of_house.managers_too(facts, setting(opened(blocks, managers=heads))) == standing
    fewer = heads - {"T1.19"}
    assert of_house.managers_too(facts, setting(opened(blocks, managers=fewer))) == NOT_ENOUGH


def test_f1_seven_of_ten_have_a_say() -> None:
    facts = [Contribution(person, MONDAY) for person in "abcdefg"]
    assert told(lettered(10), "F1", facts) == Band(6, 10)


def test_f2_most_commitments_get_a_follow_up() -> None:
    last = after(MONDAY, 10)
    states = ["done"] * 6 + ["revised"] * 2 + ["dropped"] + [None] * 3
    facts = [
        Promise(key, "abcdefg"[key % 7], MONDAY, state, last if state else None, has_reason=state != "done")
        for key, state in enumerate(states)
    ]
    assert told(lettered(9), "F2", facts) == MOST


@pytest.mark.parametrize(
    ("promise", "is_kept"),
    [
        (Promise(1, "a", MONDAY, "done", MONDAY - timedelta(days=9)), True),
        (Promise(1, "a", MONDAY, "done", after(MONDAY, 11)), False),
        (Promise(1, "a", MONDAY, "dropped", MONDAY), False),
        (Promise(1, "a", MONDAY, "answered", MONDAY, has_reason=True), True),
        (Promise(1, "a", MONDAY, "begun", MONDAY, has_reason=True), False),
    ],
)
def test_f2_a_commitment_dropped_without_a_reason_or_reported_late_is_not_kept(
    promise: Promise, *, is_kept: bool
) -> None:
    (found,) = objects.kept_promises([promise], setting(lettered(9)))
    assert found.is_good is is_kept


def test_ten_objects_are_not_enough() -> None:
    facts = [Promise(key, "abcdefg"[key % 7], MONDAY, "done", MONDAY) for key in range(10)]
    assert told(lettered(9), "F2", facts) == NOT_ENOUGH


def test_four_people_are_not_enough() -> None:
    facts = [Promise(key, "abcd"[key % 4], MONDAY, "done", MONDAY) for key in range(12)]
    assert told(lettered(9), "F2", facts) == NOT_ENOUGH


def test_what_happened_outside_the_quarter_counts_nowhere() -> None:
    house, day = setting(lettered(9)), WINDOW.last_day + timedelta(days=1)
    assert not people.take_part([Contribution("a", day), Contribution("a", day + timedelta(days=1))], house)
    assert not list(objects.kept_promises([Promise(1, "a", day, "done", day)], house))
    assert not list(objects.answered_questions([Asked(1, "a", noon(day))], house))
    assert not list(objects.open_conversations([Said(1, "a", noon(day)), Said(1, "o1", noon(MONDAY))], house))
