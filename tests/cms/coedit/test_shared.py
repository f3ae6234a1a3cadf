"""A page's text in Yjs's form: what is written is read again, and whatever somebody sends is a page's text."""

from typing import Any

import pytest
from hypothesis import given, settings
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from cms.coedit.fitting import fitted
from cms.coedit.schema import KINDS, MARKS, SCHEMA
from cms.coedit.shared import read, write
from cms.coedit.tree import BREAK, Child, Node, Text, mark, node, text
from realtime.coedit.gate import Gate
from tests.cms.coedit.trees import DOCS, STRANGE

EVERY = [
    node("paragraph", text("é😀 "), text("bold", "bold"), text(" both", "bold", "italic"), BREAK, text("c", "code")),
    node("heading", text("Title"), level=3, key="abcde"),
    node("blockquote", text("Words")),
    node("bullet_list", node("list_item", node("paragraph", text("one")))),
    node("ordered_list", node("list_item", node("paragraph", text("two", mark("link", page=5))))),
    node("horizontal_rule"),
    node("callout", node("paragraph", text("Mind")), kind="warning", title="Mind the gap"),
    node(
        "table",
        node("table_row", node("table_header", text("Hours"), kind="number")),
        node("table_row", node("table_cell", node("paragraph", text("12")))),
        caption="Hours",
    ),
    node("code_block", text("if x:\n    y"), language="python"),
    node("quotation", text("They\nsaid"), author="Ana", customer=True),
    node("image", image=3, alt="A valve"),
    node("file", file=4, about="The plan"),
    node("embed", url="https://example.org/v", title="A film"),
    node("page_list", node("page_item", page=8), title="More"),
    node("cited", node("paragraph", text("Said")), node("cited_message", message=9)),
]


def written(doc: Node) -> Doc[XmlFragment]:
    made: Doc[XmlFragment] = Doc()
    write(made.get(SCHEMA.root, type=XmlFragment), doc)
    return made


def read_again(made: Doc[XmlFragment]) -> Node:
    """What another copy of the text reads."""
    other: Doc[XmlFragment] = Doc()
    fragment = other.get(SCHEMA.root, type=XmlFragment)
    other.apply_update(made.get_update())
    return read(fragment)


def tags(children: Any) -> set[str]:
    nodes = [child for child in children if isinstance(child, Node)]
    return {child.tag for child in nodes}.union(*(tags(child.children) for child in nodes))


def mark_names(children: Any) -> set[str]:
    texts = {told.name for child in children if isinstance(child, Text) for told in child.marks}
    return texts.union(*(mark_names(child.children) for child in children if isinstance(child, Node)))


def test_every_element_and_mark_of_the_schema_survives() -> None:
    doc = fitted(EVERY)

    assert tags(doc.children) == set(KINDS)
    assert mark_names(doc.children) == set(MARKS)
    assert read_again(written(doc)) == doc


@settings(deadline=None, max_examples=40)
@given(DOCS)
def test_what_is_written_is_read_again_and_passes_the_gate(children: list[Child]) -> None:
    doc = fitted(children)
    made = written(doc)

    assert read_again(made) == doc
    Gate(SCHEMA).examine(made.get_update())


@settings(deadline=None, max_examples=40)
@given(STRANGE)
def test_whatever_was_sent_can_be_written(children: list[Child]) -> None:
    doc = fitted(children)
    made = written(doc)

    assert fitted(doc.children) == doc
    assert read_again(made) == doc
    Gate(SCHEMA).examine(made.get_update())


@settings(deadline=None, max_examples=40)
@given(STRANGE)
def test_what_is_read_is_never_more_than_the_schema(children: list[Child]) -> None:
    raw: Doc[XmlFragment] = Doc()
    raw_write(raw.get(SCHEMA.root, type=XmlFragment), children)

    doc = read(raw.get(SCHEMA.root, type=XmlFragment))

    assert tags(doc.children) <= set(KINDS)
    assert mark_names(doc.children) <= set(MARKS)
    assert fitted(doc.children) == doc


def raw_write(parent: XmlFragment | XmlElement, children: Any) -> None:
    """Anything as it comes, past the gate."""
    for child in children:
        if isinstance(child, Text):
            made: Any = parent.children.append(XmlText(""))
            marks = {told.name: dict(told.attributes) for told in child.marks}
            if child.words:
                made.insert(0, child.words, marks or None)
        else:
            attributes: Any = {name: value for name, value in child.attributes if not is_big(value)}
            raw_write(parent.children.append(XmlElement(child.tag or "x", attributes)), child.children)


def is_big(value: Any) -> bool:
    return isinstance(value, int) and abs(value) > 2**53


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ([node("script", text("alert(1)"))], [node("paragraph", text("alert(1)"))]),
        ([node("paragraph", text("x", mark("link", href="javascript:alert(1)")))], [node("paragraph", text("x"))]),
        ([node("paragraph", text("x", mark("onclick", run="y")))], [node("paragraph", text("x"))]),
        ([node("embed", url="javascript:alert(1)", title="Film")], [node("paragraph", text("Film"))]),
        ([node("image", image="../x", alt="Valve")], [node("paragraph", text("Valve"))]),
        ([node("paragraph", node("image", image=3, alt="Valve"))], [node("paragraph", text(" "))]),
        ([node("paragraph", text("a\x00b\ud800c"))], [node("paragraph", text("abc"))]),
        ([text("loose"), BREAK, text("words")], [node("paragraph", text("loose"), BREAK, text("words"))]),
        ([node("heading", text("x"), level=1)], [node("heading", text("x"), level=2)]),
        ([node("paragraph", text("x"), key='"><script>')], [node("paragraph", text("x"))]),
        ([node("list_item", node("paragraph", text("x")))], [node("paragraph", text("x"))]),
        (
            [node("bullet_list", text("x"))],
            [node("bullet_list", node("list_item", node("paragraph", text("x"))))],
        ),
        ([node("code_block", text("x", "bold"), BREAK, text("y"))], [node("code_block", text("x\ny"))]),
        ([node("bullet_list")], []),
    ],
)
def test_what_the_schema_does_not_know_keeps_its_words_alone(sent: list[Child], kept: list[Child]) -> None:
    assert fitted(sent).children == tuple(kept)


def test_two_links_on_one_word_are_one() -> None:
    doc = fitted([node("paragraph", text("x", mark("link", page=5, href="https://example.org")))])

    assert doc.children == (node("paragraph", text("x", mark("link", page=5))),)


def test_words_two_people_typed_into_one_paragraph_stand_together() -> None:
    made: Doc[XmlFragment] = Doc()
    paragraph: Any = made.get(SCHEMA.root, type=XmlFragment).children.append(XmlElement("paragraph"))
    for words in ("a", "b"):
        paragraph.children.append(XmlText(words))

    assert read_again(made) == fitted([node("paragraph", text("ab"))])


def test_lists_deeper_than_five_are_flat_from_there() -> None:
    deep = node("bullet_list", node("list_item", node("paragraph", text("9"))))
    for number in range(8, -1, -1):
        deep = node("bullet_list", node("list_item", node("paragraph", text(str(number))), deep))

    doc = fitted([deep])

    assert doc.words() == "0123456789"
    Gate(SCHEMA).examine(written(doc).get_update())
