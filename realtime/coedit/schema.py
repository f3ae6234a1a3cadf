"""What a document may hold: the elements, marks and attributes that its owner's schema lists, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
URL_LENGTH = 2000


class NotInSchema(Exception):
    """The schema does not know this. The first argument names it."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its `type` ("string", "url", "integer", "boolean" or "choice") and its bounds."""

    type: str = "string"
    most: int = 500  # letters of a string, or the greatest integer
    least: int = 0
    values: tuple[Any, ...] = ()

    def admits(self, value: Any) -> bool:
        """Whether `value` may be stored. None is always admitted: the attribute is absent."""
        if value is None:
            return True
        match self.type:
            case "string":
                return isinstance(value, str) and len(value) <= self.most
            case "url":
                return isinstance(value, str) and is_safe_url(value)
            case "integer":
                return is_whole(value) and self.least <= value <= self.most
            case "boolean":
                return isinstance(value, bool)
            case "choice":
                return any(
                    value == known and isinstance(value, bool) is isinstance(known, bool) for known in self.values
                )
        return False


Attributes = Mapping[str, Attribute]


@dataclass(frozen=True, slots=True)
class Schema:
    """The elements (`nodes`) and `marks` by name with their attributes, the name of the one root, and the version.

    The version moves when something is taken away or means something else: a client of another version reloads.
    """

    version: int
    nodes: Mapping[str, Attributes]
    marks: Mapping[str, Attributes]
    root: str = "prosemirror"
    depth: int = 32  # elements in elements

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Schema:
        """The schema in the form of `schema.json`: version, nodes, marks, each with `attributes`; others are ignored."""
        return cls(
            version=int(told["version"]),
            nodes={name: _attributes(about) for name, about in told["nodes"].items()},
            marks={name: _attributes(about) for name, about in told["marks"].items()},
            root=told.get("root", "prosemirror"),
            depth=told.get("depth", 32),
        )

    def check_element(self, tag: str) -> None:
        """Raises NotInSchema for an element that is not listed."""
        if tag not in self.nodes:
            raise NotInSchema(f"element {tag[:40]}")

    def check_attribute(self, tag: str, name: str, value: Any) -> None:
        """Raises NotInSchema for an attribute the element does not have, or a value it may not hold."""
        known = self.nodes.get(tag, {}).get(name)
        if known is None or not known.admits(value):
            raise NotInSchema(f"attribute {tag[:40]}.{name[:40]}")

    def check_mark(self, name: str, value: Any) -> None:
        """Raises NotInSchema for a mark that is not listed; `value` holds its attributes, None where it ends."""
        attributes = self.marks.get(name)
        if attributes is None:
            raise NotInSchema(f"mark {name[:40]}")
        if value is None:
            return
        if not isinstance(value, dict):
            raise NotInSchema(f"mark {name[:40]}")
        for key, held in value.items():
            if key not in attributes or not attributes[key].admits(held):
                raise NotInSchema(f"mark {name[:40]}.{key[:40]}")


def is_safe_url(value: str) -> bool:
    """Whether an address leads to a page, a letter or a telephone: `/path`, `#place`, or one of our schemes."""
    if len(value) > URL_LENGTH or any(letter <= " " or letter == "\\" for letter in value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in SCHEMES
    return value.startswith(("/", "#")) and not value.startswith("//")


def is_whole(value: Any) -> bool:
    """Whether `value` is a whole number. JavaScript has one kind of numbers: 3 comes back as 3.0."""
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _attributes(about: Mapping[str, Any]) -> Attributes:
    return {name: _attribute(told) for name, told in about.get("attributes", {}).items()}


def _attribute(told: Mapping[str, Any]) -> Attribute:
    plain = Attribute()
    return Attribute(
        type=told.get("type", plain.type),
        most=told.get("max", plain.most),
        least=told.get("min", plain.least),
        values=tuple(told.get("values", ())),
    )
