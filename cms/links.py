"""Links to pages and files inside rich text: those of a whole page are looked up together, behind the curtain."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.html import escape
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.rich_text.pages import PageLinkHandler

from cms.base.models import BasePage
from cms.models import SpaceDocument

LINK = re.compile(r"<a\s([^>]*linktype=[^>]*)>")
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
Addresses = dict[tuple[str, int], str]  # by (kind of link, id)
_gathered: ContextVar[Addresses | None] = ContextVar("gathered", default=None)


@contextmanager
def gathered_from(raw: Any) -> Iterator[None]:
    """Inside, the links that stand in `raw` (a StreamField's raw data) cost nothing more; at most two queries."""
    token = _gathered.set(addresses_of(found_in(raw)))
    try:
        yield
    finally:
        _gathered.reset(token)


def found_in(raw: Any) -> set[tuple[str, int]]:
    """The links in all texts of nested lists and dicts."""
    if isinstance(raw, str):
        return {link for found in LINK.finditer(raw) if (link := read(dict(ATTRIBUTE.findall(found[1]))))}
    if isinstance(raw, dict):
        raw = list(raw.values())
    if isinstance(raw, list):
        return {link for part in raw for link in found_in(part)}
    return set()


def read(attributes: dict[str, str]) -> tuple[str, int] | None:
    """The link that a tag's attributes make, None for one that names nothing."""
    kind, key = attributes.get("linktype", ""), attributes.get("id", "")
    return (kind, int(key)) if key.isdecimal() else None


def addresses_of(links: Iterable[tuple[str, int]]) -> Addresses:
    """The addresses of those of `links` that the onlooker sees."""
    pages = [key for kind, key in links if kind == "page"]
    documents = [key for kind, key in links if kind == "document"]
    found: Addresses = {}
    if pages:
        found |= {("page", page.pk): page.url for page in BasePage.objects.filter(pk__in=pages) if page.url}
    if documents:
        found |= {("document", file.pk): file.url for file in SpaceDocument.objects.filter(pk__in=documents)}
    return found


def opening_tags(attrs_list: list[dict[str, str]], kind: str) -> list[str]:
    """The tags that links become; one to what the reader does not see keeps its words and leads nowhere."""
    links = [read({**attrs, "linktype": kind}) for attrs in attrs_list]
    gathered = _gathered.get()
    addresses = addresses_of([link for link in links if link]) if gathered is None else gathered
    found = [addresses.get(link, "") if link else "" for link in links]
    return [f'<a href="{escape(address)}">' if address else "<a>" for address in found]


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
