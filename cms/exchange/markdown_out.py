"""A page's text as GitHub's Markdown.

Bold, italic and code are written with signs where signs are read as such, and with HTML's own elements elsewhere, as in the
middle of a word. Callouts are alerts (`> [!TIP] Title`), files and videos are links alone in their paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import quote

from cms.coedit.schema import LISTS
from cms.coedit.tree import Child, Mark, Node, Text
from cms.exchange.names import Named, Names

ALERTS = {"info": "NOTE", "tip": "TIP", "warning": "WARNING", "danger": "CAUTION"}
SIGNS = {"bold": ("**", "strong"), "italic": ("_", "em")}
ALWAYS = re.compile(r"[\\`*\[\]<~]")
UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
ENTITY = re.compile(r"&(?=#?\w+;)")
ADDRESS = re.compile(
    r"(?i)(?<=\bhttps)(?=://)|(?<=\bhttp)(?=://)|(?<=\bftp)(?=://)|(?<=\bmailto)(?=:)|(?<=\bwww)(?=\.)"
)
AT_START = re.compile(r"^(?:(#{1,6}(?=\s|$))|([-+=](?=[\s=-]|$))|(>)|(\d{1,9}(?=[.)](?:\s|$))))")
PLAIN_HREF = re.compile(r"[^\s<>()\\]+")
BREAK = "\\\n"
NOTHING = "<!-- -->"  # read as nothing, and it is not nothing


def markdown_of(doc: Node, names: Names) -> str:
    """The text of a page; it ends with one new line, or is empty."""
    return _stack(_blocks(doc.children, names))


def _stack(blocks: Iterator[str]) -> str:
    return "\n".join(f"{block}\n" for block in blocks if block)


def _blocks(children: Sequence[Child], names: Names) -> Iterator[str]:
    last = ""
    for child in children:
        if isinstance(child, Node):
            if child.tag in LISTS and last in LISTS:
                yield NOTHING  # two lists, not one
            yield _block(child, names)
            last = child.tag


def _block(found: Node, names: Names) -> str:
    match found.tag:
        case "heading":
            return f"{'#' * int(found.get('level') or 2)} {_line(found, names)}"
        case "blockquote":
            return _indented("> ", _flow(found, names))
        case "bullet_list" | "ordered_list":
            return _list(found, names)
        case "horizontal_rule":
            return "---"
        case "code_block":
            return _fenced(found)
        case "table":
            return _table(found, names)
        case "paragraph":
            return _flow(found, names)
    return _apart(found, names)


def _apart(found: Node, names: Names) -> str:
    """What Markdown has no sign for."""
    match found.tag:
        case "callout":
            return _callout(found, names)
        case "quotation":
            return _quotation(found)
        case "image":
            return _image(found, names)
        case "file":
            return _link_alone(names.of("documents", found.get("file")), str(found.get("about") or ""))
        case "embed":
            shown = names.embed(found)
            return _link(shown.title, shown.href) if shown else ""
        case "page_list":
            return _page_list(found, names)
    return _cited(found, names)


# --- blocks ---------------------------------------------------------------------------------------


def _indented(first: str, words: str, rest: str | None = None) -> str:
    """`words` with a sign before their first line, and `rest` or the sign before the others."""
    rest = first if rest is None else rest
    lines = [((rest if at else first) + line).rstrip(" ") for at, line in enumerate(words.rstrip("\n").split("\n"))]
    return "\n".join(lines)


def _list(found: Node, names: Names) -> str:
    items = []
    for number, item in enumerate(_elements(found), start=1):
        sign = "- " if found.tag == "bullet_list" else f"{number}. "
        first, *inner = _elements(item)
        words = "\n".join([_flow(first, names) or NOTHING, *(_list(each, names) for each in inner)])
        items.append(_indented(sign, words, " " * len(sign)))
    return "\n".join(items)


def _fenced(found: Node) -> str:
    words = found.words()
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence = "`" * max(3, longest + 1)
    language = re.sub(r"[`\s]+", "-", str(found.get("language") or "").strip())
    return f"{fence}{language}\n{words}\n{fence}"


def _callout(found: Node, names: Names) -> str:
    title = _escaped(str(found.get("title") or "")).strip()
    head = f"[!{ALERTS[str(found.get('kind') or 'info')]}] {title}".strip()
    inner = _stack(_blocks(found.children, names))
    return _indented("> ", f"{head}\n\n{inner}" if inner else head)


def _quotation(found: Node) -> str:
    paragraphs = [BREAK.join(_start(_escaped(line.strip())) for line in part.split("\n")) for part in _parts(found)]
    if author := str(found.get("author") or "").strip():
        paragraphs.append(f"— {_escaped(author)}")
    return _indented("> ", "\n\n".join(paragraphs)) if paragraphs else ""


def _parts(found: Node) -> list[str]:
    """The paragraphs of a quotation, which has no more than lines."""
    return [part for part in re.split(r"\n\s*\n", found.words().strip()) if part.strip()]


def _image(found: Node, names: Names) -> str:
    image = names.of("images", found.get("image"))
    if image is None:
        return ""
    caption = str(found.get("caption") or "")
    title = f' "{_in_quotes(caption)}"' if caption else ""
    return f"![{_escaped(str(found.get('alt') or image.title))}]({_address(image.href)}{title})"


def _link_alone(named: Named | None, about: str) -> str:

    if named is None:
        return ""
    title = f' "{_in_quotes(about)}"' if about else ""
    return f"[{_escaped(named.title)}]({_address(named.href)}{title})"


def _page_list(found: Node, names: Names) -> str:
    pages = [page for item in _elements(found) if (page := names.of("pages", item.get("page")))]
    title = _escaped(str(found.get("title") or "")).strip()
    head = [f"**{title}**\n"] if title and pages else []
    return "\n".join([*head, *(f"- {_link(page.title, page.href)}" for page in pages)])


def _cited(found: Node, names: Names) -> str:
    sentence = [_flow(child, names) for child in _elements(found) if child.tag == "paragraph"]
    said = [named for child in _elements(found) if (named := names.of("messages", child.get("message")))]
    links = ", ".join(_link(message.title, message.href) for message in said)
    return "\n\n".join(part for part in [*sentence, links and f"— {links}"] if part)


def _table(found: Node, names: Names) -> str:
    rows = [list(_elements(row)) for row in _elements(found)]
    width = max(map(len, rows))
    heads = rows.pop(0) if all(cell.tag == "table_header" for cell in rows[0]) else []
    signs = ["---:" if _is_number(heads, at) else "---" for at in range(width)]
    lines = [_row(heads, width, names), "| " + " | ".join(signs) + " |", *(_row(row, width, names) for row in rows)]
    caption = _escaped(str(found.get("caption") or "")).replace("\n", " ").strip()
    return "\n".join(lines) + (f"\n\nTable: {caption}" if caption else "")


def _is_number(heads: Sequence[Node], at: int) -> bool:
    return at < len(heads) and heads[at].get("kind") == "number"


def _row(cells: Sequence[Node], width: int, names: Names) -> str:
    told = [_cell(cells[at], names) if at < len(cells) else "" for at in range(width)]
    return "| " + " | ".join(told) + " |"


def _cell(cell: Node, names: Names) -> str:
    """The words of a cell in one line."""
    if cell.tag == "table_header":
        words = _escaped(" ".join(cell.words().split()))
    else:
        words = "<br>".join(filter(None, (_flow(child, names) for child in _elements(cell))))
    return words.replace(BREAK, "<br>").replace("|", "\\|")


# --- words ----------------------------------------------------------------------------------------


def _line(found: Node, names: Names) -> str:
    """Words in one line, as a heading wants them."""
    words = _flow(found, names).replace(BREAK, "<br>")
    return re.sub(r"(#+)$", r"\\\1", words)


def _flow(found: Node, names: Names) -> str:
    """Marked words; each line of them begins so that it is read as words."""
    children = list(found.children)
    for end in (-1, 0):
        while children and isinstance(children[end], Node):
            children.pop(end)  # a break that parts nothing
    return BREAK.join(_start(line.strip(" ")) for line in _inline(children, names).split(BREAK))


def _start(line: str) -> str:
    return AT_START.sub(lambda sign: f"{sign[4]}\\" if sign[4] else f"\\{sign[0]}", line)


def _inline(children: Sequence[Child], names: Names, without: int = 0) -> str:
    """Words inside `without` marks, from the outermost: link, bold, italic, code."""
    made: list[str] = []
    groups = [(mark, list(inner)) for mark, inner in groupby(children, lambda child: _mark(child, without))]
    for at, (mark, inner) in enumerate(groups):
        if mark is None:
            made.extend(BREAK if isinstance(child, Node) else _escaped(child.words) for child in inner)
            continue
        after = _first_letter(groups[at + 1][1]) if at + 1 < len(groups) else ""
        before = made[-1][-1:] if made else ""
        made.append(_marked(mark, inner, names, without, before, after))
    return "".join(made)


def _mark(child: Child, without: int) -> Mark | None:
    if isinstance(child, Node) or len(child.marks) <= without:
        return None
    return child.marks[without]


def _first_letter(children: Sequence[Child]) -> str:
    first = children[0]
    return "\n" if isinstance(first, Node) else first.words[:1]


def _marked(mark: Mark, inner: Sequence[Child], names: Names, without: int, before: str, after: str) -> str:
    if mark.name == "code":
        return _code("".join(child.words for child in inner if isinstance(child, Text)))
    words = _inline(inner, names, without + 1)
    if mark.name == "link":
        href = names.target(mark)
        return f"[{words}]({_address(href)})" if href else words
    sign, element = SIGNS[mark.name]
    if not words.strip():
        return words
    if _is_read(words, before, after, sign):
        return f"{sign}{words}{sign}"
    return f"<{element}>{words}</{element}>"


def _is_read(words: str, before: str, after: str, sign: str) -> bool:
    """Whether signs around `words` are read as such by everyone (CommonMark's flanking rules, told narrowly)."""
    first, last = words[0], words[-1]
    if (
        any(letter.isspace() or letter in "*_" for letter in (first, last))
        or before in ("*", "_")
        or after in ("*", "_")
    ):
        return False
    if BREAK in words and (words.startswith(BREAK) or words.endswith(BREAK)):
        return False
    outer = all(not letter or letter in " \n([.,;:!?)" for letter in (before, after))
    return outer or (sign == "**" and first.isalnum() and last.isalnum())


def _code(words: str) -> str:
    runs = {len(run) for run in re.findall("`+", words)}
    fence = next("`" * size for size in range(1, len(runs) + 2) if size not in runs)
    pad = " " if words[:1] == "`" or words[-1:] == "`" or (words[:1] == words[-1:] == " " and words.strip()) else ""
    return f"{fence}{pad}{words}{pad}{fence}"


def _link(words: str, href: str) -> str:
    return f"[{_escaped(words)}]({_address(href)})"


def _address(href: str) -> str:
    """An address as it stands between parentheses."""
    return href if PLAIN_HREF.fullmatch(href) else quote(href, safe="/:?#@!$&'*+,;=%~[]-._")


def _in_quotes(words: str) -> str:
    return ENTITY.sub(r"\\&", words.replace("\\", "\\\\").replace('"', '\\"')).replace("\n", " ")


def _escaped(words: str) -> str:
    """Words that are read as words."""
    words = ALWAYS.sub(r"\\\g<0>", words)
    words = UNDERSCORE.sub(r"\\_", words)
    return ADDRESS.sub(r"\\", ENTITY.sub(r"\\&", words)).replace("\n", " ")


def _elements(found: Node) -> Iterator[Node]:
    return (child for child in found.children if isinstance(child, Node))
