"""One corpus through every way by which words come into a page: nothing runs, nothing unlisted is stored or shown."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.coedit.body import doc_of, stream_of
from cms.coedit.changes import change
from cms.coedit.fitting import fitted
from cms.coedit.schema import KINDS, MARKS
from cms.coedit.tree import Node, Text
from cms.models import CollaborativePage
from cms.services import create_page
from cms.writing.keeping import open_text
from cms.writing.services import begin_page, name_page, publish_text
from realtime.coedit import services as coedit
from realtime.spaces.models import Space
from tests.cms import xss
from tests.cms.exchange.test_coming import browser, imported, space  # noqa: F401  # a fixture
from tests.cms.factories import first_page

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P19", "P2")]
PROSE = re.compile(r'<div class="prose">(.*?)</div>\s*(?:<section class="page-changes|<nav class="take-out)', re.DOTALL)


def by_import_of_html(space: Space) -> list[Any]:  # noqa: F811
    client = browser(space.created_by)
    files = {f"{number:03}.html": f"<title>T{number}</title>{text}".encode() for number, text in enumerate(xss.CORPUS)}
    imported(client, files, publish="on")
    return list(CollaborativePage.objects.order_by("path"))


def by_import_of_markdown(space: Space) -> list[Any]:  # noqa: F811
    client = browser(space.created_by)
    texts = [*xss.CORPUS, *xss.MARKDOWN]
    files = {f"{number:03}.md": f"---\ntitle: T{number}\n---\n\n{text}\n".encode() for number, text in enumerate(texts)}
    imported(client, files, publish="on")
    return list(CollaborativePage.objects.order_by("path"))


def by_the_house(space: Space) -> list[Any]:  # noqa: F811
    """As a program or the CMS stores it: rich text as somebody sent it."""
    pages = []
    for number, text in enumerate(xss.CORPUS):
        body = [("paragraph", text), ("callout", {"kind": "info", "title": text[:120], "text": text})]
        body.append(("code", {"language": text[:30], "code": text}))
        body.append(("quote", {"quote": text, "author": text[:120], "is_customer": False}))
        pages.append(
            create_page(
                parent=first_page(space),
                model=CollaborativePage,
                title=f"T{number}",
                body=body,
                by=space.created_by,
                at=timezone.now(),
            )
        )
    return pages


def by_writing_together(space: Space) -> list[Any]:  # noqa: F811
    """As an update of the shared text: elements, attributes and marks of every name."""
    page = begin_page(space=space, title="T", by=space.created_by, at=timezone.now())
    text = open_text(page=page, at=timezone.now())
    nodes = [Node("paragraph", (), (Text(told),)) for told in xss.CORPUS]
    nodes += [
        Node("callout", (("kind", "info"), ("title", told[:120])), (Node("paragraph", (), (Text(told),)),))
        for told in xss.CORPUS
    ]
    update, _state = change(b"", fitted(nodes))
    coedit.write(document_id=text.document_id, update=update, author=space.created_by, at=timezone.now())
    return [publish_text(page=page, by=space.created_by, at=timezone.now())]


def by_its_title(space: Space) -> list[Any]:  # noqa: F811
    page = begin_page(space=space, title="T", by=space.created_by, at=timezone.now())
    words = "".join(xss.CORPUS[:6])
    name_page(page=page, title=words[:160], intro=words[:400], by=space.created_by, at=timezone.now())
    return [publish_text(page=page, by=space.created_by, at=timezone.now())]


WAYS: list[Callable[[Space], list[Any]]] = [
    by_import_of_html,
    by_import_of_markdown,
    by_the_house,
    by_writing_together,
    by_its_title,
]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_runs_and_nothing_unlisted_is_stored(space: Space, way: Callable[[Space], list[Any]]) -> None:  # noqa: F811
    client, wrong = browser(space.created_by), []
    pages = way(space)
    assert pages
    for page in pages:
        wrong += stored_and_read(client, page)
        for form in ("html", "markdown"):
            wrong += [f"{page.title} as {form}: {fault}" for fault in in_file(client, page, form)]

    assert wrong == []


def stored_and_read(client: Client, page: Any) -> list[str]:
    """What is wrong in a page as it is stored, and as its readers get it."""
    stored = unlisted(doc_of(stream_of(doc_of(page.body.raw_data))))
    return [f"{page.title}: {fault}" for fault in [*stored, *xss.faults(prose_of(client, page))]]


def prose_of(client: Client, page: Any) -> str:
    html = client.get(page.url).content.decode()
    start = html.index('<div class="prose">')
    return html[start : html.index('<nav class="take-out"', start)].partition("<section")[0]


def in_file(client: Client, page: Any, form: str) -> list[str]:
    words = client.get(f"/export/{page.url.removeprefix('/pages/')}?as={form}").content.decode()
    if form == "markdown":
        return re.findall(
            r"(?<!\\)<(?!br>|/?strong>|/?em>|!-- -->)\w+|(?<!\\)\]\((?:javascript|data|vbscript)",
            _without_code(words.partition("---\n\n")[2]),
        )
    body = words.partition("</header>")[2].partition("</article>")[0]
    return xss.faults(body)


def _without_code(words: str) -> str:
    return re.sub(r"^(`{3,}).*?^\1$", "", words, flags=re.DOTALL | re.MULTILINE)


def unlisted(doc: Node) -> list[str]:
    """Elements, attributes and marks of a stored text that the schema does not list."""
    found = []
    for child in doc.children:
        if isinstance(child, Text):
            found += [mark.name for mark in child.marks if mark.name not in MARKS]
            continue
        if child.tag not in KINDS:
            found.append(child.tag)
        found += [f"{child.tag} {name}" for name, _value in child.attributes if name not in KINDS[child.tag].attributes]
        found += unlisted(child)
    return found
