"""HTML that somebody brings, as the elements of our texts.

It is cleaned by a parser that reads as browsers do, and what is left is read into values: nothing of it is ever stored or
shown as it came. What we have no element for keeps its words, and the report says what became of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from cms.coedit.tree import BREAK, Child, Mark, Node, Text, node
from cms.exchange.elements import BLOCKS, MARKS, SPACE, Element, TooMany, elements_of

MOST_CELLS = 5_000  # of a table
ALERTS = {"note": "info", "info": "info", "important": "info", "abstract": "info", "tip": "tip", "hint": "tip"}
ALERTS |= {"success": "tip", "warning": "warning", "attention": "warning", "caution": "danger", "danger": "danger"}
ALERT = re.compile(r"\A\s*\[!(\w+)\][ \t]*([^\n]*)(?:\n|\Z)")
AUTHOR = re.compile(r"\A\s*(?:—|–|--)[ \t\u00a0]*(\S.*)\Z", re.DOTALL)
CAPTION = re.compile(r"\A\s*(?:Table|Tableau)[\u00a0\u202f ]?:[ \t\u00a0]*(\S.*)\Z", re.DOTALL)
WORDS = frozenset(["p", "address", "dt", "summary", "figcaption", "caption"])
OUR_HEAD = ("parvis-intro", "parvis-about")
OUR_CALLOUT = re.compile(r"callout callout--(info|tip|warning|danger)")
LANGUAGE = re.compile(r"(?:language|lang)-(\S+)")


@dataclass
class Read:
    """What was made of a file: elements, whose images and links still say an address, and what was simplified."""

    children: list[Child]
    notes: set[str] = field(default_factory=set)


def read_html(html: str) -> Read:
    """The elements of any HTML. Raises TooDeep, TooMany."""
    root, simplified = elements_of(html)
    reader = Reader()
    return Read(list(reader.blocks(root)), reader.notes | simplified | _lost(html))


def title_in(html: str) -> str:
    """What a file of HTML says in its `title`, "" for nothing."""
    found = re.search(r"<title[^>]*>([^<]{1,400})</title>", html[:20_000], re.IGNORECASE)
    return _one_line(unescape(found[1])) if found else ""


def _lost(html: str) -> set[str]:
    """What was taken out whole."""
    return {"active"} if re.search(r"<(?:script|iframe|object|embed|form|svg)\b", html, re.IGNORECASE) else set()


class Reader:
    """Makes our elements of those of HTML."""

    def __init__(self) -> None:
        self.notes: set[str] = set()

    def blocks(self, found: Element) -> Iterator[Child]:
        """What stands in `found`, block after block; loose words between blocks are paragraphs."""
        made: list[Node] = []
        loose: list[Element | str] = []
        for child in found.children:
            if isinstance(child, Element) and _is_block(child):
                made.extend(self._paragraph(loose))
                loose = []
                self._add(made, child)
            else:
                loose.append(child)
        made.extend(self._paragraph(loose))
        yield from made

    def _add(self, made: list[Node], child: Element) -> None:
        """A block after those of before: a line under a table is its caption."""
        told = CAPTION.match(child.words()) if child.tag == "p" and made and made[-1].tag == "table" else None
        if told and made[-1].get("caption") is None:
            made[-1] = made[-1].having(caption=_one_line(told[1]))
        else:
            made.extend(child for child in self.block(child) if isinstance(child, Node))

    def block(self, found: Element) -> Iterator[Child]:
        if found.tag == "p" and found.attributes.get("class") in OUR_HEAD:
            yield from self._head_of_ours(found)
        elif found.tag == "aside" and (kind := OUR_CALLOUT.fullmatch(found.attributes.get("class", ""))):
            yield self._callout_of_ours(found, kind[1])
        elif found.tag in WORDS:
            yield from self._paragraph(found.children)
        else:
            yield from self._apart(found)

    def _apart(self, found: Element) -> Iterator[Child]:
        match found.tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                yield node("heading", *self.inline(found.children), level=int(found.tag[1]))
            case "ul" | "ol":
                yield self._list(found)
            case "blockquote":
                yield from self._quoted(found)
            case "pre":
                yield self._code(found)
            case "table":
                yield self._table(found)
            case "figure":
                yield from self._figure(found)
            case "hr":
                yield Node("horizontal_rule")
            case "img":
                yield self._image(found)
            case _:
                yield from self.blocks(found)

    # --- what we wrote ourselves ---

    def _head_of_ours(self, found: Element) -> Iterator[Child]:
        """The introduction apart; who keeps the page and since when is said anew."""
        if found.attributes["class"] == "parvis-intro":
            yield Node("lede", (), tuple(self.inline(found.children)))

    def _callout_of_ours(self, found: Element, kind: str) -> Node:
        title = next((child for child in found.elements("p") if child.attributes.get("class") == "callout-title"), None)
        inner = [child for child in found.children if child is not title]
        return node(
            "callout",
            *self.blocks(Element("div", {}, inner)),
            kind=kind,
            title=_one_line(title.words()) if title else None,
        )

    # --- paragraphs ---

    def _paragraph(self, children: list[Element | str]) -> Iterator[Node]:
        """A paragraph; pictures in it stand between its parts, a file or a video alone in it is an element."""
        part: list[Element | str] = []
        for child in children:
            image = _image_in(child)
            if image is None:
                part.append(child)
                continue
            yield from self._words(part)
            part = []
            yield self._image(image)
        yield from self._words(part)

    def _words(self, children: list[Element | str]) -> Iterator[Node]:
        alone = [child for child in children if isinstance(child, Element) or child.strip()]
        if (
            len(alone) == 1
            and isinstance(alone[0], Element)
            and alone[0].tag == "a"
            and alone[0].attributes.get("href")
        ):
            link = alone[0]
            fields = {"href": link.attributes["href"], "title": _one_line(link.words())}
            yield node("link_alone", *self.inline([link]), about=link.attributes.get("title") or None, **fields)
            return
        made = tuple(self.inline(children))
        if any(isinstance(child, Node) or child.words.strip() for child in made):
            yield Node("paragraph", (), made)

    def _image(self, found: Element) -> Node:
        told = found.attributes
        return node(
            "picture", src=told.get("src", ""), alt=_one_line(told.get("alt", "")), caption=told.get("title") or None
        )

    def _figure(self, found: Element) -> Iterator[Child]:
        images = list(found.inside("img"))
        captions = [_one_line(caption.words()) for caption in found.inside("figcaption")]
        if images and captions:
            *others, last = images
            yield from (self._image(image) for image in others)
            yield self._image(last).having(caption=captions[0] or None)
        else:
            yield from self.blocks(found)

    def inline(self, children: list[Element | str], marks: tuple[Mark, ...] = ()) -> Iterator[Child]:
        """Words with their marks; `link` says an address that is not resolved yet."""
        for child in children:
            if isinstance(child, str):
                yield Text(SPACE.sub(" ", child), marks)
            elif child.tag == "br":
                yield BREAK
            elif child.tag == "img":
                yield Text(child.attributes.get("alt", ""), marks)
            elif child.tag == "a" and (href := child.attributes.get("href")):
                others = tuple(mark for mark in marks if mark.name != "link")
                yield from self.inline(child.children, (Mark("link", (("href", href),)), *others))
            else:
                more = MARKS.get(child.tag)
                added = (*marks, Mark(more)) if more and Mark(more) not in marks else marks
                yield from self.inline(child.children, added)

    # --- lists ---

    def _list(self, found: Element) -> Node:
        if found.attributes.get("start", "1") not in ("", "1"):
            self.notes.add("start")
        items = [self._item(item) for item in found.children if isinstance(item, Element)]
        return node("bullet_list" if found.tag == "ul" else "ordered_list", *items)

    def _item(self, found: Element) -> Node:
        """An item: its first words, then the lists in it; what else stands in it follows as words."""
        if found.tag != "li":
            return node("list_item", *self.block(found))
        inner = [child for child in self.blocks(found) if isinstance(child, Node)]
        if any(child.tag not in ("paragraph", "bullet_list", "ordered_list", "link_alone") for child in inner):
            self.notes.add("in_item")
        return node("list_item", *inner)

    # --- set apart ---

    def _quoted(self, found: Element) -> Iterator[Child]:
        """A callout, a quotation with its author, or quoted paragraphs."""
        paragraphs = [child for child in found.elements() if child.tag == "p"]
        if paragraphs and (alert := ALERT.match(_raw_start(paragraphs[0]))) and alert[1].lower() in ALERTS:
            yield self._callout(found, paragraphs[0], alert)
            return
        author = AUTHOR.match(paragraphs[-1].lines()) if len(paragraphs) > 1 else None
        if author and all(child.tag == "p" for child in found.elements()):
            words = "\n\n".join(paragraph.lines() for paragraph in paragraphs[:-1])
            yield node("quotation", Text(words), author=_one_line(author[1]), customer=False)
            return
        for child in self.blocks(found):
            if isinstance(child, Node) and child.tag in ("paragraph", "link_alone"):
                yield Node("blockquote", (), child.children)
            else:
                self.notes.add("in_quote")
                yield child

    def _callout(self, found: Element, first: Element, alert: re.Match[str]) -> Node:
        kind = ALERTS[alert[1].lower()]
        rest = _without_start(first, len(alert[0]))
        others = [child for child in found.children if child is not first]
        inner = self.blocks(Element("div", {}, [*([rest] if rest.words().strip() else []), *others]))
        return node("callout", *inner, kind=kind, title=_one_line(alert[2]) or None)

    def _code(self, found: Element) -> Node:
        held = next(found.inside("code"), None)
        told = " ".join(each.attributes.get("class", "") for each in (found, held) if each)
        language = LANGUAGE.search(told)
        words = found.words()
        return node("code_block", Text(words.removesuffix("\n")), language=language[1][:30] if language else None)

    # --- tables ---

    def _table(self, found: Element) -> Node:
        rows = [list(row.elements("td", "th")) for row in found.inside("tr")]
        if sum(map(len, rows)) > MOST_CELLS:
            raise TooMany
        if any(
            cell.attributes.get("colspan", "1") != "1" or cell.attributes.get("rowspan", "1") != "1"
            for row in rows
            for cell in row
        ):
            self.notes.add("span")
        caption = next(found.elements("caption"), None)
        has_heads = bool(rows) and all(cell.tag == "th" for cell in rows[0])
        heads = rows.pop(0) if has_heads else []
        head = [node("table_row", *map(self._head, heads))] if any(cell.words().strip() for cell in heads) else []
        body = [node("table_row", *map(self._cell, row)) for row in rows if row]
        return node("table", *head, *body, caption=_one_line(caption.words()) if caption else None)

    def _head(self, cell: Element) -> Node:
        kind = "number" if cell.attributes.get("align") == "right" else "text"
        return node("table_header", Text(_one_line(cell.words())), kind=kind)

    def _cell(self, cell: Element) -> Node:
        made = [child for child in self.blocks(cell) if isinstance(child, Node)]
        if any(child.tag not in ("paragraph", "link_alone") for child in made):
            self.notes.add("in_cell")
        plain = [Node("paragraph", (), child.children) if child.tag == "link_alone" else child for child in made]
        return node("table_cell", *plain)


def _is_block(child: Element) -> bool:
    return child.tag in BLOCKS or any(True for _ in child.inside(*(BLOCKS - {"img"})))


def _image_in(child: Element | str) -> Element | None:
    """The picture that `child` is, or is all that a link around it holds."""
    if isinstance(child, str):
        return None
    if child.tag == "img":
        return child
    inner = list(child.inside("img"))
    return inner[0] if len(inner) == 1 and not child.words().strip() else None


def _raw_start(paragraph: Element) -> str:
    """The first words of a paragraph, up to its first element."""
    first = paragraph.children[0] if paragraph.children else ""
    return paragraph.words() if isinstance(first, str) else ""


def _without_start(paragraph: Element, length: int) -> Element:
    """A paragraph without its first `length` letters."""
    children: list[Element | str] = []
    for child in paragraph.children:
        words = child if isinstance(child, str) else child.words()
        if length >= len(words):
            length -= len(words)
            continue
        children.append(child[length:] if isinstance(child, str) else child)
        length = 0
    return Element("p", {}, children)


def _one_line(words: str) -> str:
    return SPACE.sub(" ", words).strip()
