"""One schema: the gate, Draftail and the blocks of a page know the same things."""

import re
from typing import Any

import pytest
from wagtail import blocks
from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea

from cms.blocks import FLOWING, BodyBlock
from cms.coedit.body import BLOCKS, NAMES
from cms.coedit.schema import DOC, FLOW, KINDS, MARKS, NAME, SCHEMA, STYLES, TOLD

CONTENT = {"callout": {"text"}, "code": {"code"}, "quote": {"quote"}, "pages": {"pages"}, "cited": {"text", "messages"}}


def told_of(kind: str) -> set[str]:
    """The names that Draft.js has for a kind of elements."""
    told = TOLD["nodes"][kind]["draftail"]
    return set(told.values()) if isinstance(told, dict) else {told}


def test_rich_text_is_what_draftail_offers_for_our_pages() -> None:
    options = DraftailRichTextArea(features=FLOWING).options
    lines = set().union(*(told_of(kind) for kind in FLOW))

    assert {told["type"] for told in options["blockTypes"]} | {"unstyled", "HORIZONTAL_RULE"} == lines
    assert options["enableHorizontalRule"]
    assert {told["type"] for told in options["inlineStyles"]} == set(STYLES.values())
    assert {told["type"] for told in options["entityTypes"]} == {"LINK", "DOCUMENT"}
    assert set(MARKS) - set(STYLES) == {"link"}


def test_every_block_of_a_page_is_an_element_and_every_element_a_block() -> None:
    assert set(BodyBlock().child_blocks) == {"paragraph", *BLOCKS.values()}
    assert {name for name in DOC.holds if name not in FLOW} == set(BLOCKS)


@pytest.mark.parametrize("name", NAMES)
def test_an_element_has_the_fields_of_its_block(name: str) -> None:
    tag, others = NAMES[name]
    block: Any = BodyBlock().child_blocks[name]

    fields = {others.get(field, field) for field in block.child_blocks} - CONTENT.get(name, set())

    assert fields | {"block"} == set(KINDS[tag].attributes)


@pytest.mark.parametrize("name", NAMES)
def test_a_field_holds_as_much_as_its_attribute(name: str) -> None:
    tag, others = NAMES[name]
    block: Any = BodyBlock().child_blocks[name]

    for field, child in block.child_blocks.items():
        about = KINDS[tag].attributes.get(others.get(field, field))
        if about and isinstance(child, blocks.ChoiceBlock):
            assert about["values"] == [choice for choice, _ in child.field.choices if choice]
        elif about and isinstance(child, blocks.CharBlock):
            assert about["max"] == child.field.max_length


def test_expressions_name_what_there_is() -> None:
    groups = {group for kind in KINDS.values() for group in kind.groups}

    for kind in (DOC, *KINDS.values()):
        assert set(NAME.findall(kind.content)) <= {*KINDS, *groups, "text"}, kind.name


def test_the_gate_knows_the_same_elements_and_marks() -> None:
    assert set(SCHEMA.nodes) == set(KINDS)
    assert set(SCHEMA.marks) == set(MARKS)
    assert SCHEMA.version == TOLD["version"]


def test_no_attribute_is_longer_than_the_gate_admits() -> None:
    for kind in KINDS.values():
        for name, about in kind.attributes.items():
            if counted := re.search(r"\{(?:\d+,)?(\d+)\}$", about.get("pattern", "")):
                assert SCHEMA.nodes[kind.name][name].most == int(counted[1])
