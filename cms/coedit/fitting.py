"""Makes a page's text of anything: what the schema does not know keeps its words and loses the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cms.coedit.schema import DOC, KINDS, LISTS, MARKS, SCHEMA, TOP, Kind, clean, plain
from cms.coedit.tree import BREAK, Child, Mark, Node, Text, joined, pairs
from realtime.coedit.schema import NotInSchema

DEEPEST_LIST = 10  # elements above a list: five lists in each other, in a callout
SAYINGS = ("about", "alt", "author", "caption", "title")
TARGETS = ("page", "document", "href")


def fitted(children: Iterable[Child]) -> Node:
    """The text that `children` make, as the schema wants it. Tags, attributes and marks may be anything."""
    return Node(TOP, (), tuple(_fit(children, DOC, 0)))


def fitted_marks(marks: Mapping[str, Any]) -> tuple[Mark, ...]:
    """Those of `marks`, by name with their attributes, that the schema knows, in its order."""
    return tuple(filter(None, (_mark(name, marks[name]) for name in MARKS if name in marks)))


def _mark(name: str, value: Any) -> Mark | None:
    try:
        SCHEMA.check_mark(name, value)
    except NotInSchema:
        return None
    if value is None:
        return None
    if name != "link":
        return Mark(name)
    target = next((key for key in TARGETS if value.get(key) is not None), None)
    return Mark(name, pairs({target: plain(value[target])})) if target else None


def _fit(children: Iterable[Child], kind: Kind, depth: int) -> Iterator[Child]:
    """What of `children` stands in an element of `kind`."""
    if kind.has_words:
        yield from joined(_worded(children, kind))
        return
    loose: list[Child] = []
    for child in children:
        if isinstance(child, Text) or child.tag == BREAK.tag:
            loose.append(child)
            continue
        yield from _wrapped(loose, kind, depth)
        loose = []
        yield from _placed(child, kind, depth)
    yield from _wrapped(loose, kind, depth)


def _worded(children: Iterable[Child], kind: Kind) -> Iterator[Child]:
    """Words where words stand: elements among them are read out."""
    for child in children:
        if isinstance(child, Text):
            yield Text(clean(child.words), _marks_of(child) if kind.marks else ())
        elif child.tag == BREAK.tag:
            yield BREAK if kind.has_breaks else Text("\n")
        else:
            yield Text(" ")
            yield from _worded(child.children, kind)


def _marks_of(text: Text) -> tuple[Mark, ...]:
    return fitted_marks({mark.name: dict(mark.attributes) for mark in text.marks})


def _wrapped(loose: Sequence[Child], kind: Kind, depth: int) -> Iterator[Child]:
    """Words that stand where only elements may, in an element."""
    if any(isinstance(child, Text) and clean(child.words).strip() for child in loose) and kind.first:
        yield from _placed(Node(kind.first, (), tuple(loose)), kind, depth)


def _placed(child: Node, kind: Kind, depth: int) -> Iterator[Child]:
    """An element where it may stand; otherwise what it holds."""
    own = KINDS.get(child.tag) if child.tag in kind.holds else None
    attributes = own.accepted(dict(child.attributes)) if own else None
    if own is None or attributes is None or (child.tag in LISTS and depth >= DEEPEST_LIST):
        yield from _fit((*_told(child), *child.children), kind, depth)
        return
    made = tuple(_completed(list(_fit(child.children, own, depth + 1)), own)) if own.content else ()
    if made or not own.needs_some:
        yield Node(own.name, attributes, made)
    if not own.content:
        yield from _fit(child.children, kind, depth + 1)


def _told(node: Node) -> Iterator[Text]:
    """What an element says in its attributes, when it cannot stand."""
    return (Text(value) for name, value in node.attributes if name in SAYINGS and isinstance(value, str))


def _completed(children: list[Child], kind: Kind) -> list[Child]:
    """In the order the kind wants, with what it cannot be without."""
    if kind.name == "list_item" and not _is(children[:1], "paragraph"):
        return [Node("paragraph"), *_items_after(children)]
    if kind.name == "list_item":
        return [children[0], *_items_after(children[1:])]
    if kind.name in ("callout", "table_cell") and not children:
        return [Node("paragraph")]
    if kind.name == "cited":
        return _cited(children)
    return children


def _is(children: Sequence[Child], tag: str) -> bool:
    return any(isinstance(child, Node) and child.tag == tag for child in children)


def _items_after(children: Sequence[Child]) -> Iterator[Child]:
    """What follows the first paragraph of an item: more paragraphs are items of a list in it."""
    for child in children:
        if isinstance(child, Node) and child.tag == "paragraph":
            yield Node("bullet_list", (), (Node("list_item", (), (child,)),))
        else:
            yield child


def _cited(children: list[Child]) -> list[Child]:
    """A sentence first, then its messages."""
    sentence: list[Child] = [child for child in children if _is([child], "paragraph")]
    messages = [child for child in children if not _is([child], "paragraph")]
    return [*(sentence or [Node("paragraph")]), *messages] if children else []
