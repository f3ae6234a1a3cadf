"""Rich text between our tree, Draftail's ContentState and the HTML that Wagtail stores, by Wagtail's own converters.

Reading asks the database nothing: a link is its page's number.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import unescape
from itertools import pairwise
from typing import Any

from django.utils.html import strip_tags
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.admin.rich_text.converters.html_ruleset import HTMLRuleset
from wagtail.admin.rich_text.converters.html_to_contentstate import HtmlToContentStateHandler, LinkElementHandler

from cms.blocks import clean_text
from cms.coedit.fitting import fitted, fitted_marks
from cms.coedit.lines import DEEPEST, RULE, Keys, Line, lines_of, nodes_of
from cms.coedit.schema import LISTS, STYLES, TOLD, clean
from cms.coedit.tree import BREAK, Child, Mark, Node, Text, node

KEY = re.compile(r'data-block-key="([^"]*)"')
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|blockquote)>|<[bh]r\s*/?>")
ATOMIC = "atomic"
MARKS_OF_STYLES = {style: name for name, style in STYLES.items()}
# What Wagtail's reader raises where elements are not closed, or stand where it does not expect them.
NO_READING = (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError)


def _block_types() -> Iterator[tuple[str, Node]]:
    for name, told in TOLD["nodes"].items():
        draftail = told.get("draftail")
        if isinstance(draftail, dict):
            yield from ((kind, node(name, level=int(level))) for level, kind in draftail.items())
        elif draftail and name != RULE:
            yield draftail, Node(name)


BLOCKS: Mapping[str, Node] = dict(_block_types())  # by Draft.js's names


# --- to what is stored ----------------------------------------------------------------------------


def html_of(nodes: Iterable[Child], features: Sequence[str], keys: Keys | None = None) -> str:
    """What Wagtail stores of rich text, had it been written in Draftail with these features."""
    nodes = tuple(nodes)
    state = content_state(lines_of(nodes, keys or Keys.of(Node("doc", (), nodes))))
    return clean_text(_converter(tuple(features)).to_database_format(json.dumps(state)))


def content_state(lines: Sequence[Line]) -> dict[str, Any]:
    """Draftail's form of lines."""
    entities: list[dict[str, Any]] = []
    blocks = [_block(line, entities, at) for at, line in enumerate(lines)]
    return {"blocks": blocks, "entityMap": {str(at): entity for at, entity in enumerate(entities)}}


def _block(line: Line, entities: list[dict[str, Any]], at: int) -> dict[str, Any]:
    if line.node.tag == RULE:
        entities.append({"type": TOLD["nodes"][RULE]["draftail"], "mutability": "IMMUTABLE", "data": {}})
        ranges = [{"offset": 0, "length": 1, "key": len(entities) - 1}]
        return _made(f"rule{at}", ATOMIC, 0, " ", [], ranges)
    pieces = list(_pieces(line.node.children))
    styles = [
        {"offset": start, "length": end - start, "style": style}
        for name, style in STYLES.items()
        for start, end, _ in _spans(pieces, name)
    ]
    links = [_link(start, end, mark, entities) for start, end, mark in _spans(pieces, "link")]
    words = "".join(words for words, _ in pieces)
    return _made(str(line.node.get("key")), _type(line), line.depth, words, styles, links)


def _type(line: Line) -> str:
    """Draft.js's name for a line."""
    told = TOLD["nodes"][line.list or line.node.tag]["draftail"]
    name: str = told[str(line.node.get("level"))] if isinstance(told, dict) else told
    return name


def _made(key: str, kind: str, depth: int, words: str, styles: list[Any], entities: list[Any]) -> dict[str, Any]:
    ranges = {"inlineStyleRanges": styles, "entityRanges": entities}
    return {"key": key, "type": kind, "depth": depth, "text": words, **ranges}


def _link(start: int, end: int, mark: Mark, entities: list[dict[str, Any]]) -> dict[str, Any]:
    ((name, target),) = mark.attributes
    kind = "DOCUMENT" if name == "document" else "LINK"
    data = {"url": target} if name == "href" else {"id": target}
    entities.append({"type": kind, "mutability": "MUTABLE", "data": data})
    return {"offset": start, "length": end - start, "key": len(entities) - 1}


def _pieces(children: Sequence[Child]) -> Iterator[tuple[str, tuple[Mark, ...]]]:
    """Words and their marks. A break has the styles of both its sides, so that bold lines are one bold."""
    before = _last_marks(children)
    after = _last_marks(children[::-1])[::-1]
    for child, left, right in zip(children, before, after, strict=True):
        if isinstance(child, Text):
            yield child.words, child.marks
        else:
            yield "\n", tuple(mark for mark in left if left == right and mark.name != "link")


def _last_marks(children: Sequence[Child]) -> list[tuple[Mark, ...]]:
    """For each child the marks of the last words up to it."""
    last: tuple[Mark, ...] = ()
    found = []
    for child in children:
        last = child.marks if isinstance(child, Text) else last
        found.append(last)
    return found


def _spans(pieces: Sequence[tuple[str, tuple[Mark, ...]]], name: str) -> Iterator[tuple[int, int, Mark]]:
    """From where to where one mark of a name goes."""
    at = start = 0
    held: Mark | None = None
    for words, marks in pieces:
        mark = next((mark for mark in marks if mark.name == name), None)
        if mark != held:
            if held:
                yield start, at, held
            start, held = at, mark
        at += len(words)
    if held:
        yield start, at, held


# --- from what is stored --------------------------------------------------------------------------


def nodes_of_html(html: str, features: Sequence[str]) -> tuple[Node, ...]:
    """The elements of stored HTML: what our rich text does not know keeps its words."""
    html = clean_text(clean(html))
    try:
        state = _reader(tuple(features))(html)
        lines = list(lines_of_state(state, set(KEY.findall(html))))
    except NO_READING:
        lines = list(_plain_lines(html))
    return _nodes_of(lines)


def _nodes_of(lines: Sequence[Line]) -> tuple[Node, ...]:
    doc = fitted(nodes_of(lines))
    return nodes_of(lines_of(doc.children, Keys.of(doc)))


def _plain_lines(html: str) -> Iterator[Line]:
    """What Wagtail cannot read, as paragraphs without anything."""
    for part in BLOCK_END.split(html):
        yield Line(node("paragraph", Text(unescape(strip_tags(part)))))


def lines_of_state(state: Mapping[str, Any], known: set[str]) -> Iterator[Line]:
    """The lines of a ContentState. Keys that are not `known` were made by chance and are left out."""
    for block in state["blocks"]:
        if block["type"] == ATOMIC:
            entities = [state["entityMap"][ranged["key"]] for ranged in block["entityRanges"]]
            yield from (Line(Node(RULE)) for entity in entities if entity["type"] == TOLD["nodes"][RULE]["draftail"])
            continue
        made = BLOCKS[block["type"]]
        within, made = (made.tag, Node("paragraph")) if made.tag in LISTS else ("", made)
        key = block["key"] if block["key"] in known else None
        children = tuple(_children(block, state["entityMap"]))
        depth = min(block["depth"], DEEPEST) if within else 0
        yield Line(Node(made.tag, made.having(key=key).attributes, children), within, depth)


def _children(block: Mapping[str, Any], entities: Mapping[Any, Any]) -> Iterator[Child]:
    """The words of a block, cut where a mark begins or ends and where a line breaks."""
    begin, end = defaultdict[int, list[Any]](list), defaultdict[int, list[Any]](list)
    for told in block["inlineStyleRanges"] + block["entityRanges"]:
        marks = {MARKS_OF_STYLES[told["style"]]: {}} if "style" in told else _target(entities[told["key"]])
        number = object()
        begin[told["offset"]].append((number, marks))
        end[told["offset"] + told["length"]].append(number)
    places = sorted({0, len(block["text"]), *begin, *end})
    active: dict[object, dict[str, Any]] = {}
    for start, until in pairwise(places):
        active |= begin[start]
        for number in end[start]:
            active.pop(number, None)
        merged = {name: value for marks in active.values() for name, value in marks.items()}
        yield from _broken(block["text"][start:until], fitted_marks(merged))


def _broken(words: str, marks: tuple[Mark, ...]) -> Iterator[Child]:
    first, *others = words.split("\n")
    yield Text(first, marks)
    for other in others:
        yield BREAK
        yield Text(other, marks)


def _target(entity: Mapping[str, Any]) -> dict[str, Any]:
    data = entity["data"]
    if entity["type"] == "DOCUMENT":
        return {"link": {"document": data.get("id")}}
    return {"link": {"page": data["id"]} if data.get("id") else {"href": data.get("url")}}


# --- Wagtail's converters -------------------------------------------------------------------------


class NumberedLink(LinkElementHandler):
    """A link to a page or a document, of which nothing but its number is asked."""

    def get_attribute_data(self, attrs: Mapping[str, str]) -> dict[str, int]:
        told = attrs.get("id") or ""
        return {"id": int(told)} if told.isascii() and told.isdecimal() and len(told) < 17 else {}


@cache
def _converter(features: tuple[str, ...]) -> ContentstateConverter:
    return ContentstateConverter(features)


def _reader(features: tuple[str, ...]) -> Any:
    """Wagtail's reader of stored HTML, ours for links."""
    handler = HtmlToContentStateHandler(features)
    ruleset: HTMLRuleset = handler.element_handlers
    for name, entity in (("page", "LINK"), ("document", "DOCUMENT")):
        rules = ruleset.element_rules.setdefault("a", [])
        rules.insert(0, (0, _is_link(name), NumberedLink(entity)))

    def read(html: str) -> dict[str, Any]:
        handler.reset()
        handler.feed(html)
        handler.close()
        state: dict[str, Any] = handler.contentstate.as_dict()
        return state

    return read


def _is_link(kind: str) -> Any:
    return lambda attrs: attrs.get("linktype") == kind
