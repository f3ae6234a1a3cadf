"""A page's text as a plain value: elements with attributes, children and marked words, as ProseMirror thinks of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

Value = str | int | bool
Pairs = tuple[tuple[str, Value], ...]


def pairs(values: dict[str, Value | None]) -> Pairs:
    """Attributes in one order, without those that are not set."""
    return tuple(sorted((name, value) for name, value in values.items() if value is not None))


@dataclass(frozen=True, slots=True)
class Mark:
    """What words are besides words: bold, a link."""

    name: str
    attributes: Pairs = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Words with the same marks."""

    words: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """An element. Two with the same content are equal."""

    tag: str
    attributes: Pairs = ()
    children: tuple[Node | Text, ...] = ()

    def get(self, name: str) -> Value | None:
        """The value of an attribute, None for one that is not set."""
        return dict(self.attributes).get(name)

    def having(self, **changed: Value | None) -> Node:
        """The same with other attributes: None takes one away."""
        attributes: dict[str, Value | None] = {**dict(self.attributes), **changed}
        return replace(self, attributes=pairs(attributes))

    def words(self) -> str:
        """All its words, one after the other; a break is a new line."""
        if self.tag == "hard_break":
            return "\n"
        return "".join(child.words if isinstance(child, Text) else child.words() for child in self.children)


Child = Node | Text


def node(tag: str, *children: Child, **attributes: Value | None) -> Node:
    """An element as one writes it."""
    return Node(tag, pairs(attributes), children)


def mark(name: str, **attributes: Value | None) -> Mark:
    """A mark as one writes it."""
    return Mark(name, pairs(attributes))


def text(words: str, *marks: Mark | str) -> Text:
    """Marked words as one writes them."""
    return Text(words, tuple(Mark(told) if isinstance(told, str) else told for told in marks))


BREAK = Node("hard_break")


def joined(children: Iterable[Child]) -> Iterator[Child]:
    """The same children, with neighboring words of the same marks in one and without empty ones."""
    held: Text | None = None
    for child in children:
        if not isinstance(child, Text):
            if held:
                yield held
            held = None
            yield child
        elif held and held.marks == child.marks:
            held = Text(held.words + child.words, held.marks)
        elif child.words:
            if held:
                yield held
            held = child
    if held:
        yield held
