"""What the scripted colleague of the demo writes, and where her words stand in a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cms.coedit.tree import Child, Node, Text, node
from intranet.demo.seeding.content import colleague, company

PARAGRAPH = "paragraph"
WORDS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Script:
    """Her page and her lines, each a paragraph, in their order under a heading."""

    space: str
    slug: str
    email: str
    heading: str
    lines: tuple[str, ...]


def the_script() -> Script:
    """As it is written in the demo's content."""
    told = colleague()
    headings = [block["h2"] for block in told["blocks"] if "h2" in block]
    [email] = [person["email"] for person in company()["people"] if person["key"] == told["by"]]
    return Script(told["space"], told["slug"], email, headings[-1], tuple(told["lines"]))


def next_line(doc: Node, lines: Sequence[str]) -> str | None:
    """The first of her lines after the last one that stands in a text; None where none is left.

    One that somebody took out or changed is not written again.
    """
    said = words_of(doc)
    last = max((number for number, line in enumerate(lines) if line in said), default=-1)
    return lines[last + 1] if last + 1 < len(lines) else None


def with_words(doc: Node, script: Script, line: str, words: str) -> Node:
    """The text in which she is as far as `words` of a line: begun before, or now, after what she wrote last."""
    children = list(doc.children)
    begun = next((place for place, child in enumerate(children) if is_begun(child, line)), None)
    if begun is None:
        children.insert(place_of(children, script), node(PARAGRAPH, Text(words)))
    else:
        found = children[begun]
        children[begun] = replace(found, children=(Text(words),)) if isinstance(found, Node) else found
    return replace(doc, children=tuple(children))


def without_lines(doc: Node, lines: Sequence[str]) -> Node:
    """The text without what she wrote in it and nobody changed."""
    return replace(doc, children=tuple(child for child in doc.children if said(child) not in lines))


def pieces(line: str) -> Iterator[str]:
    """A line as it grows on the screen, some words at a time."""
    words = line.split(" ")
    for end in range(WORDS_AT_ONCE, len(words), WORDS_AT_ONCE):
        yield " ".join(words[:end])
    yield line


def place_of(children: Sequence[Child], script: Script) -> int:
    """Behind the last of her lines, else behind her heading, else at the end."""
    own = [place for place, child in enumerate(children) if said(child) in script.lines]
    heads = [place for place, child in enumerate(children) if said(child) == script.heading]
    return (own or heads or [len(children) - 1])[-1] + 1


def words_of(doc: Node) -> set[str]:
    return {said(child) for child in doc.children}


def said(child: Child) -> str:
    """The words of a paragraph or heading, as they are kept."""
    return " ".join(child.words().split(" ")).strip(" ") if isinstance(child, Node) else ""


def is_begun(child: Child, line: str) -> bool:
    words = said(child)
    return isinstance(child, Node) and child.tag == PARAGRAPH and bool(words) and line.startswith(words)
