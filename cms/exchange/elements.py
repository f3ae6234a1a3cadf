"""The elements of HTML that somebody brings, cleaned by a parser that reads as browsers do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import nh3

SPACE = re.compile(r"[ \t\n\r\f]+")
DEEPEST = 100  # elements in each other
MOST_ELEMENTS = 50_000
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
MARKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "cite": "italic", "var": "italic"}
MARKS |= dict.fromkeys(["code", "kbd", "samp", "tt"], "code")
BLOCKS = frozenset(
    [
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
        "center",
        "address",
        "hgroup",
    ]
)
TAGS = (BLOCKS | set(MARKS) | {"a", "br", "img", "span", "del", "s", "sub", "sup", "u", "ins", "mark", "small"}) - {
    "html",
    "body",
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "th": {"align"},
    "td": {"align", "colspan", "rowspan"},
    "code": {"class"},
    "aside": {"class"},
    "p": {"class"},
    "pre": {"class"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "tel", "data"}  # data: only of pictures, looked at again where they are taken
GONE = (
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "textarea",
    "select",
    "title",
    "head",
)
SIMPLER = {  # what keeps its words and loses its look; told in the report
    "del": "strike",
    "s": "strike",
    "sub": "sub",
    "sup": "sup",
    "details": "details",
    "dl": "dl",
}


class TooDeep(Exception):
    """Elements in each other beyond any text that people write."""


class TooMany(Exception):
    """More elements, or more cells in a table, than a page holds."""


@dataclass
class Element:
    """An element of cleaned HTML."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def elements(self, *tags: str) -> Iterator[Element]:
        """Those directly in it, of some tags or all."""
        return (child for child in self.children if isinstance(child, Element) and (not tags or child.tag in tags))

    def inside(self, *tags: str) -> Iterator[Element]:
        """Those anywhere in it, of some tags, not looking into one that was found."""
        for child in self.elements():
            if child.tag in tags:
                yield child
            else:
                yield from child.inside(*tags)

    def words(self) -> str:
        if self.tag == "br":
            return "\n"
        return "".join(child if isinstance(child, str) else child.words() for child in self.children)

    def lines(self) -> str:
        """Its words as they are shown: a line ends at a break and nowhere else."""
        if self.tag == "br":
            return "\n"
        told = (SPACE.sub(" ", child) if isinstance(child, str) else child.lines() for child in self.children)
        return "\n".join(line.strip(" ") for line in "".join(told).split("\n"))


def elements_of(html: str) -> tuple[Element, set[str]]:
    """Everything that is left of HTML, in one element, and what lost its look. Raises TooDeep, TooMany."""
    check_nesting(html)
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(GONE),
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    builder = Builder()
    builder.feed(cleaned)
    builder.close()
    return builder.root, builder.notes


def check_nesting(html: str) -> None:
    """Raises TooDeep or TooMany before any tree is built, in one pass over the tags."""
    counter = Counter()
    counter.feed(html)


class Counter(HTMLParser):
    """How deep elements are in each other, counting as open what was never closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: dict[str, int] = {}
        self.depth = self.number = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.number += 1
        if self.number > MOST_ELEMENTS:
            raise TooMany
        if tag in VOID or tag in ("p", "li", "tr", "td", "th", "dd", "dt", "tbody", "thead"):
            return  # closed by what follows
        self.open[tag] = self.open.get(tag, 0) + 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooDeep

    def handle_endtag(self, tag: str) -> None:
        if self.open.get(tag):
            self.open[tag] -= 1
            self.depth -= 1


class Builder(HTMLParser):
    """The elements of HTML that is clean: all closed, in their order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root")
        self.stack = [self.root]
        self.notes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(made)
        if tag in SIMPLER:
            self.notes.add(SIMPLER[tag])
        if tag not in VOID:
            self.stack.append(made)
            if len(self.stack) > DEEPEST * 2:
                raise TooDeep

    def handle_endtag(self, tag: str) -> None:
        while tag not in VOID and len(self.stack) > 1 and self.stack.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)
