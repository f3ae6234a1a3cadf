"""Whether a page is still needed: asked, asked again, and archived when nobody answers. And brought back with one click."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction

from cms import services
from cms.base.curtain import backstage
from cms.base.models import GROUND, BasePage
from cms.care.keeping import told
from cms.care.telling import (
    Reason,
    is_quiet,
    keepers_and_runners,
    keepers_of,
    notice_about,
    runners_of,
    seers_of_many,
)
from cms.publishing import last_published, published_at
from intranet.accounts.models import User
from realtime.notifications.services import notify

AGAIN = timedelta(days=7)
PATIENCE = timedelta(days=28)
AT_ONCE = 200  # pages in one run; the others come with the next


class OnGround(Exception):
    """The first page of a space comes and goes with it."""


@backstage
def look_after_pages(*, at: datetime) -> None:
    """One run: asks about the pages whose review has come, asks again, archives. Done twice, it does nothing more."""
    ask_whether_needed(at=at)
    ask_again(at=at)
    archive_unanswered(at=at)


@backstage
@transaction.atomic
def ask_whether_needed(*, at: datetime) -> int:
    """Asks those who answer for the pages whose review has come; returns of how many pages."""
    today = timezone.localdate(at)
    waits = Q(asked_on=None) | Q(asked_on__lt=F("review_on"))
    due = list(
        cared_for().to_review(today).filter(waits).select_for_update(of=("self",)).select_related("space")[:AT_ONCE]
    )
    BasePage.objects.filter(pk__in=[page.pk for page in due]).update(asked_on=today)
    ask(due, day=today, key="asked", at=at)
    return len(due)


@backstage
@transaction.atomic
def ask_again(*, at: datetime) -> int:
    """Asks once more, a week later, where nobody has answered; returns how many people are newly told."""
    today = timezone.localdate(at)
    waiting = unanswered(today - AGAIN, at=at).filter(asked_on__gt=today - PATIENCE).select_related("space")
    return ask(list(waiting), day=None, key="again", at=at)


def ask(pages: Sequence[BasePage], *, day: date | None, key: str, at: datetime) -> int:
    """Tells those who answer for each page that it waits for a word, once a time of asking; bounded queries."""
    pages = [page for page in pages if not is_quiet(page)]
    if not pages:
        return 0
    keepers, runners = keepers_of(pages), runners_of([page for page in pages if page.steward_id is None])
    seen = seers_of_many({page: keepers[page.pk] or runners.get(page.space_id, set()) for page in pages})
    notices = [
        notice_about(page, people, reason=Reason.ASKED, key=f"{key}:{day or page.asked_on}", at=at)
        for page, people in seen.items()
    ]
    return notify(notices, at=at)


@backstage
def archive_unanswered(*, at: datetime) -> int:
    """Archives the pages nobody has answered for; returns how many. Each in a transaction of its own."""
    late = unanswered(timezone.localdate(at) - PATIENCE, at=at).filter(depth__gt=GROUND)
    return sum(archive_if_unanswered(pk, at=at) for pk in late.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def archive_if_unanswered(pk: int, *, at: datetime) -> bool:
    """Archives a page unless somebody has answered meanwhile."""
    late = unanswered(timezone.localdate(at) - PATIENCE, at=at)
    page = late.select_for_update(of=("self",)).filter(pk=pk).first()
    if page is None:
        return False
    archive_page(page=page, by=None, at=at)
    return True


def unanswered(until: date, *, at: datetime) -> Any:
    """The pages whose review is due and about which was asked by `until`: another date since then is an answer."""
    due = cared_for().to_review(timezone.localdate(at)).filter(asked_on__gte=F("review_on"), asked_on__lte=until)
    return due.order_by("asked_on", "pk")


def cared_for() -> Any:
    """The published pages of the spaces that are in use."""
    return BasePage.objects.live().filter(depth__gt=2, space__archived_at=None).exclude(space=None)


@backstage
@transaction.atomic
def archive_page(*, page: BasePage, by: User | None, at: datetime) -> None:
    """Takes a page away from its readers; nothing of it is lost. Those who keep it and run its space are told.

    Raises OnGround for the first page of a space.
    """
    page = BasePage.objects.select_for_update(of=("self",)).select_related("space").get(pk=page.pk)
    if page.depth <= GROUND:
        raise OnGround
    if page.archived_on is not None:
        return
    today = timezone.localdate(at)
    UnpublishPageAction(page.specific, user=by).execute(skip_permission_checks=True)  # asked by whoever calls
    BasePage.objects.filter(pk=page.pk).update(archived_on=today, asked_on=None)
    services.tell_space_of(page, at=at)
    if is_quiet(page) or page.space is None:
        return
    told(
        page,
        keepers_and_runners(page),
        reason=Reason.ARCHIVED,
        key=f"archived:{today}",
        by=by,
        at=at,
        source_kind="archived_page",
    )


@backstage
@transaction.atomic
def bring_page_back(*, page: BasePage, by: User, at: datetime) -> BasePage:
    """Readers find a page again, as it was when it was archived; it is read again in three months. Already so is no error."""
    page = BasePage.objects.select_for_update(of=("self",)).select_related("space").get(pk=page.pk)
    if page.live:
        return page
    revision = last_published(page)
    if revision is None:
        services.publish_page(page=page.specific, by=by, at=at)
    else:
        with published_at(at):
            page.specific.publish(revision, user=by, skip_permission_checks=True)  # asked by whoever calls
    services.say_of_page(page, archived_on=None, asked_on=None, review_on=months_after(timezone.localdate(at), 3))
    return BasePage.objects.select_related("space").get(pk=page.pk)  # type: ignore[no-any-return]  # no types


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last one of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
