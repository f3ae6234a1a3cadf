"""What editors put on the front page, for whoever fills it outside the CMS."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from cms.base.models import BasePage
from cms.models import AlertBanner, PriorityCard, QuickLink, SpaceImage


@transaction.atomic
def show_banner(*, words_fr: str, words_en: str, starts_at: datetime, ends_at: datetime, **more: Any) -> AlertBanner:
    """Shows a sentence across all screens in [starts_at, ends_at); `more` are its other fields. Raises ValidationError."""
    banner = AlertBanner(words_fr=words_fr, words_en=words_en, starts_at=starts_at, ends_at=ends_at, **more)
    banner.full_clean()
    banner.save()
    return banner


@transaction.atomic
def add_card(*, title: str, page: BasePage, line: str = "", picture: SpaceImage | None = None) -> PriorityCard:
    """Puts a card after the others. Raises ValidationError."""
    base = BasePage.objects.get(pk=page.pk)
    card = PriorityCard(title=title, line=line, page=base, picture=picture, sort_order=after(PriorityCard))
    card.full_clean()
    card.save()
    return card


@transaction.atomic
def add_link(*, words: str, page: BasePage | None = None, address: str = "") -> QuickLink:
    """Puts a link after the others, to a page or to an address. Raises ValidationError."""
    base = BasePage.objects.get(pk=page.pk) if page else None
    link = QuickLink(words=words, page=base, address=address, sort_order=after(QuickLink))
    link.full_clean()
    link.save()
    return link


def after(model: type[PriorityCard] | type[QuickLink]) -> int:
    """The place after all there are, also those that the onlooker does not see."""
    last: int | None = model._base_manager.aggregate(last=Max("sort_order"))["last"]
    return 0 if last is None else last + 1
