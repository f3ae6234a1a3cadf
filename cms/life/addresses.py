"""Where pages were before: who sees a page is led to it, and nobody else learns that it was ever there."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404

from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.models import HOME, OldAddress
from intranet.accounts.models import User

LONGEST = 255  # an address longer than that is not remembered


@backstage
def remember_address(*, page: BasePage, before: str, after: str, at: datetime) -> None:
    """After the url_path of a page became another: it, and what is below it, are still found where they were."""
    if before == after or not before.startswith(HOME):
        return
    below = BasePage.objects.filter(path__startswith=page.path, url_path__startswith=after)
    rows = [
        OldAddress(path=path, page_id=pk, at=at)
        for pk, url_path in below.values_list("pk", "url_path")
        if len(path := (before + url_path.removeprefix(after)).removeprefix(HOME)) <= LONGEST
    ]
    OldAddress.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["path"], update_fields=["page", "at"], batch_size=500
    )


def led_to(user: User, path: str) -> BasePage:
    """The page that was once at `path` (under /pages/), for who sees it and nothing else there; Http404 otherwise."""
    page: BasePage | None = BasePage.objects.visible_to(user).filter(old_addresses__path=path, depth__gt=2).first()
    if page is None:
        raise Http404
    return page
