"""Words as typed (Markdown) into what a browser shows: HTML off, then one sanitiser, on every path."""

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

from realtime.spaces.folding import fold_long_quotes
from realtime.spaces.mentions import Decide, Target, mentions_plugin, rewrite

MAX_LENGTH = 20_000  # characters of one message
TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "span", "details", "summary",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "code": {"class"}, "th": {"class"}, "td": {"class"}}
ATTRIBUTES["span"] = {"class", "data-mention"}
MENTION = {"class": re.compile("mention"), "data-mention": re.compile("(?:person|guest|team|space):[1-9][0-9]{0,17}")}
DEEPEST = 12  # nested quotes and lists a reader can follow

_markdown = (
    MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": DEEPEST})
    .enable(["table", "strikethrough", "linkify"])
    .disable("image")
    .use(mentions_plugin)
)
_markdown.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": True})


def only_mentions(tag: str, attribute: str, value: str) -> str | None:
    """A span is a mention, and holds nothing else."""
    return value if tag != "span" or MENTION[attribute].fullmatch(value) else None


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=only_mentions,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer nofollow ugc",
)
_EMPTY_HEADER = re.compile(r"<th[^>]*></th>")  # a corner of a table names nothing
_BLOCK = re.compile(r'<pre><code(?: class="language-([^"]*)")?>')
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_HEADING = re.compile(r"<(/?)h[1256]>")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a\u202b\u202d\u202e\u2066-\u2068]")
_SENTENCE = re.compile(  # no sign that Markdown knows
    r"[^\W\d_](?:[^\x00-\x1f\x7f-\x9f\\`*_~\[\]<>&|@:/]++|:(?=[ \u00a0]))*+(?<=\S)"
)


class EmptyMessage(ValueError):
    """Nothing is left to say once spaces and invisible characters are gone."""


class MessageTooLong(ValueError):
    """More than MAX_LENGTH characters."""


def clean_body(text: str) -> str:
    """`text` in composed form, its outer blank lines gone, without what nobody sees and a page must not hold.

    That is: control characters, lone surrogates, and the marks that turn the direction of others' text.

    Raises EmptyMessage, or MessageTooLong beyond MAX_LENGTH characters.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROL.sub("", text).strip("\n").rstrip()
    if len(text) > MAX_LENGTH:
        raise MessageTooLong
    if not any(unicodedata.category(c) not in {"Cf", "Zs", "Zl", "Zp", "Cc", "Mn"} for c in text):
        raise EmptyMessage
    return text


def is_control(character: str) -> bool:
    """Whether `clean_body` drops it."""
    return _CONTROL.match(character) is not None


def render(body: str, called: Mapping[str, str] | None = None) -> str:
    """The HTML of a cleaned Markdown `body`, safe to put in a page.

    `called` are those whom it may call, by target with their name ("person:12": "Claire Morvan"): a token that
    calls anyone else is plain text. Most messages are a sentence, which a paragraph holds as it is.
    """
    if _SENTENCE.fullmatch(body):
        return f"<p>{body}</p>".replace("\u00a0", "&nbsp;")
    return rendered(body, called)


def rendered(body: str, called: Mapping[str, str] | None = None) -> str:
    """As `render`, through Markdown and the sanitiser whatever the words."""
    env: dict[str, Any] = {"called": called or {}}
    tokens = fold_long_quotes(_markdown.parse(body, env))
    return cleaned(_markdown.renderer.render(tokens, _markdown.options, env))


def cleaned(markup: str) -> str:
    shown = _cleaner.clean(_HEADING.sub(r"<\1h4>", markup)).strip()
    return _BLOCK.sub(code_block, _EMPTY_HEADER.sub("<td></td>", shown))


def code_block(opening: re.Match[str]) -> str:
    """The beginning of a block of code: reached by the keyboard, because it scrolls, and called by its language."""
    language = f' data-language="{opening[1]}"' if _LANGUAGE.fullmatch(opening[1] or "") else ""
    return f'<pre tabindex="0"{language}><code>'


def with_calls(body: str, names: Mapping[str, Target], decide: Decide) -> str:
    """A cleaned `body` in which each call is what `decide` makes of it; see `mentions.rewrite`."""
    return rewrite(_markdown, body, names, decide)


def excerpt(body: str, length: int = 140) -> str:
    """The beginning of a message as plain text on one line, cut at a word."""
    text = " ".join(nh3.clean(_markdown.render(body[: length * 8], {"called": {}}), tags=set()).split())
    text = html.unescape(text)
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + "…"
