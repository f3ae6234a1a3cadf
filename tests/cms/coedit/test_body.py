"""A page's blocks as one text, and back."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from wagtail.blocks import StreamValue

from cms.blocks import BodyBlock
from cms.coedit.body import canonical, doc_of, stream_of
from cms.coedit.fitting import fitted
from cms.coedit.schema import KINDS
from cms.coedit.tree import Child, Node, node, text
from cms.models import GuidePage
from tests.cms.coedit.test_shared import EVERY, read_again, tags, written
from tests.cms.coedit.trees import DOCS, STRANGE
from tests.cms.conftest import Place

ONE = "11111111-1111-4111-8111-111111111111"
TWO = "22222222-2222-4222-8222-222222222222"
RAW: list[dict[str, Any]] = [
    {"type": "paragraph", "value": '<h2 data-block-key="k1">Title</h2><p data-block-key="k2">Words</p>', "id": ONE},
    {"type": "paragraph", "value": '<p data-block-key="k3">Others</p>', "id": TWO},
    {"type": "image", "value": {"image": 3, "alt": "A valve", "caption": ""}, "id": "3" * 36},
    {
        "type": "callout",
        "value": {"kind": "tip", "title": "", "text": '<p data-block-key="k4">Mind</p>'},
        "id": "4" * 36,
    },
    {
        "type": "table",
        "value": {
            "columns": [{"type": "text", "heading": "Who"}, {"type": "number", "heading": "Hours"}],
            "rows": [{"values": ['<p data-block-key="k5">Ana</p>', "7.50"]}, {"values": ["", None]}],
            "caption": "Hours",
        },
        "id": "5" * 36,
    },
    {"type": "code", "value": {"language": "python", "code": "if x:\n    y"}, "id": "6" * 36},
    {"type": "quote", "value": {"quote": "They\nsaid", "author": "", "is_customer": True}, "id": "7" * 36},
    {"type": "embed", "value": {"url": "https://example.org/v", "title": "A film"}, "id": "8" * 36},
    {"type": "file", "value": {"file": 4, "about": ""}, "id": "9" * 36},
    {
        "type": "pages",
        "value": {"title": "", "pages": [{"type": "item", "value": 8, "id": "a" * 36}]},
        "id": "b" * 36,
    },
    {
        "type": "cited",
        "value": {
            "text": '<p data-block-key="k6">Said</p>',
            "messages": [{"type": "item", "value": 9, "id": "c" * 36}],
        },
        "id": "d" * 36,
    },
]


def test_every_block_comes_back_as_it_was() -> None:
    assert stream_of(doc_of(RAW)) == RAW


def test_every_block_comes_back_through_a_shared_document() -> None:
    assert stream_of(read_again(written(doc_of(RAW)))) == RAW


def test_what_is_made_is_what_the_cms_itself_would_store() -> None:
    block = BodyBlock()
    raw = [told for told in RAW if told["type"] not in ("image", "file", "pages")]  # those are looked up
    value = StreamValue(block, stream_of(doc_of(raw)), is_lazy=True)
    for bound in value:  # read, so that it is written anew
        assert bound.value is not None

    stored = json.loads(json.dumps(block.get_prep_value(value), default=str))

    assert stored == raw


@settings(deadline=None, max_examples=40)
@given(DOCS)
def test_what_was_kept_is_read_again(children: list[Child]) -> None:
    doc = fitted(children)
    raw = stream_of(doc)

    assert stream_of(doc_of(raw)) == raw
    assert canonical(canonical(doc)) == canonical(doc)
    assert read_again(written(doc_of(raw))) == doc_of(raw)


@settings(deadline=None, max_examples=40)
@given(DOCS)
def test_no_word_and_no_element_is_lost(children: list[Child]) -> None:
    doc = fitted(children)
    kept = canonical(doc)

    assert letters(kept) == letters(doc)
    for tag in ("image", "file", "embed", "page_item", "cited_message", "callout", "quotation", "code_block", "table"):
        assert count(kept, tag) == count(doc, tag)


def letters(doc: Node) -> str:
    """The words of a text without spaces; a number may be written another way."""
    return "".join(doc.words().split()).replace("\N{MINUS SIGN}", "-")


def count(found: Node, tag: str) -> int:
    inside = sum(count(child, tag) for child in found.children if isinstance(child, Node))
    return inside + (found.tag == tag)


@settings(deadline=None, max_examples=40)
@given(STRANGE)
def test_whatever_was_sent_is_a_body_that_wagtail_takes(children: list[Child]) -> None:
    raw = stream_of(fitted(children))

    value = StreamValue(BodyBlock(), json.loads(json.dumps(raw)), is_lazy=True)

    numbers = [told["id"] for told in raw]
    assert len(numbers) == len(set(numbers))
    assert [told["type"] for told in value.raw_data] == [told["type"] for told in raw]


def test_every_element_of_the_schema_survives() -> None:
    doc = fitted(EVERY)

    assert tags(canonical(doc).children) == set(KINDS)


def test_a_paragraph_cut_in_two_stays_in_its_block() -> None:
    halves = [node("paragraph", text("a"), block=ONE), node("paragraph", text("b"), block=ONE)]

    (block,) = stream_of(fitted(halves))

    assert block["id"] == ONE


def test_words_before_the_first_block_and_after_it_join_it() -> None:
    doc = fitted(
        [node("paragraph", text("new")), node("paragraph", text("a"), block=ONE), node("paragraph", text("b"))]
    )

    (block,) = stream_of(doc)

    assert block["id"] == ONE


def test_a_callout_that_is_copied_gets_a_number_of_its_own() -> None:
    callout = node("callout", node("paragraph", text("x")), block=ONE)

    first, second = stream_of(fitted([callout, callout]))

    assert first["id"] == ONE != second["id"]
    assert stream_of(fitted([callout, callout])) == [first, second]


def test_a_word_in_a_column_of_numbers_makes_it_one_of_words() -> None:
    cells = [
        node("table_row", node("table_cell", node("paragraph", text(words)))) for words in ("1\u202f250,5", "some")
    ]
    head = node("table_row", node("table_header", text("Hours"), kind="number"))

    (numbers,) = stream_of(fitted([node("table", head, cells[0])]))
    (words,) = stream_of(fitted([node("table", head, *cells)]))

    assert numbers["value"]["columns"] == [{"type": "number", "heading": "Hours"}]
    assert numbers["value"]["rows"] == [{"values": ["1250.5"]}]
    assert words["value"]["columns"] == [{"type": "text", "heading": "Hours"}]
    assert ["some" in row["values"][0] for row in words["value"]["rows"]] == [False, True]


def test_the_rows_of_a_table_are_made_equally_long() -> None:
    rows = [node("table_row", *[node("table_cell", node("paragraph", text("x")))] * width) for width in (1, 3, 2)]

    (table,) = stream_of(fitted([node("table", *rows)]))

    assert [column["heading"] for column in table["value"]["columns"]] == ["", "", ""]
    assert [len(row["values"]) for row in table["value"]["rows"]] == [3, 3, 3]


def test_a_page_is_the_same_after_it_went_through_a_shared_document(place: Place) -> None:
    page = GuidePage.objects.get(pk=place.page.pk)
    raw = list(page.body.raw_data)
    before = page.body.stream_block.get_searchable_content(page.body)

    page.body = StreamValue(page.body.stream_block, stream_of(read_again(written(doc_of(raw)))), is_lazy=True)
    page.save()

    again = GuidePage.objects.get(pk=page.pk)
    assert [child.block_type for child in again.body] == ["paragraph", "image", "file"]
    assert [child.id for child in again.body] == [told["id"] for told in raw]
    assert again.body.stream_block.get_searchable_content(again.body) == before


@pytest.mark.parametrize(
    "raw", [[], [{"type": "gone", "value": {"x": 1}, "id": ONE}], [{"type": "paragraph", "value": ""}]]
)
def test_nothing_is_an_empty_text(raw: list[dict[str, Any]]) -> None:
    assert doc_of(raw) == fitted([])
    assert stream_of(doc_of(raw)) == []
