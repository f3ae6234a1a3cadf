"""Rich text as Draft.js has it: one line after the other, a list being lines of some depth.

What Draft.js, or Wagtail's reader of what it stores, cannot tell apart is made the same here (docs/coediting.md).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from itertools import accumulate

from cms.coedit.schema import LISTS
from cms.coedit.tree import BREAK, Child, Mark, Node, Text, joined

DEEPEST = 4  # Draft.js knows five lists in each other
RULE = "horizontal_rule"
SPACES = re.compile(r"\s+")
MANY = re.compile(r"[\t\n\r\f]|\s\s")  # whether there is anything to do at all
ASCII_SPACE = re.compile(r"[ \t\n\r\f]")  # what HTML makes one of; the others are letters to it


@dataclass(frozen=True, slots=True)
class Line:
    """One block of Draft.js. `node` is the paragraph, heading, quotation or rule; `list` the kind of its list."""

    node: Node
    list: str = ""
    depth: int = 0


class Keys:
    """Gives each line a key that no other has, the same ones for the same text.

    A key that is there twice, for Enter copies it with the line, stays with the first. `make` makes one of the last.
    """

    def __init__(self, wanted: Iterable[str], make: Callable[[str], str]) -> None:
        self.wanted = set(wanted)
        self.make = make
        self.given: set[str] = set()
        self.last = ""

    @classmethod
    def of(cls, node: Node) -> Keys:
        """For all lines in `node`."""
        return cls(named("key", node), _hashed)

    def give(self, key: object) -> str:
        """`key` if it is one and free, or else one that follows from the line above."""
        if not isinstance(key, str) or key in self.given:
            key = self._fresh()
        self.given.add(key)
        self.last = key
        return key

    def _fresh(self) -> str:
        key = self.last
        while not key or key in self.wanted or key in self.given:
            key = self.make(key)
        return key


def _hashed(text: str) -> str:
    """Five letters and digits, as Draft.js makes them by chance."""
    number = int.from_bytes(blake2s(text.encode(), digest_size=8).digest(), "big")
    return "".join("0123456789abcdefghijklmnopqrstuvwxyz"[number // 36**place % 36] for place in range(5))


def named(attribute: str, node: Node) -> Iterator[str]:
    """What the elements in `node` have as `attribute`."""
    for child in node.children:
        if isinstance(child, Node):
            name = child.get(attribute)
            if isinstance(name, str):
                yield name
            yield from named(attribute, child)


def lines_of(nodes: Iterable[Child], keys: Keys) -> list[Line]:
    """The lines of rich text. Empty paragraphs are left out, but where Draft.js wants one: between two rules."""
    kept: list[Line] = []
    for line in _lines(nodes, "", 0):
        if line.node.tag == RULE:
            if not kept or kept[-1].node.tag == RULE:
                kept.append(Line(_keyed(Node("paragraph"), keys)))
            kept.append(Line(Node(RULE)))
            continue
        node = replace(line.node, children=spaced(line.node.children))
        if node.children or line.list or node.tag != "paragraph":
            kept.append(Line(_keyed(node, keys), line.list, line.depth))
    if kept and kept[-1].node.tag == RULE:
        kept.append(Line(_keyed(Node("paragraph"), keys)))
    return kept


def _keyed(node: Node, keys: Keys) -> Node:
    return node.having(key=keys.give(node.get("key")), block=None)


def _lines(nodes: Iterable[Child], within: str, depth: int) -> Iterator[Line]:
    for child in nodes:
        if isinstance(child, Text):
            continue
        if child.tag in LISTS:
            yield from _lines(child.children, child.tag, depth)
        elif child.tag == "list_item":
            paragraph, *lists = child.children
            assert isinstance(paragraph, Node)  # noqa: S101  # so it is fitted
            yield Line(paragraph, within, min(depth, DEEPEST))
            yield from _lines(lists, within, depth + 1)
        else:
            yield Line(child, within, depth)


def nodes_of(lines: Sequence[Line]) -> tuple[Node, ...]:
    """The elements that lines make, without the paragraphs that only part two rules."""
    made: list[Node] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.list:
            end = next((later for later in range(at, len(lines)) if not lines[later].list), len(lines))
            made.extend(_lists(lines[at:end], 0))
            at = end
            continue
        if line.node.children or line.node.tag != "paragraph":
            made.append(line.node)
        at += 1
    return tuple(made)


def _lists(lines: Sequence[Line], depth: int) -> Iterator[Node]:
    """Lines of lists, all at least `depth` deep, as lists; a line that is deeper than one below the last is one below."""
    at = 0
    while at < len(lines):
        kind, items = lines[at].list, []
        while at < len(lines) and lines[at].list == kind:
            start, at = at, at + 1
            while at < len(lines) and lines[at].depth > depth:
                at += 1
            items.append(Node("list_item", (), (lines[start].node, *_lists(lines[start + 1 : at], depth + 1))))
        yield Node(kind, (), tuple(items))


# --- white space, and what a break belongs to -----------------------------------------------------


def spaced(children: Iterable[Child]) -> tuple[Child, ...]:
    """Words as a browser shows them: one space for many, none at the ends of a line and around breaks.

    A space between differently marked words has no mark but their common link: Wagtail's reader moves it out of the
    others.
    """
    found: list[Child] = []
    for stretch in _stretches(list(children)):
        found.extend(stretch if stretch == [BREAK] else _spaced(stretch))
    return tuple(joined(found))


def _stretches(children: list[Child]) -> Iterator[list[Child]]:
    """What is between the breaks, and the breaks."""
    held: list[Child] = []
    for child in children:
        if child == BREAK:
            yield held
            yield [BREAK]
            held = []
        else:
            held.append(child)
    yield held


def _spaced(stretch: Sequence[Child]) -> Iterator[Child]:
    texts = [child for child in stretch if isinstance(child, Text) and child.words]
    if len(texts) == 1:  # nearly every line: no mark begins or ends in it
        yield Text(_one_for_many(texts[0].words.strip()), texts[0].marks)
        return
    marked = Marked(texts)
    words = marked.words
    at, end = len(words) - len(words.lstrip()), len(words.rstrip())
    for space in SPACES.finditer(words, at, max(at, end)):
        if ASCII_SPACE.search(space[0]):
            yield from marked.cut(at, space.start())
            yield Text(" ", _common(marked.marks_at(space.start() - 1), marked.marks_at(space.end())))
            at = space.end()
    yield from marked.cut(at, end)


def _one_for_many(words: str) -> str:
    """One space for many, where an ASCII one is among them."""
    if not MANY.search(words):
        return words
    return SPACES.sub(lambda run: " " if ASCII_SPACE.search(run[0]) else run[0], words)


class Marked:
    """Words with their marks, by their place."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.texts = [text for text in texts if text.words]
        self.words = "".join(text.words for text in self.texts)
        self.starts = list(accumulate((len(text.words) for text in self.texts), initial=0))

    def cut(self, start: int, end: int) -> Iterator[Text]:
        """The words from `start` to `end`."""
        while start < end:
            number = self._number(start)
            until = min(end, self.starts[number + 1])
            yield Text(self.words[start:until], self.texts[number].marks)
            start = until

    def marks_at(self, place: int) -> tuple[Mark, ...]:
        """The marks of the letter at `place`."""
        return self.texts[self._number(place)].marks

    def _number(self, place: int) -> int:
        return bisect_right(self.starts, place) - 1


def _common(left: tuple[Mark, ...], right: tuple[Mark, ...]) -> tuple[Mark, ...]:
    if left == right:
        return left
    return tuple(mark for mark in left if mark.name == "link" and mark in right)
