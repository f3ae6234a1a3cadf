"""Long quotations folded under their first words: open at a click, with a script or without."""

from collections.abc import Iterator, Sequence

from django.utils.html import escape
from markdown_it.token import Token

LONG_TEXT = 400  # characters of a quotation that is folded
LONG_LINES = 8
FIRST_WORDS = 80  # characters that stand for it


def fold_long_quotes(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with every long quotation that stands by itself, not inside another, in a <details>."""
    folded: list[Token] = []
    end = 0
    for place, token in enumerate(tokens):
        if place < end:
            continue
        if token.type == "blockquote_open" and token.level == 0:
            end = place + 1 + next(n for n, other in enumerate(tokens[place + 1 :]) if closes(other))
            folded += folded_quote(tokens[place:end])
        else:
            folded.append(token)
    return folded


def closes(token: Token) -> bool:
    return token.type == "blockquote_close" and token.level == 0


def folded_quote(quote: Sequence[Token]) -> list[Token]:
    """A quotation, folded when it is long."""
    words = " ".join(text_of(quote))
    lines = quote[0].map[1] - quote[0].map[0] if quote[0].map else 0
    if len(words) <= LONG_TEXT and lines <= LONG_LINES:
        return list(quote)
    first = words if len(words) <= FIRST_WORDS else words[:FIRST_WORDS].rsplit(" ", 1)[0] + "…"
    opening = raw(f"<details><summary>{escape(first)}</summary>\n")
    return [opening, *quote, raw("</details>\n")]


def text_of(tokens: Sequence[Token]) -> Iterator[str]:
    """The words in tokens, without what marks them."""
    for token in tokens:
        if token.type in ("fence", "code_block"):
            yield token.content.strip()
        elif token.children:
            yield "".join(child.content or " " for child in token.children if child.type != "link_open").strip()


def raw(content: str) -> Token:
    return Token("html_block", "", 0, content=content)
