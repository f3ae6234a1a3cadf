"""How somebody is called by name inside words: `@[Claire Morvan](person:12)`, kept so in the Markdown.

A guest is `guest:12`, a team `team:3`, a whole space `space:4`. Code, links and quotations call nobody.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

PERSON, GUEST, TEAM, SPACE = KINDS = ("person", "guest", "team", "space")
LONGEST = 120  # characters of a name
TOKEN = re.compile(
    rf"@\[(?P<label>[^\[\]\n\x02\x03]{{1,{LONGEST}}})\]\((?P<kind>{'|'.join(KINDS)}):(?P<pk>[1-9][0-9]{{0,17}})\)"
)
PLACED = re.compile(TOKEN.pattern + r"(?:\x02(?P<place>[0-9]+)\x03)?")  # cleaned words hold neither mark


class Target(NamedTuple):
    """Who is called."""

    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


class Call(NamedTuple):
    """A place in some words where a name is called."""

    label: str
    target: Target
    start: int
    end: int


Decide = Callable[[str, Target], str]


def written(name: str, target: Target) -> str:
    """The token that calls `target` by its name."""
    return f"@[{label_of(name)}]({target})"


def label_of(name: str) -> str:
    """A name as it can stand in a token: on one line, its square brackets made round."""
    return " ".join(name.replace("[", "(").replace("]", ")").split())[:LONGEST]


def spoken(body: str) -> str:
    """`body` with each token as one would say it: "@Claire Morvan"."""
    return TOKEN.sub(r"@\g<label>", body)


def candidates(body: str, names: Mapping[str, Target]) -> list[Call]:
    """Where `body` may call somebody, in order: its tokens, and `@` before one of `names`."""
    found = [Call(m["label"], Target(m["kind"], int(m["pk"])), m.start(), m.end()) for m in TOKEN.finditer(body)]
    if names:
        longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        typed = re.finditer(rf"(?<!\w)@({longest_first})(?!\w)", body)
        found += [Call(m[1], names[m[1]], m.start(), m.end()) for m in typed]
    return sorted(found, key=lambda call: call.start)


def rewrite(markdown: MarkdownIt, body: str, names: Mapping[str, Target], decide: Decide) -> str:
    """`body` with each call replaced by what `decide(label, target)` says; "@label" where it stands in a quotation.

    What stands in code, in a link or after a backslash is no call and stays as it was typed.
    """
    calls = candidates(body, names)
    if not calls:
        return body
    marked = replaced(body, calls, [f"{written(c.label, c.target)}\x02{n}\x03" for n, c in enumerate(calls)])
    tokens = [token for block in markdown.parse(marked) for token in block.children or []]
    called = {token.meta["place"]: token.type == "mention" for token in tokens if "place" in token.meta}
    words = []
    for place, call in enumerate(calls):
        if place not in called:
            words.append(body[call.start : call.end])
        else:
            words.append(decide(call.label, call.target) if called[place] else f"@{call.label}")
    return replaced(body, calls, words)


def replaced(body: str, calls: Sequence[Call], words: Sequence[str]) -> str:
    """`body` with other words in the place of each call."""
    parts, end = [], 0
    for call, word in zip(calls, words, strict=True):
        parts += [body[end : call.start], word]
        end = call.end
    return "".join([*parts, body[end:]])


# --- the rules of the parser --------------------------------------------------------------------


def mentions_plugin(markdown: MarkdownIt) -> None:
    """Shows the mentions of `env["called"]` ("person:12": "Claire Morvan"); every other one is plain text."""
    markdown.inline.ruler.before("link", "mention", read_mention)
    markdown.core.ruler.after("inline", "quoted_mention", silence_quotations)
    markdown.add_render_rule("mention", show_mention)


def read_mention(state: StateInline, silent: bool) -> bool:
    match = PLACED.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        in_link = state.linkLevel > 0
        token = state.push("text" if in_link else "mention", "", 0)
        token.content = f"@{match['label']}"
        token.meta = {} if in_link else {"target": f"{match['kind']}:{match['pk']}"}
        if match["place"] and not in_link:
            token.meta["place"] = int(match["place"])
    state.pos = match.end()
    return True


def silence_quotations(state: StateCore) -> None:
    """A mention inside a quotation is what somebody said before: it calls nobody again."""
    depth = 0
    for block in state.tokens:
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(block.type, 0)
        for token in block.children or []:
            if depth and token.type == "mention":
                token.type = "text"


def show_mention(
    _renderer: RendererProtocol, tokens: Sequence[Token], place: int, _options: OptionsDict, env: EnvType
) -> str:
    called: Mapping[str, str] = env.get("called", {})
    target: Any = tokens[place].meta["target"]
    if target not in called:
        return escape(tokens[place].content)
    return f'<span class="mention" data-mention="{target}">@{escape(called[target])}</span>'
