"""Cards of links to our own addresses: drawn for one reader, with that reader's rights, never kept anywhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from wagtail import hooks

from intranet.accounts.models import User
from realtime.spaces.models import Space

MOST_CARDS = 20  # in one question


@dataclass(frozen=True, slots=True)
class Link:
    """A link to one of our screens: its address, the name of the screen with its namespace, and what it names there."""

    path: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """What a link leads to, in plain text."""

    icon: str
    title: str
    place: str = ""
    line: str = ""


class CardMaker(Protocol):
    """A `link_card` hook: the cards of those links it knows and `user` may see, by address; one query a kind of thing."""

    def __call__(self, *, user: User, links: Sequence[Link]) -> dict[str, Card]: ...


class CardFinder(Protocol):
    """A `link_found` hook: what `user` may see and words name, with its address, in a space first; all fresh ones for no words."""

    def __call__(self, *, user: User, space: Space, words: str, most: int) -> list[tuple[str, Card]]: ...


def cards_found(user: User, space: Space, words: str, *, most: int) -> list[tuple[str, Card]]:
    """What can be shown in a page of a space: addresses with their cards, at most `most` of a kind."""
    found = (find(user=user, space=space, words=words, most=most) for find in hooks.get_hooks("link_found"))
    return [pair for pairs in found for pair in pairs]


def cards_for(user: User, addresses: Collection[str]) -> dict[str, Card]:
    """The cards of what `user` may see among `addresses`; nothing of the others, there or not."""
    links = [link for link in map(link_to, dict.fromkeys(addresses)) if link]
    cards: dict[str, Card] = {}
    for make in hooks.get_hooks("link_card"):
        cards |= make(user=user, links=links)
    return cards


def link_to(address: str) -> Link | None:
    """The screen at an address of ours, None for any other address."""
    try:
        found = resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        return None
    return Link(address, found.view_name, found.kwargs)


def named(links: Sequence[Link], screen: str, argument: str) -> dict[str, Any]:
    """What the links to one kind of screen name, by address: `named(links, "threads:thread", "pk")`."""
    return {link.path: link.arguments[argument] for link in links if link.name == screen}
