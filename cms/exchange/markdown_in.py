"""Markdown that somebody brings, as HTML, and the few lines that may stand before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

FENCE = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
FIELD = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:[ \t]*(.*?)[ \t]*$")
ALIGN = re.compile(r"text-align:(\w+)")
TASK = re.compile(r"^\[([ xX])\][ \t]+")
DEEPEST = 30  # blocks in each other


@dataclass(frozen=True, slots=True)
class Told:
    """A text, and what its front matter says of it."""

    words: str
    fields: dict[str, str] = field(default_factory=dict)


def told_by(words: str) -> Told:
    """The front matter apart from the text: `name: value` lines between two lines of three dashes."""
    found = FENCE.match(words)
    if not found:
        return Told(words)
    fields = (FIELD.match(line) for line in found[1].splitlines())
    return Told(words[found.end() :], {told[1].lower(): _unquoted(told[2]) for told in fields if told})


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value


def html_of_markdown(words: str) -> str:
    """HTML of GitHub's Markdown: not to be trusted, for HTML in it stays as it is."""
    made: str = _reader().render(words)
    return made


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True, "linkify": True, "maxNesting": DEEPEST})
    reader.enable(["table", "strikethrough", "linkify"])
    assert reader.linkify is not None  # noqa: S101  # it is asked for above
    reader.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    reader.core.ruler.push("parvis", _for_our_reader)
    return reader


def _for_our_reader(state: StateCore) -> None:
    """Says in attributes what Markdown says in styles; boxes to tick become signs."""
    for at, token in enumerate(state.tokens):
        if token.type in ("th_open", "td_open") and (found := ALIGN.search(str(token.attrGet("style") or ""))):
            token.attrSet("align", found[1])
        if token.type == "inline" and at > 1 and state.tokens[at - 2].type == "list_item_open" and token.children:
            first = token.children[0]
            first.content = TASK.sub(lambda box: "☐ " if box[1] == " " else "☑ ", first.content)
