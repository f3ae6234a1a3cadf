"""What people do for a page besides writing it."""

from datetime import datetime

from django.db import transaction

from cms.base.models import BasePage
from cms.models import PageSign, PageWatch
from intranet.accounts.models import User

SIGNS = ("👍", "🙏", "💡", "🎉", "❤️")  # of readers, under a page


class NotASign(Exception):
    """None of those that stand under a page."""


@transaction.atomic
def sign_page(*, page: BasePage, user: User, emoji: str, at: datetime) -> bool:
    """Leaves a sign on a page, or takes it back when it is there; returns whether it is there now. Raises NotASign."""
    if emoji not in SIGNS:
        raise NotASign
    taken_back, _ = PageSign.objects.filter(page=page.pk, user=user, emoji=emoji).delete()
    if not taken_back:
        PageSign.objects.get_or_create(page_id=page.pk, user=user, emoji=emoji, defaults={"at": at})
    return not taken_back


# --- following ----------------------------------------------------------------------------------


@transaction.atomic
def watch_page(*, page: BasePage, user: User, at: datetime) -> None:
    """From now on `user` is told when a page is published anew; already so is no error."""
    PageWatch.objects.get_or_create(page_id=page.pk, user=user, defaults={"since": at})


@transaction.atomic
def unwatch_page(*, page: BasePage, user: User) -> None:
    """They are told no more, but for what they answer for."""
    PageWatch.objects.filter(page=page.pk, user=user).delete()
