"""What somebody finds on the front page and across all screens, as far as they see where it leads."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.images.models import SourceImageIOError

from cms.models import HOME, AlertBanner, PriorityCard, QuickLink, SpaceImage
from intranet.accounts.models import User

CARDS, LINKS = 6, 24  # on the front page
PICTURE = "fill-480x270"


@dataclass(frozen=True, slots=True)
class Banner:
    """A sentence across all screens, in the reader's language."""

    pk: int
    level: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card of the front page; `picture` is an image at its size, None where the reader sees none."""

    title: str
    line: str
    url: str
    picture: Any


def banners_for(user: User, *, at: datetime) -> QuerySet[AlertBanner]:
    """The banners that are shown to `user` at `at`, the one that comes first first."""
    seen = AlertBanner.objects.visible_to(user).showing(at)
    seen = seen.filter(for_guests=True) if user.is_guest else seen
    urgent = Case(When(level=AlertBanner.Level.IMPORTANT, then=Value(0)), default=Value(1), output_field=IntegerField())
    found: QuerySet[AlertBanner] = seen.order_by(urgent, "-starts_at", "-pk")
    return found


def banner_said(user: User, closed: Collection[int], *, at: datetime) -> Any:
    """The first banner that `user` has not closed, as one value for a subquery: what `read_banner` reads."""
    told = JSONObject(pk="pk", level="level", fr="words_fr", en="words_en", address="address", path="page__url_path")
    return banners_for(user, at=at).exclude(pk__in=closed).values(told=told)[:1]


def read_banner(told: dict[str, Any] | None) -> Banner | None:
    """The banner of a `banner_said`; None for none."""
    if told is None:
        return None
    words = told["fr"] if (get_language() or "").startswith("fr") else told["en"]
    path = told["path"]
    url = reverse("wagtail_serve", args=[path.removeprefix(HOME)]) if path else told["address"]
    return Banner(told["pk"], told["level"], words, url)


def access_banner(user: User, pk: int, *, at: datetime) -> AlertBanner:
    """A banner that is shown to `user` at `at`; Http404 for any other."""
    banner = banners_for(user, at=at).filter(pk=pk).first()
    if banner is None:
        raise Http404
    return banner


def cards_for(user: User) -> list[Card]:
    """The first cards of pages that `user` sees; three queries at most."""
    cards = list(PriorityCard.objects.visible_to(user).select_related("page").order_by("sort_order", "pk")[:CARDS])
    pictures = pictures_of(user, [card.picture_id for card in cards if card.picture_id])
    return [Card(card.title, card.line, card.page.url or "", pictures.get(card.picture_id)) for card in cards]


def pictures_of(user: User, keys: Sequence[int]) -> dict[int, Any]:
    """Those of some images that `user` sees, at the size of a card; two queries, none for no image.

    One whose file is gone is left out: the home is there all the same.
    """
    found = {}
    seen = SpaceImage.objects.visible_to(user).prefetch_renditions(PICTURE).filter(pk__in=keys) if keys else ()
    for image in seen:
        with suppress(SourceImageIOError):
            found[image.pk] = image.get_rendition(PICTURE)
    return found


def links_for(user: User) -> list[tuple[str, str]]:
    """The quick links whose end `user` sees: words and address; one query."""
    links = QuickLink.objects.visible_to(user).select_related("page").order_by("sort_order", "pk")[:LINKS]
    return [(link.words, (link.page.url or "") if link.page else link.address) for link in links]
