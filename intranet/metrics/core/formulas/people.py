"""Measures of people: from facts to those whose bit is 1. Memory grows with the people, not with the facts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from intranet.metrics.core.blocks import Person
from intranet.metrics.core.days import week_of
from intranet.metrics.core.facts import Contribution, Heard, Help, Use
from intranet.metrics.core.setting import Setting

DAYS = 2
WEEKS = 5
USED_WITHIN = timedelta(days=60)


def hear_customers(facts: Iterable[Heard], setting: Setting) -> set[Person]:
    """A1: those with a message in a thread that carries a customer's voice."""
    days = setting.days
    return {person for person, on, is_of_customer in facts if is_of_customer and on in days}


def take_part(facts: Iterable[Contribution], setting: Setting) -> set[Person]:
    """B1: those who contributed on at least two different days."""
    days = setting.days
    return reach(DAYS, ((person, on) for person, on in facts if on in days))


def speak_regularly(facts: Iterable[Contribution], setting: Setting) -> set[Person]:
    """B3: those who contributed in at least five different weeks, which begin on Monday."""
    weeks = {day: week_of(day) for day in setting.days}
    return reach(WEEKS, ((person, weeks[on]) for person, on in facts if on in weeks))


def help_outside(facts: Iterable[Help], setting: Setting) -> set[Person]:
    """D1: those with a message that somebody of another block marked helpful."""
    return {person for person, on, marked_by in facts if setting.has(on) and setting.are_apart(person, marked_by)}


def try_out(facts: Iterable[Contribution], setting: Setting) -> set[Person]:
    """E1: those who finished a practice run."""
    return did(facts, setting)


def put_to_use(facts: Iterable[Use], setting: Setting) -> set[Person]:
    """E2: those who finished a practice run and declared, with a link, a real use within 60 days after it."""
    return {use.person for use in facts if setting.has(use.finished_on) and is_real(use)}


def have_a_say(facts: Iterable[Contribution], setting: Setting) -> set[Person]:
    """F1: those who gave advice, a stance, an objection or a ballot."""
    return did(facts, setting)


def did(facts: Iterable[Contribution], setting: Setting) -> set[Person]:
    """Those with a fact in the window, whatever it is."""
    return {person for person, on in facts if setting.has(on)}


def reach(number: int, marks: Iterable[tuple[Person, date]]) -> set[Person]:
    """Those with at least `number` different marks."""
    seen: defaultdict[Person, set[date]] = defaultdict(set)
    for person, mark in marks:
        if len(mine := seen[person]) < number:
            mine.add(mark)
    return {person for person, mine in seen.items() if len(mine) >= number}


def is_real(use: Use) -> bool:
    if use.used_on is None or not use.has_link:
        return False
    return timedelta() <= use.used_on - use.finished_on <= USED_WITHIN
