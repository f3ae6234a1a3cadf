"""What the editor draws of things a page names by their number; what somebody does not see is left out."""

from collections.abc import Collection, Sequence
from typing import Any

from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from cms.base.models import BasePage
from cms.embeds import path_of_ours
from cms.models import SpaceDocument, SpaceImage
from intranet.accounts.models import User
from intranet.accounts.request import whole
from realtime.spaces.cards import Card, cards_for, cards_found
from realtime.spaces.markup import excerpt
from realtime.spaces.models import Space
from realtime.threads.models import Message

MOST = 100  # of a kind in one question
FOUND = 8
WIDTH = "width-1200"


def numbers(asked: QueryDict, name: str) -> list[int]:
    """The numbers under a name of the address, as many as are answered; what is none is passed over."""
    return [pk for word in asked.get(name, "").split(",")[:MOST] if (pk := whole(word)) is not None]


def shown(user: User, asked: QueryDict) -> dict[str, dict[str, Any]]:
    """Images, files, pages, documents and messages by number, and cards by address; each kind in at most two queries."""
    files = SpaceDocument.objects.visible_to(user)
    return {
        "images": _images(user, numbers(asked, "images")),
        "files": {str(file.pk): file_told(file) for file in files.filter(pk__in=numbers(asked, "files"))},
        "pages": _pages(user, numbers(asked, "pages")),
        "documents": {
            str(file.pk): {"title": file.title, "url": file.url}
            for file in files.filter(pk__in=numbers(asked, "documents"))
        },
        "messages": _messages(user, numbers(asked, "messages")),
        "cards": _cards(user, asked.get("cards", "").split(",")[:MOST]),
    }


def image_told(image: SpaceImage) -> dict[str, Any]:
    """An image at the width of a page."""
    made = image.get_rendition(WIDTH)
    return {"url": made.url, "width": made.width, "height": made.height, "alt": image.default_alt_text}


def file_told(file: SpaceDocument) -> dict[str, Any]:
    return {"name": file.title, "size": filesizeformat(file.get_file_size() or 0), "url": file.url}


def found(user: User, words: str) -> dict[str, list[dict[str, Any]]]:
    """Pages and files whose title has the words, for a link to them."""
    pages = BasePage.objects.visible_to(user).filter(depth__gt=2, title__icontains=words).select_related("space")
    files = SpaceDocument.objects.visible_to(user).filter(title__icontains=words).order_by("title", "pk")
    return {
        "pages": [
            {"id": page.pk, "title": page.title, "where": page.space.name if page.space else "", "url": page.url}
            for page in pages.order_by("title", "pk")[:FOUND]
        ],
        "documents": [{"id": file.pk, "title": file.title, "url": file.url} for file in files[:FOUND]],
    }


def found_to_show(user: User, space: Space, words: str) -> list[dict[str, str]]:
    """Conversations, polls and what else has a card here: by words, or by the address that somebody pasted."""
    own = path_of_ours(words)
    pairs = cards_for(user, [own]).items() if own else cards_found(user, space, words, most=FOUND)
    return [card_told(address, card) for address, card in pairs]


def card_told(address: str, card: Card) -> dict[str, str]:
    return {"address": address, "icon": card.icon, "title": card.title, "place": card.place, "line": card.line}


def _cards(user: User, addresses: Sequence[str]) -> dict[str, Any]:
    own = [address for address in addresses if path_of_ours(address) == address]
    return {address: card_told(address, card) for address, card in (cards_for(user, own) if own else {}).items()}


def _images(user: User, pks: Collection[int]) -> dict[str, Any]:
    images = SpaceImage.objects.visible_to(user).filter(pk__in=pks).prefetch_related("renditions")
    return {str(image.pk): image_told(image) for image in images}


def _pages(user: User, pks: Collection[int]) -> dict[str, Any]:
    pages = BasePage.objects.visible_to(user).filter(pk__in=pks, depth__gt=2)
    return {str(page.pk): {"title": page.title, "url": page.url} for page in pages}


def message_told(message: Message) -> dict[str, Any]:
    return {
        "author": message.author.name if message.author else gettext("Former member"),
        "excerpt": excerpt(message.body),
        "url": message.get_absolute_url(),
    }


def _messages(user: User, pks: Collection[int]) -> dict[str, Any]:
    messages = Message.objects.visible_to(user).said().filter(pk__in=pks).select_related("author")
    return {str(message.pk): message_told(message) for message in messages}
