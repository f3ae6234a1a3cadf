"""Polls and marks of help in templates."""

import json
from collections.abc import Iterable

from django import template
from django.utils.translation import gettext

from intranet.accounts.models import User
from realtime.threads.events import Author, PollOptionShown, PollShown
from realtime.threads.models import Poll
from realtime.threads.models.polls import words_of_option

register = template.Library()


@register.filter
def option_text(option: PollOptionShown) -> str:
    """What an option says: its label, or the words of a sense check in the reader's language."""
    return words_of_option(option["label"], option["code"])


@register.filter
def names_of(people: Iterable[Author]) -> str:
    """Some people by name, guests as such."""
    return ", ".join(name_of(person) for person in people)


def name_of(person: Author) -> str:
    name = person["name"] or gettext("Former member")
    return gettext("%s (guest)") % name if person["is_guest"] else name


@register.filter
def holds_me(people: Iterable[Author], reader: User) -> bool:
    """Whether the reader is among some people."""
    return any(person["id"] == reader.pk for person in people)


@register.filter
def voters(poll: PollShown) -> int:
    """How many people answered, at least one: the length that a whole bar stands for."""
    return max(1, len({person["id"] for option in poll["options"] for person in option["people"]}))


@register.simple_tag
def blank_poll() -> PollShown:
    """A poll with nothing in it: what the script fills."""
    option = PollOptionShown(id=0, code="", label="", people=[])
    return PollShown(kind="", is_multiple=False, closed=False, options=[option])


@register.simple_tag
def poll_words() -> str:
    """What the script says of polls, in the reader's language, as JSON."""
    words = {str(code): str(label) for code, label in Poll.Sense.choices}
    return json.dumps(words | {"guest": gettext("%s (guest)"), "former": gettext("Former member")})
