"""Who can be called in a page: employees who see its space."""

from typing import TypedDict

from intranet.people.access import people_with
from intranet.people.words import folded_words
from realtime.spaces.access import see_space
from realtime.spaces.models import Space

ROWS = 8


class Person(TypedDict):
    """One line of the list."""

    id: int
    name: str
    about: str


def people_to_call(space: Space, typed: str) -> list[Person]:
    """At most ROWS whose name, trade or place has words that begin so, by name; one query."""
    people = people_with(see_space(space, with_guests=False), folded_words(typed).split())
    found = people.select_related("profile").order_by("name", "pk")[:ROWS]
    return [Person(id=person.pk, name=person.name, about=person.profile.title) for person in found]
