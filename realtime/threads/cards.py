"""Cards of links to conversations, messages and spaces."""

from collections.abc import Sequence

from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext as _

from intranet.accounts.models import User
from realtime.spaces.cards import Card, Link, named
from realtime.spaces.markup import excerpt
from realtime.spaces.models import Space
from realtime.threads.models import Message, Thread

LINE = 120  # characters


def conversation_cards(*, user: User, links: Sequence[Link]) -> dict[str, Card]:
    """Three queries at most."""
    return thread_cards(user, links) | message_cards(user, links) | space_cards(user, links)


def conversations_found(*, user: User, space: Space, words: str, most: int) -> list[tuple[str, Card]]:
    """Conversations by their title and polls by their question, those of `space` first, then the freshest; two queries."""
    here = Case(When(space=space, then=Value(0)), default=Value(1), output_field=IntegerField())
    threads = Thread.objects.visible_to(user).filter(space__in=Space.objects.places(), title__icontains=words)
    freshest = threads.select_related("space").order_by(here, "-last_message_id", "-pk")[:most]
    polls = Message.objects.visible_to(user).said().filter(poll__isnull=False, body__icontains=words)
    here = Case(When(thread__space=space, then=Value(0)), default=Value(1), output_field=IntegerField())
    asked = polls.filter(thread__space__in=Space.objects.places()).select_related("thread__space", "author")
    return [
        *((thread.get_absolute_url(), thread_card(thread)) for thread in freshest),
        *((message.get_absolute_url(), poll_card(message)) for message in asked.order_by(here, "-pk")[:most]),
    ]


def poll_card(message: Message) -> Card:
    """A poll by its question."""
    return Card("chart-bar", excerpt(message.body, LINE), place_of(message.thread), message.thread.name)


def thread_cards(user: User, links: Sequence[Link]) -> dict[str, Card]:
    asked = named(links, "threads:thread", "pk")
    if not asked:
        return {}
    threads = Thread.objects.visible_to(user).select_related("space").in_bulk(set(asked.values()))
    return {path: thread_card(threads[pk]) for path, pk in asked.items() if pk in threads}


def thread_card(thread: Thread) -> Card:
    return Card("messages-square", thread.name, place_of(thread), str(thread.get_kind_display()))


def place_of(thread: Thread) -> str:
    """The space of a conversation, which a private one has in name only."""
    return thread.space.name if thread.space.is_place else _("Private conversation")


def message_cards(user: User, links: Sequence[Link]) -> dict[str, Card]:
    asked = named(links, "threads:message", "pk")
    if not asked:
        return {}
    seen = Message.objects.visible_to(user).said().filter(hidden_at=None).select_related("thread__space", "author")
    messages = seen.in_bulk(set(asked.values()))
    return {path: message_card(messages[pk]) for path, pk in asked.items() if pk in messages}


def message_card(message: Message) -> Card:
    name = message.author.name if message.author else _("Former member")
    words = excerpt(message.body, LINE) or _("a file")
    return Card(
        "message-circle",
        message.thread.name,
        place_of(message.thread),
        _("%(name)s: %(words)s") % {"name": name, "words": words},
    )


def space_cards(user: User, links: Sequence[Link]) -> dict[str, Card]:
    asked = named(links, "threads:space", "slug")
    if not asked:
        return {}
    spaces = Space.objects.visible_to(user).places().filter(slug__in=set(asked.values()))
    found = {space.slug: space for space in spaces}
    return {
        path: Card("users-round", found[slug].name, str(found[slug].get_kind_display()), found[slug].description[:LINE])
        for path, slug in asked.items()
        if slug in found
    }
