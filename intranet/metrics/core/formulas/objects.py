"""Measures of objects: from facts to objects, each with its accountable person. One thread or page is held at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from intranet.metrics.core.blocks import Person
from intranet.metrics.core.bounded import Object
from intranet.metrics.core.facts import Asked, Cited, Edited, Promise, Said, Voice
from intranet.metrics.core.setting import Setting

TOLD_WITHIN = 20  # working days, and as many without the customer coming back
ANSWERED_WITHIN = 2  # working days
REPORTED_WITHIN = 10  # working days after a commitment is due
CITING = 2  # other blocks
WRITERS = 3
TALKERS = 3

first = itemgetter(0)


def open_conversations(facts: Iterable[Said], setting: Setting) -> Iterator[Object]:
    """A2: threads; good when somebody of another block spoke there and somebody else after them."""
    for thread, said in threads_of(facts, setting):
        opener, at = said[0].person, said[0].at
        is_good = any(setting.are_apart(opener, person) for person in answered_among(said))
        yield Object(opener, at, thread, is_good)


def real_dialogues(facts: Iterable[Said], setting: Setting) -> Iterator[Object]:
    """C2: threads; good with at least three people and a return trip, one who speaks, another, the first again."""
    for thread, said in threads_of(facts, setting):
        people = [message.person for message in said]
        is_good = len(set(people)) >= TALKERS and has_return_trip(people)
        yield Object(people[0], said[0].at, thread, is_good)


def closed_loops(facts: Iterable[Voice], setting: Setting) -> Iterator[Object]:
    """A3: voices; good when the customer was told within 20 working days and did not reopen within 20."""
    for voice in facts:
        if setting.has(voice.received_on):
            is_told = voice.told_on is not None and stays_closed(voice, setting)
            until = voice.told_on if is_told and voice.told_on else setting.settled_on
            days = setting.calendar.between(voice.received_on, until)
            yield Object(voice.person, voice.received_on, voice.key, is_told and days <= TOLD_WITHIN, days, is_told)


def answered_questions(facts: Iterable[Asked], setting: Setting) -> Iterator[Object]:
    """C1: questions; good when somebody else answered within two working days."""
    for question, rows in groupby(facts, key=first):
        asked = list(rows)
        person, at = asked[0].person, asked[0].at
        if setting.has(setting.day(at)):
            answers = [row.answered_at for row in asked if row.answered_at and row.answered_by != person]
            until = setting.day(min(answers)) if answers else setting.settled_on
            days = setting.calendar.between(setting.day(at), until)
            yield Object(person, at, question, bool(answers) and days <= ANSWERED_WITHIN, days, bool(answers))


def reused_pages(facts: Iterable[Cited], setting: Setting) -> Iterator[Object]:
    """D2: pages improved in this window or the three before; good when two other blocks cite them in this one."""
    since = setting.window.moved(-3).first_day
    for page, rows in groupby(facts, key=first):
        cited = list(rows)
        person, improved_on = cited[0].person, cited[0].improved_on
        if since <= improved_on <= setting.window.last_day:
            citing = {
                setting.partition.block_of(row.cited_by)
                for row in cited
                if row.cited_on and setting.has(row.cited_on) and setting.are_apart(person, row.cited_by)
            }
            yield Object(person, improved_on, page, len(citing) >= CITING)


def pages_of_several(facts: Iterable[Edited], setting: Setting) -> Iterator[Object]:
    """D3: pages edited in the window; good when at least three people of at least two blocks did."""
    for page, rows in groupby(facts, key=first):
        edits = [row for row in rows if setting.has(row.on)]
        if edits:
            writers = {row.edited_by for row in edits}
            is_good = len(writers) >= WRITERS and len(blocks_of(writers, setting)) > 1
            yield Object(edits[0].person, min(row.on for row in edits), page, is_good)


def kept_promises(facts: Iterable[Promise], setting: Setting) -> Iterator[Object]:
    """F2: commitments due; good when done, or revised, dropped or answered with a reason, in the ten working days."""
    for promise in facts:
        if setting.has(promise.due_on):
            yield Object(promise.person, promise.due_on, promise.key, is_followed_up(promise, setting))


def is_followed_up(promise: Promise, setting: Setting) -> bool:
    if promise.reported_on is None:
        return False
    is_said = promise.state == "done" or (promise.state in {"revised", "dropped", "answered"} and promise.has_reason)
    return is_said and setting.calendar.between(promise.due_on, promise.reported_on) <= REPORTED_WITHIN


def stays_closed(voice: Voice, setting: Setting) -> bool:
    """Whether the customer who was told did not come back within 20 working days."""
    if voice.told_on is None or voice.reopened_on is None:
        return voice.told_on is not None
    return setting.calendar.between(voice.told_on, voice.reopened_on) > TOLD_WITHIN


def threads_of(facts: Iterable[Said], setting: Setting) -> Iterator[tuple[int, Sequence[Said]]]:
    """The threads that were opened in the window, with what was said there."""
    for thread, rows in groupby(facts, key=first):
        said = list(rows)
        if setting.has(setting.day(said[0].at)):
            yield thread, said


def answered_among(said: Sequence[Said]) -> list[Person]:
    """Who spoke before somebody else did: all but those of the last turn."""
    people = [message.person for message in said]
    while len(people) > 1 and people[-1] == people[-2]:
        people.pop()
    return people[:-1]


def has_return_trip(people: Sequence[Person]) -> bool:
    """Whether somebody spoke, then another, then the first again: whether somebody has more than one turn."""
    turns = [person for person, _ in groupby(people)]
    return len(set(turns)) < len(turns)


def blocks_of(people: Iterable[Person], setting: Setting) -> set[str]:
    return {home for person in people if (home := setting.partition.block_of(person)) is not None}
