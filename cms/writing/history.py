"""The versions of a page: who wrote in each, as a set, and what one says that the one before did not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any

from django.http import Http404
from wagtail.models import Revision

from cms.coedit.body import doc_of
from cms.coedit.changes import WORD
from cms.coedit.schema import LISTS
from cms.coedit.tree import Node
from cms.embeds import path_of_ours
from cms.links import embedded_in, references_in
from cms.models import CollaborativePage, KeptText, VersionName
from cms.writing.keeping import blocks_of
from cms.writing.shown import message_told
from intranet.accounts.models import User
from realtime.spaces.cards import cards_for
from realtime.threads.models import Message

ALIKE = 0.4  # of the words of two lines, to be one that was changed
Names = Mapping[int | str, str]  # of messages by number, of what is shown by address
SAYINGS = ("title", "caption", "alt", "about", "author", "url")


@dataclass(frozen=True, slots=True)
class Version:
    """A revision as its page's history shows it."""

    revision: Revision
    people: list[User]
    is_live: bool
    is_latest: bool
    name: str  # "" for one that was given none


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: which element it is, and its words."""

    tag: str
    words: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Words that stay (`same`), came (`added`) or went (`removed`)."""

    kind: str
    words: str


@dataclass(slots=True)
class Change:
    """A line of a comparison: `same`, `added`, `removed`, `changed`, or moved `here` or `away`."""

    kind: str
    line: Line
    parts: list[Part] = field(default_factory=list)


def revisions_of(page: CollaborativePage) -> Any:
    """All revisions of a page, the latest first."""
    return Revision.objects.for_instance(page).select_related("user").order_by("-created_at", "-pk")


def version_of(page: CollaborativePage, pk: int) -> Revision:
    """One revision of a page; Http404 for another's."""
    found: Revision | None = revisions_of(page).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def versions(page: CollaborativePage, revisions: Sequence[Revision]) -> list[Version]:
    """Revisions with their names and the people who wrote in them; three queries."""
    names = dict(VersionName.objects.filter(revision__in=revisions).values_list("revision", "name"))
    kept = KeptText.objects.filter(revision__in=[revision.pk for revision in revisions])
    people = {one.revision_id: list(one.contributors.all()) for one in kept.prefetch_related("contributors")}
    return [
        Version(
            revision,
            sorted(
                people.get(revision.pk) or ([revision.user] if revision.user else []), key=lambda person: person.name
            ),
            is_live=revision.pk == page.live_revision_id,
            is_latest=revision.pk == page.latest_revision_id,
            name=names.get(revision.pk, ""),
        )
        for revision in revisions
    ]


def before(page: CollaborativePage, revision: Revision) -> Revision | None:
    """The revision before one."""
    found: Revision | None = revisions_of(page).filter(created_at__lt=revision.created_at).first()
    return found


def compared(old: Revision | None, new: Revision, *, reader: User) -> list[Change]:
    """What became of each line from one revision to another; of what is cited or shown, `reader` learns what they see."""
    names = names_for(reader, [revision for revision in (old, new) if revision])
    return differences(list(lines_of(old, names)) if old else [], list(lines_of(new, names)))


def names_for(reader: User, revisions: Sequence[Revision]) -> Names:
    """What stands for messages that some revisions cite and for what they show of ours, as far as `reader` sees them."""
    return authors_cited(reader, revisions) | titles_shown(reader, revisions)


def titles_shown(reader: User, revisions: Sequence[Revision]) -> dict[int | str, str]:
    """The titles of conversations, polls and what else has a card, by address; one query a kind of thing, or none."""
    addresses = {address for one in revisions for address in embedded_in(blocks_of(one))}
    cards = cards_for(reader, addresses) if addresses else {}
    return {address: card.title for address, card in cards.items()}


def authors_cited(reader: User, revisions: Sequence[Revision]) -> dict[int | str, str]:
    """Who said the messages that some revisions cite, by number, as far as `reader` sees them; one query, or none."""
    said = {key for one in revisions for kind, key in references_in(blocks_of(one)) if kind == "message"}
    seen = Message.objects.visible_to(reader).said().filter(pk__in=said).select_related("author") if said else ()
    return {message.pk: message_told(message)["author"] for message in seen}


def lines_of(revision: Revision, names: Names = MappingProxyType({})) -> Iterator[Line]:
    """What a revision says, line by line, its title first; `names` are those of what it cites and shows."""
    yield Line("title", str(revision.content.get("title", "")))
    if intro := str(revision.content.get("intro") or ""):
        yield Line("intro", intro)
    for child in doc_of(blocks_of(revision)).children:
        if isinstance(child, Node):
            yield from _lines(child, 0, names)


def _lines(found: Node, depth: int, names: Names) -> Iterator[Line]:
    if isinstance(number := found.get("message"), int):
        yield Line(found.tag, f"#{number} {names.get(number, '')}".strip(), depth)
        return
    if own := path_of_ours(str(found.get("url") or "")):
        yield Line(found.tag, names.get(own, own), depth)
        return
    told = " · ".join(value for name in SAYINGS if isinstance(value := found.get(name), str))
    inner = [child for child in found.children if isinstance(child, Node) and child.tag != "hard_break"]
    if found.tag == "table_row":
        yield Line("table_row", " | ".join(cell.words() for cell in inner), depth)
        return
    if told or not inner:
        yield Line(found.tag, " ".join(filter(None, (told, "" if inner else found.words()))), depth)
    for child in inner:
        yield from _lines(child, depth + (found.tag in LISTS), names)


# --- comparing ------------------------------------------------------------------------------------


def differences(old: Sequence[Line], new: Sequence[Line]) -> list[Change]:
    """Each line of either, in the order of the new ones; what only changed its place is said to have moved."""
    changes: list[Change] = []
    for kind, i, until, j, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            changes += [Change("same", line) for line in new[j:end]]
        else:
            changes += _replaced(old[i:until], new[j:end])
    return _with_moves(changes)


def _replaced(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Change]:
    """Pairs the lines that are alike, in their order."""
    at = 0
    for line in new:
        pair = next((number for number in range(at, len(old)) if _are_alike(old[number], line)), None)
        if pair is None:
            yield Change("added", line)
            continue
        yield from (Change("removed", gone) for gone in old[at:pair])
        yield Change("changed", line, list(_parts(old[pair].words, line.words)))
        at = pair + 1
    yield from (Change("removed", gone) for gone in old[at:])


def _are_alike(old: Line, new: Line) -> bool:
    if old.tag != new.tag:
        return False
    mine, theirs = re.findall(r"\w+", old.words), re.findall(r"\w+", new.words)
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= ALIKE


def _parts(old: str, new: str) -> Iterator[Part]:
    mine, theirs = WORD.findall(old), WORD.findall(new)
    for kind, i, until, j, end in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Part("same", "".join(theirs[j:end]))
            continue
        if until > i:
            yield Part("removed", "".join(mine[i:until]))
        if end > j:
            yield Part("added", "".join(theirs[j:end]))


def _with_moves(changes: list[Change]) -> list[Change]:
    gone = {change.line: change for change in changes if change.kind == "removed" and change.line.words}
    for change in changes:
        if change.kind == "added" and change.line in gone:
            change.kind, gone.pop(change.line).kind = "here", "away"
    return changes
