"""How much one person may weigh: a bit in each measure of people, two objects in each measure of objects (R4)."""

from collections import Counter
from collections.abc import Container, Iterable
from datetime import date
from typing import NamedTuple

from intranet.metrics.core.blocks import Partition, Person

INSIDERS = 1  # who put together what they know of themselves
OBJECTS = 2  # a person


class Object(NamedTuple):
    """Something that `person` is accountable for: a thread, a question, a commitment.

    `at` is when it began and `key` its own number, alike for all objects of a measure. `days` is how long it took,
    or how long it has been waited for where it is not `is_over`, in working days; None where time plays no part.
    """

    person: Person
    at: date
    key: int
    is_good: bool
    days: int | None = None
    is_over: bool = True


def count_bits(people: Iterable[Person], among: Partition, *, without: Container[Person] = ()) -> dict[str, int]:
    """How many different people of each block are in `people`, those apart who are not to be counted."""
    bits = {person for person in people if person not in without}
    found = Counter(home for person in bits if (home := among.block_of(person)) is not None)
    return {block.key: found[block.key] for block in among.blocks}


def first_objects(objects: Iterable[Object], among: Partition, *, without: Container[Person] = ()) -> list[Object]:
    """The first two objects of each person of a block, by time and then by their own number; in no given order.

    Holds two objects a person at a time, whatever their number.
    """
    kept: dict[Person, list[Object]] = {}
    for found in objects:
        if found.person in without or among.block_of(found.person) is None:
            continue
        mine = kept.setdefault(found.person, [])
        mine.append(found)
        if len(mine) > OBJECTS:
            mine.remove(max(mine, key=lambda each: (each.at, each.key)))
    return [found for mine in kept.values() for found in mine]
