"""A page's text in Yjs's form, as y-prosemirror has it: elements, and texts whose formatting are the marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from cms.coedit.fitting import fitted, fitted_marks
from cms.coedit.schema import SCHEMA, plain
from cms.coedit.tree import Child, Node, Pairs, Text, pairs


def opened(state: bytes = b"") -> tuple[Doc[Any], XmlFragment]:
    """A document of our own with the text that `state` holds, and the root of that text."""
    doc: Doc[Any] = Doc()
    if state:
        doc.apply_update(state)
    return doc, doc.get(SCHEMA.root, type=XmlFragment)


def read_state(state: bytes) -> Node:
    """The text that a state holds."""
    _doc, root = opened(state)
    return read(root)


def state_of(text: Node) -> bytes:
    """The state of a new document that holds a text."""
    doc, root = opened()
    write(root, text)
    return doc.get_update()


def read(fragment: XmlFragment) -> Node:
    """The text that a document holds, as the schema wants it."""
    return fitted(children_of(fragment))


def write(fragment: XmlFragment, doc: Node) -> None:
    """Puts the text `doc` at the end of a document that is part of a Doc, in one transaction."""
    assert fragment.doc is not None  # noqa: S101  # our caller's condition
    with fragment.doc.transaction():
        write_children(fragment, doc.children)


def children_of(parent: XmlFragment | XmlElement, depth: int = 0) -> Iterator[Child]:
    """What stands in an element, fitted or not, as deep as the schema goes."""
    for child in parent.children:
        if isinstance(child, XmlText):
            yield from texts_of(child)
        elif isinstance(child, XmlElement) and depth <= SCHEMA.depth:
            yield Node(child.tag or "", values_of(child), tuple(children_of(child, depth + 1)))


def texts_of(text: XmlText) -> Iterator[Text]:
    """The marked words of one text."""
    for words, marks in text.diff():
        if isinstance(words, str):
            yield Text(words, fitted_marks(marks or {}))


def values_of(element: XmlElement) -> Pairs:
    """The attributes of an element, numbers as Python has them."""
    attributes: Any = element.attributes
    return pairs({name: plain(value) for name, value in dict(attributes).items()})


def write_children(parent: XmlFragment | XmlElement, children: Sequence[Child], *, at: int | None = None) -> None:
    """Puts `children` into an element that is part of a Doc, before its child number `at`; at its end without."""
    place = len(parent.children) if at is None else at
    for is_text, run in groupby(children, key=lambda child: isinstance(child, Text)):
        for made in [list(run)] if is_text else run:
            _put(parent, place, made)
            place += 1


def _put(parent: XmlFragment | XmlElement, place: int, child: Any) -> None:
    if isinstance(child, Node):
        attributes: Any = dict(child.attributes)
        parent.children.insert(place, XmlElement(child.tag, attributes))
        write_children(_element(parent.children[place]), child.children)
        return
    parent.children.insert(place, XmlText(""))
    made: Any = parent.children[place]
    at = 0
    for text in child:
        made.insert(at, text.words, {mark.name: dict(mark.attributes) for mark in text.marks} or None)
        at += len(text.words.encode())  # yrs counts bytes


def _element(found: Any) -> XmlElement:
    return found  # type: ignore[no-any-return]  # it was just put there
