"""What people do for a page besides writing it."""

from datetime import datetime

from django.db import transaction

from cms.base.models import BasePage
from cms.models import PageSign, PageWatch
from cms.topic import ON_PAGE, topic_of
from intranet.accounts.models import User
from realtime.notifications.services import read_topic

SIGNS = ("👍", "🙏", "💡", "🎉", "❤️")  # of readers, under a page


class NotASign(Exception):
    """None of those that stand under a page."""


def read_page(*, page: BasePage, user: User, at: datetime, upto: int = ON_PAGE) -> None:
    """`user` has read a page, or its draft with `upto`: what they were told of it waits no more, on all their screens."""
    read_topic(user=user, topic=topic_of(page), upto=upto, at=at)


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
