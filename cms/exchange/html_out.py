"""A page's text as HTML that needs nothing: no script, no style of ours, listed elements and no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.html import escape
from django.utils.translation import gettext as _

from cms.coedit.schema import MARKS
from cms.coedit.tree import Child, Mark, Node
from cms.exchange.names import Named, Names

ELEMENTS = {"bold": "strong", "italic": "em", "code": "code"}
PLAIN = {"blockquote": "blockquote", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li", "table_row": "tr"}


def html_of(doc: Node, names: Names) -> str:
    """The text of a page."""
    return "\n".join(_blocks(doc.children, names))


def _blocks(children: Sequence[Child], names: Names) -> Iterator[str]:
    for child in children:
        if isinstance(child, Node) and (made := _block(child, names)):
            yield made


def _block(found: Node, names: Names) -> str:
    match found.tag:
        case "paragraph":
            return _in("p", _inline(found, names))
        case "heading":
            return _in(f"h{found.get('level') or 2}", _inline(found, names))
        case "blockquote":
            return _in("blockquote", _in("p", _inline(found, names)))
        case "bullet_list" | "ordered_list":
            items = "\n".join(_item(item, names) for item in found.children if isinstance(item, Node))
            return _in(PLAIN[found.tag], f"\n{items}\n")
        case "horizontal_rule":
            return "<hr>"
        case "code_block":
            language = escape(str(found.get("language") or ""))
            return f"<pre><code{_attribute('class', language and f'language-{language}')}>{escape(found.words())}\n</code></pre>"
        case "table":
            return _table(found, names)
    return _apart(found, names)


def _apart(found: Node, names: Names) -> str:
    match found.tag:
        case "callout":
            title = str(found.get("title") or "")
            inner = "\n".join(_blocks(found.children, names))
            head = f'<p class="callout-title"><strong>{escape(title)}</strong></p>\n' if title else ""
            return f'<aside class="callout callout--{found.get("kind")}">\n{head}{inner}\n</aside>'
        case "quotation":
            author = str(found.get("author") or "")
            words = escape(found.words()).replace("\n", "<br>\n")
            return f"<blockquote>\n<p>{words}</p>\n{_in('p', f'— {escape(author)}') if author else ''}\n</blockquote>"
        case "image":
            return _image(found, names)
        case "file":
            return _file(names.of("documents", found.get("file")), str(found.get("about") or ""))
        case "embed":
            shown = names.embed(found)
            return _in("p", _link(shown)) if shown else ""
        case "page_list":
            return _page_list(found, names)
    return _cited(found, names)


def _item(found: Node, names: Names) -> str:
    first, *inner = (child for child in found.children if isinstance(child, Node))
    return _in("li", "\n".join([_inline(first, names), *_blocks(inner, names)]))


def _image(found: Node, names: Names) -> str:
    image = names.of("images", found.get("image"))
    if image is None:
        return ""
    caption = str(found.get("caption") or "")
    alt = escape(str(found.get("alt") or image.title))
    told = f"\n{_in('figcaption', escape(caption))}" if caption else ""
    return f'<figure>\n<img src="{escape(image.href)}" alt="{alt}">{told}\n</figure>'


def _file(named: Named | None, about: str) -> str:
    if named is None:
        return ""
    return _in("p", f'<a href="{escape(named.href)}"{_attribute("title", escape(about))}>{escape(named.title)}</a>')


def _page_list(found: Node, names: Names) -> str:
    children = (child for child in found.children if isinstance(child, Node))
    pages = [page for child in children if (page := names.of("pages", child.get("page")))]
    title = str(found.get("title") or "")
    head = _in("p", _in("strong", escape(title))) if title and pages else ""
    return head + _in("ul", "".join(_in("li", _link(page)) for page in pages)) if pages else ""


def _cited(found: Node, names: Names) -> str:
    children = [child for child in found.children if isinstance(child, Node)]
    sentence = [_block(child, names) for child in children if child.tag == "paragraph"]
    said = [named for child in children if (named := names.of("messages", child.get("message")))]
    links = ", ".join(map(_link, said))
    return "\n".join([*sentence, *([_in("p", f"— {links}")] if links else [])])


def _table(found: Node, names: Names) -> str:
    rows = [row for row in found.children if isinstance(row, Node)]
    head = [_row(rows.pop(0), names)] if any(child.tag == "table_header" for child in _cells(rows[0])) else []
    caption = str(found.get("caption") or "")
    return "\n".join(
        [
            "<table>",
            *([_in("caption", escape(caption))] if caption else []),
            *(_in("thead", row) for row in head),
            "<tbody>",
            *(_row(row, names) for row in rows),
            "</tbody>\n</table>",
        ]
    )


def _cells(row: Node) -> list[Node]:
    return [cell for cell in row.children if isinstance(cell, Node)]


def _row(row: Node, names: Names) -> str:
    return _in("tr", "".join(_cell(cell, names) for cell in _cells(row)))


def _cell(cell: Node, names: Names) -> str:
    if cell.tag == "table_header":
        align = _attribute("align", "right" if cell.get("kind") == "number" else "")
        return f"<th{align}>{escape(cell.words())}</th>"
    return _in("td", "<br>".join(_inline(child, names) for child in _cells(cell)))


def _inline(found: Node, names: Names) -> str:
    return "".join(_word(child, names) for child in found.children)


def _word(child: Child, names: Names) -> str:
    if isinstance(child, Node):
        return "<br>\n"
    made = str(escape(child.words))
    for mark in sorted(child.marks, key=lambda mark: MARKS.index(mark.name), reverse=True):
        made = _marked(mark, made, names)
    return made


def _marked(mark: Mark, words: str, names: Names) -> str:
    if mark.name != "link":
        return _in(ELEMENTS[mark.name], words)
    href = names.target(mark)
    return f'<a href="{escape(href)}">{words}</a>' if href else words


def _link(named: Named) -> str:
    return f'<a href="{escape(named.href)}">{escape(named.title)}</a>'


def _in(element: str, inner: str) -> str:
    return f"<{element}>{inner}</{element}>"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{value}"' if value else ""


def callout_word(kind: str) -> str:
    """How a kind of callout is called where its colour is not seen."""
    return {"tip": _("Tip"), "warning": _("Take care"), "danger": _("Danger")}.get(kind, _("Good to know"))
