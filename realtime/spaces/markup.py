"""Words as typed (Markdown) into what a browser shows: HTML off, then one sanitiser, on every path."""

import html
import re
import unicodedata

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

MAX_LENGTH = 20_000  # characters of one message
TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "code": {"class"}, "th": {"class"}, "td": {"class"}}
DEEPEST = 12  # nested quotes and lists a reader can follow

_markdown = (
    MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": DEEPEST})
    .enable(["table", "strikethrough", "linkify"])
    .disable("image")
)
_markdown.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": True})
_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer nofollow ugc",
)
_EMPTY_HEADER = re.compile(r"<th[^>]*></th>")  # a corner of a table names nothing
_HEADING = re.compile(r"<(/?)h[1256]>")


class EmptyMessage(ValueError):
    """Nothing is left to say once spaces and invisible characters are gone."""


class MessageTooLong(ValueError):
    """More than MAX_LENGTH characters."""


def clean_body(text: str) -> str:
    """`text` without control characters, in composed form, its outer blank lines gone.

    Raises EmptyMessage, or MessageTooLong beyond MAX_LENGTH characters.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c for c in text if c in "\n\t" or not is_control(c)).strip("\n").rstrip()
    if len(text) > MAX_LENGTH:
        raise MessageTooLong
    if not any(unicodedata.category(c) not in {"Cf", "Zs", "Zl", "Zp", "Cc", "Mn"} for c in text):
        raise EmptyMessage
    return text


def is_control(character: str) -> bool:
    """Control characters, lone surrogates, and the marks that turn the direction of others' text."""
    return unicodedata.category(character) in {"Cc", "Cs"} or character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"


def render(body: str) -> str:
    """The HTML of a cleaned Markdown `body`, safe to put in a page."""
    rendered = _markdown.render(body)
    shown = _cleaner.clean(_HEADING.sub(r"<\1h4>", rendered)).strip()
    return _EMPTY_HEADER.sub("<td></td>", shown)


def excerpt(body: str, length: int = 140) -> str:
    """The beginning of a message as plain text on one line, cut at a word."""
    text = " ".join(nh3.clean(render(body[: length * 8]), tags=set()).split())
    text = html.unescape(text)
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + "…"
