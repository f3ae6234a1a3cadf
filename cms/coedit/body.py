"""The body of a page, a StreamField, as one text, and back.

What stands in one rich text follows one another as `paragraph` blocks; callouts, tables, code and what else an editor
of the CMS can put between them are elements of their own, with the fields of their blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from cms.blocks import FLOWING, INLINE, LISTED
from cms.coedit.draftail import html_of, nodes_of_html
from cms.coedit.fitting import fitted
from cms.coedit.lines import Keys, named
from cms.coedit.schema import FLOW, KINDS
from cms.coedit.tree import Child, Node, Text, node, pairs

Raw = Mapping[str, Any]
PARAGRAPH = "paragraph"
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
NAMES = {  # of blocks with nothing but fields, and of the fields that are called otherwise here
    "image": ("image", {}),
    "file": ("file", {}),
    "embed": ("embed", {}),
    "callout": ("callout", {}),
    "code": ("code_block", {}),
    "quote": ("quotation", {"is_customer": "customer"}),
    "pages": ("page_list", {}),
    "cited": ("cited", {}),
}
BLOCKS = {tag: name for name, (tag, _) in NAMES.items()} | {"table": "table"}


def canonical(doc: Node) -> Node:
    """The text as it is when it was kept and read again: two that are equal then are the same page."""
    return doc_of(stream_of(doc))


def says(doc: Node) -> Node:
    """What a page says, whatever the keys of its lines and the numbers of its blocks are."""
    return _bare(canonical(_bare(doc)))


def _bare(found: Node) -> Node:
    children = (_bare(child) if isinstance(child, Node) else child for child in found.children)
    return replace(found.having(key=None, block=None), children=tuple(children))


# --- from blocks ----------------------------------------------------------------------------------


def doc_of(raw: Iterable[Raw]) -> Node:
    """The text of a body's raw blocks."""
    return fitted(child for block in raw for child in _nodes_of(block))


def _nodes_of(block: Raw) -> Iterator[Node]:
    kind, value, number = block["type"], block["value"], block.get("id")
    if kind == PARAGRAPH:
        yield from (found.having(block=number) for found in nodes_of_html(value or "", FLOWING))
    elif kind == "table" and value:
        yield _table_of(value).having(block=number)
    elif kind in NAMES:
        yield _element_of(kind, value).having(block=number)


def _element_of(kind: str, value: Raw) -> Node:
    tag, others = NAMES[kind]
    fields = {others.get(name, name): told for name, told in value.items()}
    return Node(tag, pairs({name: fields.get(name) for name in KINDS[tag].attributes}), tuple(_inside(kind, value)))


def _inside(kind: str, value: Raw) -> Iterator[Child]:
    match kind:
        case "callout":
            yield from nodes_of_html(value.get("text") or "", LISTED)
        case "code":
            yield Text(value.get("code") or "")
        case "quote":
            yield Text(value.get("quote") or "")
        case "pages":
            yield from _items_of(value.get("pages") or (), "page_item", "page")
        case "cited":
            yield from nodes_of_html(value.get("text") or "", INLINE)
            yield from _items_of(value.get("messages") or (), "cited_message", "message")


def _items_of(items: Iterable[Any], tag: str, name: str) -> Iterator[Node]:
    """The items of a ListBlock, with or without a number of their own."""
    for item in items:
        told = item if isinstance(item, Mapping) else {"value": item}
        yield node(tag, **{name: told["value"], "block": told.get("id")})


def _table_of(value: Raw) -> Node:
    columns = value["columns"]
    heads = (node("table_header", Text(column["heading"] or ""), kind=column["type"]) for column in columns)
    rows = (node("table_row", *map(_cell_of, columns, row["values"])) for row in value["rows"])
    return node("table", node("table_row", *heads), *rows, caption=value.get("caption") or None)


def _cell_of(column: Raw, value: Any) -> Node:
    if column["type"] == "number":
        return node("table_cell", node("paragraph", Text("" if value is None else str(value))))
    return node("table_cell", *nodes_of_html(value or "", INLINE))


# --- to blocks ------------------------------------------------------------------------------------


def stream_of(doc: Node) -> list[dict[str, Any]]:
    """The raw blocks of a text, as the CMS would have stored them: the same for the same text."""
    return list(Writer(doc).blocks(doc))


class Writer:
    """Makes blocks of one text, in which no key and no number is given twice."""

    def __init__(self, doc: Node) -> None:
        self.keys = Keys.of(doc)
        self.numbers = Keys(named("block", doc), _next_number)

    def blocks(self, doc: Node) -> Iterator[dict[str, Any]]:
        for run in _runs(doc.children):
            number = next((told for told in (child.get("block") for child in run) if told), None)
            if run[0].tag not in FLOW:
                yield self._block(BLOCKS[run[0].tag], number, self._value(run[0]))
            elif html := self._html(run, FLOWING):
                yield self._block(PARAGRAPH, number, html)

    def _block(self, kind: str, number: object, value: Any) -> dict[str, Any]:
        return {"type": kind, "value": value, "id": self.numbers.give(number)}

    def _html(self, children: Iterable[Child], features: Sequence[str]) -> str:
        return html_of(children, features, self.keys)

    def _value(self, found: Node) -> dict[str, Any]:
        if found.tag == "table":
            return self._table(found)
        back = {ours: theirs for theirs, ours in NAMES[BLOCKS[found.tag]][1].items()}
        names = (name for name in KINDS[found.tag].attributes if name != "block")
        fields = {back.get(name, name): "" if (value := found.get(name)) is None else value for name in names}
        return fields | self._text(found)

    def _text(self, found: Node) -> dict[str, Any]:
        """The fields that hold what is in an element."""
        match found.tag:
            case "callout":
                return {"text": self._html(found.children, LISTED)}
            case "code_block":
                return {"code": found.words()}
            case "quotation":
                return {"quote": found.words()}
            case "page_list":
                return {"pages": self._items(found, "page")}
            case "cited":
                sentence = [child for child in _elements(found) if child.tag == PARAGRAPH]
                return {"text": self._html(sentence, INLINE), "messages": self._items(found, "message")}
        return {}

    def _items(self, found: Node, name: str) -> list[dict[str, Any]]:
        items = [child for child in _elements(found) if child.get(name)]
        return [self._block("item", item.get("block"), item.get(name)) for item in items]

    def _table(self, table: Node) -> dict[str, Any]:
        rows = [list(_elements(row)) for row in _elements(table)]
        width = max(map(len, rows))
        heads = rows.pop(0) if all(cell.tag == "table_header" for cell in rows[0]) else []
        columns = [_column(heads, rows, at) for at in range(width)]
        values = [{"values": [self._cell(columns[at], row, at) for at in range(width)]} for row in rows]
        return {"columns": columns, "rows": values, "caption": table.get("caption") or ""}

    def _cell(self, column: Raw, row: Sequence[Node], at: int) -> str | None:
        if column["type"] == "number":
            return _number(row, at) or None
        if at >= len(row):
            return ""
        children = row[at].children
        return self._html([node(PARAGRAPH, *children)] if row[at].tag == "table_header" else children, INLINE)


def _column(heads: Sequence[Node], rows: Sequence[Sequence[Node]], at: int) -> dict[str, Any]:
    """A column; one of numbers that holds a word is one of words, for no word is lost."""
    head = heads[at] if at < len(heads) else Node("table_header")
    is_number = head.get("kind") == "number" and all(_number(row, at) is not None for row in rows)
    return {"type": "number" if is_number else "text", "heading": " ".join(head.words().split())}


def _number(row: Sequence[Node], at: int) -> str | None:
    """The number in a cell, "" in an empty one, None where something else stands."""
    words = re.sub(r"\s", "", row[at].words()).replace(",", ".").replace("\N{MINUS SIGN}", "-") if at < len(row) else ""
    return words if not words or NUMBER.fullmatch(words) else None


def _runs(children: Iterable[Child]) -> Iterator[list[Node]]:
    """What stands in one block: rich text until another kind, or another block's rich text, begins.

    Words typed between two blocks belong to the one above; a paragraph split in two keeps its block's number twice.
    """
    run: list[Node] = []
    seen: set[object] = set()
    number: object = None
    for child in children:
        if isinstance(child, Text):
            continue
        own = child.get("block")
        is_other = child.tag not in FLOW or (run[:1] and run[0].tag not in FLOW)
        if run and (is_other or (own and number and own not in seen)):
            yield run
            run, number = [], None
        run.append(child)
        number = number or own
        seen.add(own)
    if run:
        yield run


def _elements(found: Node) -> Iterator[Node]:
    return (child for child in found.children if isinstance(child, Node))


def _next_number(last: str) -> str:
    return str(uuid5(NAMESPACE_OID, last))
