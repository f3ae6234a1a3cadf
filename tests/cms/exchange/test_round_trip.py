"""A text as Markdown and back is the same text, but for what docs/exchange.md lists."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cms.coedit.body import says
from cms.coedit.fitting import fitted
from cms.coedit.tree import BREAK, Child, Node, Text, node
from cms.exchange.brought import Brought
from cms.exchange.drafts import drafted
from cms.exchange.markdown_out import markdown_of
from cms.exchange.names import Named, Names
from cms.exchange.resolving import Resolver, Targets
from tests.cms.coedit.trees import FLOW


class Everything(dict[int, Named]):
    """Every number has a name."""

    def __init__(self, form: str) -> None:
        self.form = form

    def get(self, number: Any, default: Any = None) -> Any:
        return Named(f"Nom {number}", self.form.format(number))


class EveryPath(dict[str, int]):
    def __init__(self, start: str) -> None:
        self.start = start

    def __contains__(self, path: object) -> bool:
        return str(path).startswith(self.start)

    def __getitem__(self, path: str) -> int:
        return int(path.removeprefix(self.start).partition(".")[0])

    def get(self, path: Any, default: Any = None) -> Any:
        return self[path] if path in self else default  # noqa: SIM401  # every path of its folder is in it


NAMES = Names(Everything("p/{}.md"), Everything("f/{}.pdf"), Everything("i/{}.png"), {})
TARGETS = Targets(EveryPath("p/"), EveryPath("f/"), EveryPath("i/"))


def there_and_back(doc: Node) -> Node:
    words = f"---\ntitle: T\n---\n\n{markdown_of(doc, NAMES)}"
    draft = drafted(Brought("page.md", words.encode()))
    return fitted(Resolver("page.md", TARGETS).all(draft.children))


EMPTY = {"heading", "blockquote"}  # nothing stands there: nothing is written


def normal(doc: Node) -> Node:
    """A text without what Markdown cannot say; a link to a file that is all of a paragraph is a file."""
    told = says(fitted(as_file(child) for child in without(doc.children)))
    return told if told == doc else normal(told)


def as_file(child: Child) -> Child:
    if isinstance(child, Text) or child.tag != "paragraph" or not child.words().strip():
        return child
    texts = [inner for inner in child.children if isinstance(inner, Text)]
    links = {mark for text in texts for mark in text.marks if mark.name == "link"}
    linked = [text for text in texts if any(mark.name == "link" for mark in text.marks)]
    if (
        len(linked) < len(child.children)
        or len(links) != 1
        or not (number := dict(links.pop().attributes).get("document"))
    ):
        return child
    return node("file", file=number)


def without(children: Iterable[Child]) -> Iterator[Child]:
    for child in children:
        if isinstance(child, Text):
            yield Text(child.words, tuple(mark for mark in child.marks))
        elif child.tag in EMPTY and not child.words().strip():
            continue
        else:
            inner = list(without(child.children))
            for end in (-1, 0):
                while inner and inner[end] == BREAK:
                    inner.pop(end)
            yield replace(child, children=tuple(inner))


@settings(max_examples=400, deadline=None, phases=[Phase.generate])
@given(st.lists(FLOW, max_size=5))
def test_rich_text(children: list[Node]) -> None:
    doc = normal(fitted(children))
    there = normal(there_and_back(doc))
    if there != doc:
        print(repr(markdown_of(doc, NAMES)))
        print(doc)
        print(there)
    assert there == doc
