"""Cards of links to pages and documents."""

from collections.abc import Sequence

from django.utils.text import Truncator

from cms.access import TYPES
from cms.base.models import BasePage
from cms.models import HOME, SpaceDocument
from intranet.accounts.models import User
from realtime.spaces.cards import Card, Link, named

PAGE = "file-text"
LINE = 120  # characters


def page_cards(*, user: User, links: Sequence[Link]) -> dict[str, Card]:
    """Two queries at most."""
    return written(user, links) | documents(user, links)


def written(user: User, links: Sequence[Link]) -> dict[str, Card]:
    asked = named(links, "wagtail_serve", "path")
    if not asked:
        return {}
    paths = {HOME + path for path in asked.values()}
    pages = BasePage.objects.visible_to(user).select_related("space", *TYPES).filter(url_path__in=paths, depth__gt=2)
    found = {page.url_path: page for page in pages}
    return {path: page_card(found[HOME + way]) for path, way in asked.items() if HOME + way in found}


def page_card(page: BasePage) -> Card:
    kinds = [kind for name in TYPES if (kind := page._state.fields_cache.get(name)) is not None]
    intro = kinds[0].intro if kinds else ""
    return Card(PAGE, page.title, page.space.name if page.space else "", Truncator(intro).chars(LINE))


def documents(user: User, links: Sequence[Link]) -> dict[str, Card]:
    asked = named(links, "cms:document", "pk")
    if not asked:
        return {}
    seen = SpaceDocument.objects.visible_to(user).select_related("collection__folder__space")
    found = seen.in_bulk(set(asked.values()))
    return {
        path: Card("file", found[pk].title, found[pk].collection.folder.space.name, found[pk].filename)
        for path, pk in asked.items()
        if pk in found
    }
