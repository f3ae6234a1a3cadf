"""What one file becomes: a title, first words, and elements whose links and pictures still say what the file said."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from cms.coedit.schema import clean
from cms.coedit.tree import Child, Node, Text
from cms.exchange.brought import HTML, MARKDOWN, Brought, Refused
from cms.exchange.docx_in import read_docx
from cms.exchange.elements import TooDeep, TooMany
from cms.exchange.html_in import Read, read_html, title_in
from cms.exchange.markdown_in import html_of_markdown, told_by

LONGEST_TITLE = 160
LONGEST_INTRO = 400
NUMBERED = re.compile(r"^\d{1,4}[-_. ]+(?=\S)")
CHARSET = re.compile(rb"<meta[^>]{0,80}charset=[\"']?([\w-]{1,30})", re.IGNORECASE)
WESTERN = {"iso-8859-1", "latin1", "windows-1252", "cp1252"}
INSIDE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,(.*)", re.DOTALL)
FIRST_LEVEL, LAST_LEVEL = 2, 4


@dataclass
class Draft:
    """A page to be. `pictures` came inside the file, by the address that its elements say."""

    title: str
    intro: str = ""
    order: int | None = None
    children: list[Child] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    pictures: dict[str, bytes] = field(default_factory=dict)


def drafted(file: Brought) -> Draft:
    """Reads one file. Raises Refused."""
    try:
        if file.kind in MARKDOWN:
            draft = _of_markdown(file)
        elif file.kind in HTML:
            draft = _of_html(file)
        else:
            draft = _of_docx(file)
    except TooDeep as refusal:
        raise Refused(_("Its parts are too deep in each other.")) from refusal
    except TooMany as refusal:
        raise Refused(_("It has more parts, or a larger table, than a page holds.")) from refusal
    return _shortened(_levelled(draft))


def _of_markdown(file: Brought) -> Draft:
    told = told_by(text_of(file))
    read = read_html(html_of_markdown(told.words))
    draft = _entitled(read, told.fields.get("title", ""), file)
    draft.intro = told.fields.get("intro", "") or told.fields.get("description", "")
    order = told.fields.get("order", "")
    draft.order = int(order) if order.isascii() and order.isdecimal() and len(order) < 7 else None
    return draft


def _of_html(file: Brought) -> Draft:
    html = text_of(file)
    read = read_html(html)
    draft = _entitled(read, "", file, title_in(html))
    lead = draft.children[0] if draft.children else None
    if isinstance(lead, Node) and lead.tag == "lede":
        draft.intro, draft.children = _line(lead.words()), draft.children[1:]
    draft.pictures = _inside(draft.children)
    return draft


def _of_docx(file: Brought) -> Draft:
    document = read_docx(file.content)
    draft = _entitled(read_html(document.html), "", file)
    draft.pictures = document.pictures
    draft.notes |= document.notes
    return draft


def text_of(file: Brought) -> str:
    """The letters of a file. Raises Refused where their encoding cannot be told."""
    content = file.content
    encoding = "utf-8-sig"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif (said := CHARSET.search(content[:2048])) and said[1].decode().lower() in WESTERN and file.kind in HTML:
        encoding = "cp1252"
    try:
        words = content.decode(encoding)
    except UnicodeError as broken:
        raise Refused(_("Its letters cannot be read: save it as UTF-8.")) from broken
    if "\x00" in words:
        raise Refused(_("It is no text."))
    return words.replace("\r\n", "\n").replace("\r", "\n")


# --- the title ------------------------------------------------------------------------------------


def _entitled(read: Read, title: str, file: Brought, otherwise: str = "") -> Draft:
    """The title that the file says, else its first heading when it stands first or is of the first level, else its name."""
    children = list(read.children)
    at = _title_at(children)
    if at is not None and (not title or _line(_words(children[at])) == _line(title)):
        title = title or _line(_words(children.pop(at)))
        if at < len(children) and _line(_words(children[at])) == _line(title):
            children.pop(at)
    return Draft(_line(title) or _line(otherwise) or named_by(file.path), children=children, notes=set(read.notes))


def _title_at(children: list[Child]) -> int | None:
    headings = [(at, child) for at, child in enumerate(children) if isinstance(child, Node) and child.tag == "heading"]
    first = next((at for at, child in headings if child.get("level") == 1 and child.words().strip()), None)
    if first is not None:
        return first
    return 0 if headings and headings[0][0] == 0 and headings[0][1].words().strip() else None


def named_by(path: str) -> str:
    """The title that a file's or a folder's name makes: "02-prise_en_main.md" is "Prise en main"."""
    name = PurePosixPath(path)
    words = re.sub(r"[-_ ]+", " ", NUMBERED.sub("", name.stem if name.suffix else name.name)).strip()
    return (words[:1].upper() + words[1:]) or name.name


def _words(child: Child) -> str:
    return child.words if isinstance(child, Text) else child.words()


def _line(words: str) -> str:
    return " ".join(clean(words).split(" ")).strip().replace("\n", " ")


def _shortened(draft: Draft) -> Draft:
    if len(draft.title) > LONGEST_TITLE:
        draft.title = draft.title[: LONGEST_TITLE - 1].rstrip() + "…"
        draft.notes.add("title")
    draft.intro = _line(draft.intro)
    if len(draft.intro) > LONGEST_INTRO:
        draft.intro = draft.intro[: LONGEST_INTRO - 1].rstrip() + "…"
        draft.notes.add("intro")
    return draft


def _levelled(draft: Draft) -> Draft:
    """Headings from the second level, the first being the title's, to the fourth."""
    levels = [int(found.get("level") or 2) for found in _headings(draft.children)]
    lower = 1 if levels and min(levels) < FIRST_LEVEL else 0
    if lower or any(level > LAST_LEVEL for level in levels):
        draft.notes.add("levels")
    draft.children = [_at_level(child, lower) for child in draft.children]
    return draft


def _headings(children: list[Child] | tuple[Child, ...]) -> Iterator[Node]:
    for child in children:
        if isinstance(child, Node):
            if child.tag == "heading":
                yield child
            yield from _headings(child.children)


def _at_level(child: Child, lower: int) -> Child:
    if isinstance(child, Text):
        return child
    made = replace(child, children=tuple(_at_level(inner, lower) for inner in child.children))
    return made.having(level=min(int(child.get("level") or 2) + lower, LAST_LEVEL)) if child.tag == "heading" else made


# --- pictures inside the file ---------------------------------------------------------------------


def _inside(children: list[Child]) -> dict[str, bytes]:
    """The pictures that HTML holds in its addresses; what is none is not there."""
    found = {}
    for src in _sources(children):
        told = INSIDE.match(src)
        if told:
            try:
                found[src] = base64.b64decode(re.sub(r"\s", "", told[2]), validate=True)
            except binascii.Error:
                continue
    return found


def _sources(children: list[Child] | tuple[Child, ...]) -> Iterator[str]:
    for child in children:
        if isinstance(child, Node):
            if child.tag == "picture":
                yield str(child.get("src") or "")
            yield from _sources(child.children)
