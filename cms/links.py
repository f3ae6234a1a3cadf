"""What pages refer to: links in rich text, pages and files that blocks choose. Found only as far as the reader sees."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, ExpressionWrapper, IntegerField, Q
from django.db.models.functions import Cast
from django.utils.html import escape
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.models import ReferenceIndex
from wagtail.rich_text.pages import PageLinkHandler

from cms.base.models import BasePage
from cms.embeds import embedded, path_of_ours
from cms.gathered import Gathered, gathered
from cms.models import SpaceDocument, WrittenPage
from intranet.accounts.models import User
from realtime.threads.models import Message

CITING = 20  # pages that cite one, on its screen
LINK = re.compile(r"<a\s([^>]*linktype=[^>]*)>")
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
Reference = tuple[str, int]  # ("page", "document" or "message", id)


def gather(page: WrittenPage, reader: User) -> Gathered:
    """All that `page` refers to and `reader` sees, with its original and the pages around it (`is_citing`), behind the curtain.

    At most three queries, and those of `embedded` where the page shows something of ours.
    """
    references = set(references_in(list(page.body.raw_data)))
    wanted = Q(pk__in=[page.alias_of_id, *(key for kind, key in references if kind == "page")])
    above = [page.path[:end] for end in range(page.steplen, len(page.path), page.steplen)]
    around = Q(path__in=above) | Q(path__startswith=page.path, depth=page.depth + 1)
    cites = Q(pk__in=cited_first(page))
    seen = BasePage.objects.filter(wanted | around | cites).annotate(is_citing=ExpressionWrapper(cites, BooleanField()))
    found = look_up({one for one in references if one[0] != "page"})
    found.pages.update({near.pk: near for near in seen.listed()})
    return with_the_said(found, page, reader, references)


def gather_said(page: WrittenPage, reader: User) -> Gathered:
    """All that the text of `page` refers to and `reader` sees."""
    references = set(references_in(list(page.body.raw_data)))
    return with_the_said(look_up(references), page, reader, references)


def with_the_said(found: Gathered, page: WrittenPage, reader: User, references: Collection[Reference]) -> Gathered:
    """Adds the messages that a page cites, and what stands at the addresses it shows."""
    if messages := [key for kind, key in references if kind == "message"]:
        seen = Message.objects.visible_to(reader).said().select_related("author__profile")
        found.messages.update(seen.in_bulk(messages))
    if addresses := set(embedded_in(list(page.body.raw_data))):
        found.held.update(embedded(reader, addresses))
    return found


def embedded_in(raw: Iterable[Any]) -> Iterator[str]:
    """The addresses of ours that the raw blocks of a body show."""
    for block in raw:
        if block["type"] == "embed" and (own := path_of_ours(str(block["value"].get("url") or ""))):
            yield own


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
    """What a block chooses by itself: the file of a file block, the pages of a list, the messages of a sentence."""
    match block:
        case {"type": "file", "value": {"file": int(key)}}:
            yield "document", key
        case {"type": "pages", "value": {"pages": list(items)}}:
            yield from (("page", item["value"]) for item in items if isinstance(item.get("value"), int))
        case {"type": "cited", "value": {"messages": list(items)}}:
            yield from (("message", item["value"]) for item in items if isinstance(item.get("value"), int))


def read(attributes: dict[str, str]) -> Reference | None:
    """The reference that a link's attributes make, None for one that names nothing."""
    kind, key = attributes.get("linktype", ""), attributes.get("id", "")
    return (kind, int(key)) if kind in ("page", "document") and key.isdecimal() else None


def said_links() -> Any:
    """The references to pages that the bodies of published pages say: links, and lists of pages."""
    kind = ContentType.objects.get_for_model(BasePage)
    links = ReferenceIndex.objects.filter(to_content_type=kind, base_content_type=kind)
    return links.filter(model_path__startswith="body")  # not where a page hangs or was copied from


def citing(page: BasePage) -> Any:
    """The ids of the pages that lead to `page`, as they are published."""
    to_it = said_links().filter(to_object_id=str(page.pk))
    return to_it.annotate(citing=Cast("object_id", IntegerField())).values("citing")


def cited_first(page: BasePage) -> Any:
    """The ids of the pages that the onlooker sees and that lead to `page`, the first by title."""
    cited = BasePage.objects.filter(pk__in=citing(page), depth__gt=2).exclude(pk=page.pk)
    return cited.order_by("title", "pk").values("pk")[:CITING]


def look_up(references: Collection[Reference]) -> Gathered:
    """What the onlooker sees of `references` to pages and documents."""
    pages = [key for kind, key in references if kind == "page"]
    documents = [key for kind, key in references if kind == "document"]
    found = Gathered()
    if pages:
        found.pages.update(BasePage.objects.in_bulk(pages))
    if documents:
        found.documents.update(SpaceDocument.objects.in_bulk(documents))
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
