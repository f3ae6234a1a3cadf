"""Texts that try to run something: one corpus for every way by which words come into a page."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

TEXTS: dict[str, list[str]] = json.loads(
    Path(__file__).with_suffix(".json").read_text()
)  # the tests of pasting read it too
CORPUS, MARKDOWN = TEXTS["html"], TEXTS["markdown"]
ELEMENTS = {
    "a",
    "aside",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "div",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "li",
    "nav",
    "ol",
    "p",
    "path",
    "pre",
    "span",
    "strong",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "use",
    "button",
}
ATTRIBUTES = {
    "alt",
    "aria-hidden",
    "aria-label",
    "class",
    "colspan",
    "data-block-key",
    "data-controller",
    "data-embed-src-value",
    "data-embed-title-value",
    "data-action",
    "height",
    "href",
    "loading",
    "rel",
    "role",
    "scope",
    "src",
    "tabindex",
    "target",
    "type",
    "width",
    "viewbox",
    "xmlns",
    "id",
    "linktype",
}
OURS = re.compile(r"embed|embed#open")
ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|#|\.{0,2}/|[\w-]+\.)")


class Judge(HTMLParser):
    """Says what in HTML is not listed, or could run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ELEMENTS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"<{tag} {name}>")
            if name in ("data-controller", "data-action") and not OURS.fullmatch((value or "").split("->")[-1]):
                self.wrong.append(f"{name}={value}")
            if name in ("href", "src") and not ADDRESS.match(value or ""):
                self.wrong.append(f"{name}={value}")


def faults(html: str) -> list[str]:
    """What is wrong with the HTML of a text as readers get it; nothing when it is well."""
    judge = Judge()
    judge.feed(html)
    return judge.wrong
