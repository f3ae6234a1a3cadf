"""Pages written in Markdown as the blocks of a page: what `content/README.md` says of their bodies, and nothing more."""

import re
import shlex
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Block = dict[str, Any]
Resolve = Callable[[str, str], str]  # (kind, name) gives the attributes of a link
FindImage = Callable[[str], int]

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_LINK = re.compile(r'<a href="(?P<kind>page|file):(?P<name>[^"]+)">')
_AUTHOR = re.compile(r"\n?[—–-]\s*(?P<author>[^\n]+)\s*$")


class BlocksOf:
    """Turns one Markdown body into raw blocks of a StreamField; `link` and `image` look up what it names."""

    def __init__(self, *, link: Resolve, image: FindImage) -> None:
        self.link = link
        self.image = image
        self.blocks: list[Block] = []
        self.text: list[Token] = []

    def read(self, body: str) -> list[Block]:
        """The blocks of `body`, in order."""
        tokens = _markdown.parse(body)
        start = 0
        while start < len(tokens):
            end = self.end_of(tokens, start)
            self.take(tokens[start:end])
            start = end
        self.close_text()
        return self.blocks

    @staticmethod
    def end_of(tokens: list[Token], start: int) -> int:
        """Where the element that begins at `start` ends."""
        if tokens[start].nesting == 0:
            return start + 1
        depth = 0
        for place in range(start, len(tokens)):
            depth += tokens[place].nesting
            if depth == 0:
                return place + 1
        return len(tokens)

    def take(self, element: list[Token]) -> None:
        """Adds one element: a block of its own, or a part of the running text."""
        make = {"fence": self.fence, "table_open": self.table, "blockquote_open": self.quote}.get(element[0].type)
        picture = self.picture(element)
        if make is None and picture is None:
            self.text += element
            return
        self.close_text()
        self.blocks.append(picture if picture is not None else make(element))  # type: ignore[misc]  # one of the two is there

    def close_text(self) -> None:
        if self.text:
            self.blocks.append({"type": "paragraph", "value": self.rich(self.text)})
            self.text = []

    def rich(self, tokens: list[Token]) -> str:
        """Rich text as Wagtail keeps it: its own names for strong and emphasis, links by id."""
        html = _markdown.renderer.render(tokens, _markdown.options, {})
        for ours, theirs in (("strong", "b"), ("em", "i")):
            html = html.replace(f"<{ours}>", f"<{theirs}>").replace(f"</{ours}>", f"</{theirs}>")
        return _LINK.sub(lambda link: f"<a {self.link(link['kind'], link['name'])}>", html).strip()

    def fence(self, element: list[Token]) -> Block:
        kind, *options = shlex.split(element[0].info) or ["code"]
        words = dict(option.split("=", 1) for option in options)
        content = element[0].content.strip("\n")
        if kind != "callout":
            return {"type": "code", "value": {"language": words.get("lang", ""), "code": content}}
        text = self.rich(_markdown.parse(content))
        return {"type": "callout", "value": {"kind": words["kind"], "title": "", "text": text}}

    def table(self, element: list[Token]) -> Block:
        rows: list[list[str]] = []
        for token in element:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(plain(token) if len(rows) == 1 else self.rich([token]))
        columns = [{"type": "text", "heading": heading} for heading in rows[0]]
        return {
            "type": "table",
            "value": {"columns": columns, "rows": [{"values": cells} for cells in rows[1:]], "caption": ""},
        }

    def quote(self, element: list[Token]) -> Block:
        words = "\n".join(plain(token) for token in element if token.type == "inline")
        author = _AUTHOR.search(words)
        quote = words[: author.start()] if author else words
        return {
            "type": "quote",
            "value": {"quote": quote.strip(), "author": author["author"] if author else "", "is_customer": False},
        }

    def picture(self, element: list[Token]) -> Block | None:
        """The block of a paragraph that is one image, else None."""
        inline = element[1] if len(element) == 3 and element[1].type == "inline" else None
        if inline is None or len(inline.children or []) != 1 or inline.children[0].type != "image":  # type: ignore[index]  # just counted
            return None
        image: Token = inline.children[0]  # type: ignore[index]  # just counted
        name = str(image.attrs["src"]).removeprefix("image:")
        return {"type": "image", "value": {"image": self.image(name), "alt": image.content, "caption": ""}}


def plain(inline: Token) -> str:
    """The words of an inline element without their marks."""
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(breaks.get(child.type, child.content) for child in inline.children or [])
