"""Pages that leave the house: what their asker sees of them and of all they refer to, in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from cms.access import TYPES, ReadPage, of_own_type
from cms.base.models import GROUND, BasePage
from cms.coedit.body import doc_of
from cms.coedit.tree import Mark, Node, Text
from cms.embeds import Embedded, embedded, path_of_ours
from cms.exchange.names import Named, Names
from cms.models import SpaceDocument, SpaceImage
from intranet.accounts.models import User
from realtime.spaces.file_types import extension_of
from realtime.spaces.models import Space
from realtime.threads.models import Message

STEP: int = BasePage.steplen  # letters of a path for each step down the tree
MOST = 2_000  # pages in one archive


@dataclass(frozen=True)
class Taken:
    """A page as it is published."""

    pk: int
    title: str
    intro: str
    space: str
    steward: str
    url: str
    path: str  # in the tree
    slug: str
    published_at: datetime | None
    doc: Node

    @property
    def depth(self) -> int:
        return len(self.path) // STEP


@dataclass
class Seen:
    """What the asker sees of what pages refer to, by number."""

    pages: dict[int, Any] = field(default_factory=dict)
    documents: dict[int, SpaceDocument] = field(default_factory=dict)
    images: dict[int, SpaceImage] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    held: dict[str, Embedded] = field(default_factory=dict)


def taken(page: ReadPage) -> Taken:
    """A page that somebody reads."""
    return Taken(
        pk=page.pk,
        title=page.title,
        intro=page.intro,
        space=page.space.name if page.space else "",
        steward=page.steward.name if page.steward else "",
        url=page.url or "",
        path=page.path,
        slug=page.slug,
        published_at=page.last_published_at,
        doc=doc_of(page.body.raw_data),
    )


def of_space(space: Space, asker: User) -> list[Taken]:
    """The pages of a space that `asker` sees, in the order of the tree; one query."""
    pages = BasePage.objects.visible_to(asker).filter(space=space, depth__gte=GROUND)
    rows = pages.select_related("space", "steward", *TYPES).order_by("path")[:MOST]
    return [taken(specific) for row in rows if (specific := of_own_type(row, "space", "steward"))]


def seen_by(asker: User, docs: Collection[Node]) -> Seen:
    """What `asker` sees of what texts refer to; four queries and those of `embedded`, none for a kind that nothing refers to."""
    asked: dict[str, set[int]] = {"page": set(), "document": set(), "image": set(), "message": set()}
    for doc in docs:
        for kind, number in references(doc):
            asked[kind].add(number)
    found = Seen()
    if asked["page"]:
        found.pages = BasePage.objects.visible_to(asker).filter(depth__gt=2).in_bulk(asked["page"])
    if asked["document"]:
        found.documents = SpaceDocument.objects.visible_to(asker).in_bulk(asked["document"])
    if asked["image"]:
        found.images = SpaceImage.objects.visible_to(asker).in_bulk(asked["image"])
    if asked["message"]:
        said = Message.objects.visible_to(asker).said().select_related("author__profile")
        found.messages = said.in_bulk(asked["message"])
    if addresses := {own for doc in docs for own in embedded_in(doc)}:
        found.held = embedded(asker, addresses)
    return found


def embedded_in(doc: Node) -> Iterator[str]:
    """The addresses of ours that a text shows."""
    for child in doc.children:
        if isinstance(child, Node) and child.tag == "embed" and (own := path_of_ours(str(child.get("url")))):
            yield own


def references(found: Node) -> Iterator[tuple[str, int]]:
    """The pages, documents, images and messages that a text names by number."""
    for kind, name in (("image", "image"), ("document", "file"), ("page", "page"), ("message", "message")):
        number = found.get(name)
        if isinstance(number, int) and not isinstance(number, bool):
            yield kind, number
    for child in found.children:
        if isinstance(child, Node):
            yield from references(child)
        else:
            yield from _linked(child)


def _linked(text: Text) -> Iterator[tuple[str, int]]:
    marks: Iterator[Mark] = (mark for mark in text.marks if mark.name == "link")
    for mark in marks:
        for name, value in mark.attributes:
            if name in ("page", "document") and isinstance(value, int):
                yield name, value


# --- how things are called ------------------------------------------------------------------------


def names_on_the_web(seen: Seen, site: str, images: Mapping[int, str]) -> Names:
    """Everything by its address here; `images` says where a picture is, by its number."""
    return Names(
        pages={pk: Named(page.title, site + (page.url or "")) for pk, page in seen.pages.items()},
        documents={pk: Named(file.title, site + file.url) for pk, file in seen.documents.items()},
        images={pk: Named(image.default_alt_text, images[pk]) for pk, image in seen.images.items() if pk in images},
        messages=messages_named(seen, site),
        held=held_named(seen, site),
        site=site,
    )


def messages_named(seen: Seen, site: str) -> dict[int, Named]:
    return {
        pk: Named(
            f"{message.author.name if message.author else ''}, {date_format(timezone.localtime(message.posted_at), 'SHORT_DATE_FORMAT')}".lstrip(
                ", "
            ),
            site + message.get_absolute_url(),
        )
        for pk, message in seen.messages.items()
    }


def held_named(seen: Seen, site: str) -> dict[str, Named]:
    """What texts show of ours, by its address; a message by its words."""
    return {
        own: Named(shown.card.line if shown.poll else shown.card.title, site + own) for own, shown in seen.held.items()
    }


def file_name(title: str, extension: str, given: set[str], start: str = "") -> str:
    """A path for something, that none has yet in `given`, whatever letters computers tell apart."""
    stem = slugify(title)[:80] or "page"
    path, number = f"{start}{stem}.{extension}", 2
    while path.lower() in given:
        path, number = f"{start}{stem}-{number}.{extension}", number + 1
    given.add(path.lower())
    return path


def stored_extension(name: str) -> str:
    return extension_of(name) or "bin"
