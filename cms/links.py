"""What pages refer to: links in rich text, pages and files that blocks choose. Found only as far as the reader sees."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Q
from django.utils.html import escape
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.rich_text.pages import PageLinkHandler

from cms.base.models import BasePage
from cms.gathered import Gathered, gathered
from cms.models import SpaceDocument, WrittenPage

LINK = re.compile(r"<a\s([^>]*linktype=[^>]*)>")
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
Reference = tuple[str, int]  # ("page" or "document", id)


def gather(page: WrittenPage) -> Gathered:
    """The pages above `page` and all it refers to, at most two queries, behind the curtain."""
    above = [page.path[:end] for end in range(page.steplen, len(page.path), page.steplen)]
    return look_up(set(references_in(list(page.body.raw_data))), above)


def references_in(raw: Any) -> Iterator[Reference]:
    """What the raw data of a StreamField refers to."""
    if isinstance(raw, str):
        yield from filter(None, (read(dict(ATTRIBUTE.findall(tag[1]))) for tag in LINK.finditer(raw)))
    elif isinstance(raw, list):
        for part in raw:
            yield from references_in(part)
    elif isinstance(raw, dict):
        yield from chosen_in(raw)
        for part in raw.values():
            yield from references_in(part)


def chosen_in(block: dict[str, Any]) -> Iterator[Reference]:
    """What a block chooses by itself: the file of a file block, the pages of a list."""
    match block:
        case {"type": "file", "value": {"file": int(key)}}:
            yield "document", key
        case {"type": "pages", "value": {"pages": list(items)}}:
            yield from (("page", item["value"]) for item in items if isinstance(item.get("value"), int))


def read(attributes: dict[str, str]) -> Reference | None:
    """The reference that a link's attributes make, None for one that names nothing."""
    kind, key = attributes.get("linktype", ""), attributes.get("id", "")
    return (kind, int(key)) if kind in ("page", "document") and key.isdecimal() else None


def look_up(references: Collection[Reference], paths: Collection[str] = ()) -> Gathered:
    """What the onlooker sees of `references`, and of the pages at `paths` of the tree."""
    pages = [key for kind, key in references if kind == "page"]
    documents = [key for kind, key in references if kind == "document"]
    found = Gathered()
    if pages or paths:
        seen = BasePage.objects.filter(Q(pk__in=pages) | Q(path__in=paths))
        found.pages.update({page.pk: page for page in seen})
    if documents:
        found.documents.update({file.pk: file for file in SpaceDocument.objects.filter(pk__in=documents)})
    return found


def opening_tags(attrs_list: list[dict[str, str]], kind: str) -> list[str]:
    """The tags that links become; one to what the reader does not see keeps its words and leads nowhere."""
    links = [read({**attrs, "linktype": kind}) for attrs in attrs_list]
    found = gathered() or look_up([link for link in links if link])
    held = found.pages if kind == "page" else found.documents
    targets = [held.get(link[1]) if link else None for link in links]
    return [f'<a href="{escape(target.url)}">' if target else "<a>" for target in targets]


class SeenPageLinks(PageLinkHandler):
    """Links to pages."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        return opening_tags(attrs_list, "page")


class SeenDocumentLinks(DocumentLinkHandler):
    """Links to documents."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        return opening_tags(attrs_list, "document")
