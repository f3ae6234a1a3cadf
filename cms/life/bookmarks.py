"""Pages that somebody put aside to find them again. Theirs alone: nobody else is told, and nothing counts them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cms.base.models import BasePage
from cms.models import Bookmark
from intranet.accounts.models import User


def put_aside(*, page: BasePage, by: User, at: datetime) -> None:
    """Twice is once."""
    Bookmark.objects.bulk_create([Bookmark(page_id=page.pk, user=by, at=at)], ignore_conflicts=True)


def let_go(*, page: BasePage, by: User) -> None:
    """It is not among theirs any more, whether it was or not."""
    Bookmark.objects.filter(page=page.pk, user=by).delete()


def bookmarks_of(user: User) -> Any:
    """Those of pages that `user` sees now, the last first."""
    seen = BasePage.objects.visible_to(user).values("pk")
    kept = Bookmark.objects.filter(user=user, page__in=seen).order_by("-at", "-pk")
    return kept.select_related("page__space", "page__content_type")
