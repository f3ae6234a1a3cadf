"""What a reader would stumble over in a page: told to those who write it, before they publish. Nothing is forbidden."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.coedit.body import doc_of
from cms.coedit.schema import LISTS
from cms.coedit.tree import Child, Mark, Node, Text
from cms.models import WrittenPage
from realtime.spaces.access import WRITERS
from realtime.spaces.models import Space, SpaceMember
from realtime.threads.exchanges import may_be_answered

LONG = 120  # words of a paragraph
MUCH = 500  # words without a heading
EMPTY_WORDS = {  # of a link that says nothing where it stands alone, as screen readers list them
    "ici", "cliquez ici", "cliquer ici", "lien", "ce lien", "lire la suite", "en savoir plus", "plus", "voir",
    "here", "click here", "link", "this link", "read more", "more", "learn more", "see",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at: its kind, and what is said of it."""

    code: str
    words: str


def remarks_on(page: WrittenPage) -> list[Remark]:
    """What to look at in a page, the gravest first; no query but for who keeps it and what stands beside it."""
    doc = doc_of(page.body.raw_data)
    return [
        *answers(page),
        *pictures(doc),
        *headings(doc),
        *sentences(doc),
        *links(doc),
        *tables(doc),
        *lengths(doc),
        *keepers(page),
    ]


def answers(page: WrittenPage) -> Iterator[Remark]:
    """What nobody can answer is told from above, and nothing more. One query for what is not out yet in a closed space."""
    space, thread = page.space, page.thread
    if space is None or not page.is_written_with_thread:
        return
    if thread is not None and not may_be_answered(thread):
        yield Remark("one_way", _("Nobody can answer this page: its conversation is closed. Open it again."))
    elif not page.live and not space.is_open and not has_company(space):
        yield Remark("one_way", _("Nobody can answer this page: you are alone in this space. Invite those it is for."))


def has_company(space: Space) -> bool:
    """Whether more than one person writes in a space of members."""
    writers = list(
        SpaceMember.objects.current().filter(space=space, role__in=WRITERS).values_list("team", flat=True)[:2]
    )
    return len(writers) > 1 or writers[:1] != [None]


def pictures(doc: Node) -> Iterator[Remark]:
    bare = sum(found.tag == "image" and not found.get("alt") for found in elements(doc))
    if bare:
        words = ngettext(
            "%(number)d picture is not described: some people have it read to them.",
            "%(number)d pictures are not described: some people have them read to them.",
            bare,
        )
        yield Remark("alt", words % {"number": bare})


def headings(doc: Node) -> Iterator[Remark]:
    above = 1
    for found in elements(doc):
        if found.tag != "heading":
            continue
        level = int(found.get("level") or 2)
        if not found.words().strip():
            yield Remark("empty_heading", _("A heading has no words."))
        elif level > above + 1:
            yield Remark("skipped", _("“%s” is a smaller heading with no larger one above it.") % found.words()[:60])
        above = level


def sentences(doc: Node) -> Iterator[Remark]:
    if any(not found.words().strip() for found in of(doc, "cited")):
        yield Remark("empty_cited", _("Messages are cited under a sentence without words: say what they come to."))


def links(doc: Node) -> Iterator[Remark]:
    for words in link_words(doc):
        plain = words.strip().strip(".!: ").lower()
        if plain in EMPTY_WORDS:
            yield Remark("link", _("The link “%s” does not say where it leads.") % words.strip()[:60])
        elif plain.startswith(("http://", "https://")):
            yield Remark("bare", _("A link shows its address: %s. Name what is there.") % words.strip()[:60])


def tables(doc: Node) -> Iterator[Remark]:
    rows = (next((row for row in found.children if isinstance(row, Node)), None) for found in of(doc, "table"))
    for row in rows:
        cells = [cell for cell in row.children if isinstance(cell, Node)] if row else []
        if not any(cell.tag == "table_header" and cell.words().strip() for cell in cells):
            yield Remark("table", _("A table has no headings above its columns."))


def lengths(doc: Node) -> Iterator[Remark]:
    since = 0
    for found in doc.children:
        if not isinstance(found, Node):
            continue
        since = 0 if found.tag == "heading" else since + len(found.words().split())
        if found.tag == "paragraph" and len(found.words().split()) > LONG:
            yield Remark("long", _("A long paragraph begins with “%s”: it reads better in two.") % found.words()[:40])
        if since > MUCH:
            yield Remark("no_heading", _("Headings would help to find one’s way in so long a text."))
            return


def keepers(page: WrittenPage) -> Iterator[Remark]:
    if page.steward_id is None and page.contact_id is None:
        yield Remark("steward", _("Nobody answers for this page: choose a team or a contact."))
    if not page.intro:
        yield Remark("intro", _("The page has no introduction: lists and search show its title alone."))


def of(doc: Node, tag: str) -> Iterator[Node]:
    return (found for found in elements(doc) if found.tag == tag)


def elements(found: Node) -> Iterator[Node]:
    """All elements in one, in their order; those of lists aside hold no others that are looked at."""
    for child in found.children:
        if isinstance(child, Node):
            yield child
            if child.tag not in LISTS:
                yield from elements(child)


def link_words(found: Node) -> Iterator[str]:
    """The words of each link, in the order of the text."""
    for link, run in groupby(found.children, link_of):
        if link is not None:
            yield "".join(child.words for child in run if isinstance(child, Text))
        else:
            for child in run:
                yield from link_words(child) if isinstance(child, Node) else ()


def link_of(child: Child) -> Mark | None:
    """The link that words stand in, if any."""
    marks = child.marks if isinstance(child, Text) else ()
    return next((mark for mark in marks if mark.name == "link"), None)
