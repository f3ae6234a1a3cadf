"""What a page written together may hold: schema.json, as the gate, the conversions and the editor all read it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cms.coedit.tree import Pairs, Value, pairs
from realtime.coedit.schema import NotInSchema, Schema, is_whole

TOLD: Mapping[str, Any] = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))
SCHEMA = Schema.from_json(TOLD)
NAME = re.compile(r"\w+")
TOP = "doc"
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
LINE_ENDS = re.compile("\r\n?|\f")


@dataclass(frozen=True)
class Kind:
    """A kind of elements. `content` is an expression of ProseMirror: names or groups, `*` for any number, `+` for some."""

    name: str
    content: str = ""
    groups: frozenset[str] = frozenset()
    marks: str = ""
    attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def holds(self) -> tuple[str, ...]:
        """The names of the elements it may hold."""
        named = NAME.findall(self.content)
        return tuple(name for told in named for name in ([told] if told in KINDS else in_group(told)))

    @property
    def has_words(self) -> bool:
        """Whether words stand in it directly."""
        return self.content in ("inline*", "text*")

    @property
    def has_breaks(self) -> bool:
        return self.content == "inline*"

    @property
    def needs_some(self) -> bool:
        """Whether it is nothing without what it holds."""
        return "+" in self.content

    @property
    def first(self) -> str:
        """What is put in it where words stand that nothing else holds; "" for none."""
        return next((name for name in self.holds if not KINDS[name].requires), "")

    @cached_property
    def requires(self) -> frozenset[str]:
        """The attributes without which it is nothing."""
        return frozenset(name for name, about in self.attributes.items() if about.get("required"))

    def accepted(self, values: Mapping[str, Any]) -> Pairs | None:
        """Those of `values` that it may have, and its defaults; None where one is lacking that it requires."""
        known = {name: self._accepted(name, values.get(name)) for name in self.attributes}
        if any(known[name] is None for name in self.requires):
            return None
        return pairs(known)

    def _accepted(self, name: str, value: Any) -> Value | None:
        about = self.attributes[name]
        if isinstance(value, str) and "pattern" not in about and "type" not in about:
            value = clean(value)[: SCHEMA.nodes[self.name][name].most] or None
        try:
            SCHEMA.check_attribute(self.name, name, value)
        except NotInSchema:
            value = None
        if isinstance(value, str) and not re.fullmatch(about.get("pattern", ".*"), value, re.DOTALL):
            value = None
        return about.get("default") if value is None else plain(value)


def clean(words: str) -> str:
    """Words without what no text has: controls and halves of surrogate pairs."""
    return UNSPEAKABLE.sub("", LINE_ENDS.sub("\n", words))


def plain(value: Any) -> Value:
    """`value` as Python has it: 3 and not 3.0."""
    return int(value) if is_whole(value) else value


def in_group(group: str) -> list[str]:
    """The kinds of a group, in the order of the file."""
    return [name for name, kind in KINDS.items() if group in kind.groups]


def _kind(name: str, told: Mapping[str, Any]) -> Kind:
    groups = frozenset(told.get("group", "").split())
    return Kind(name, told.get("content", ""), groups, told.get("marks", ""), told.get("attributes", {}))


KINDS: dict[str, Kind] = {name: _kind(name, told) for name, told in TOLD["nodes"].items()}
DOC = _kind(TOP, TOLD["top"])
FLOW = frozenset(in_group("flow"))  # what stands in one rich text
LISTS = frozenset(in_group("list"))
MARKS: tuple[str, ...] = tuple(TOLD["marks"])  # from the outermost to the innermost
STYLES: dict[str, str] = {name: told["draftail"] for name, told in TOLD["marks"].items() if "draftail" in told}
