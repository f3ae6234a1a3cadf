"""Who answers for a page, and until when it holds: said of the page of today, and so in the versions to come."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.care.telling import Reason, keepers_and_runners, notice_about, seers, writers_of
from cms.models import PageOpinion, PageProblem
from cms.services import say_of_page, tell_space_of
from intranet.accounts.models import User
from intranet.people.models import Team
from realtime.notifications.services import notify

SOON = timedelta(days=30)  # how long those who write have for a page that needs work


class TooMany(Exception):
    """Enough is waiting already; nobody would read more."""


OPEN_AT_MOST = 30  # problems of one page


@backstage
@transaction.atomic
def choose_keepers(
    *, page: BasePage, steward: Team | None, contact: User | None, review_on: date | None, at: datetime
) -> None:
    """From now on they answer for a page, and it is read again on that day; nothing is asked meanwhile."""
    said = {"steward_id": steward.pk if steward else None, "contact_id": contact.pk if contact else None}
    say_of_page(page, review_on=review_on, asked_on=None, **said)
    tell_space_of(page, at=at)


@backstage
@transaction.atomic
def ask_for_work(*, page: BasePage, by: User, at: datetime) -> int:
    """A page is needed and not right as it is: it is kept, those who wrote it are told; returns how many are new."""
    today = timezone.localdate(at)
    say_of_page(page, review_on=today + SOON, asked_on=None)
    tell_space_of(page, at=at)
    return told(page, writers_of(page), reason=Reason.NEEDS_WORK, key=f"work:{today}", by=by, at=at)


@transaction.atomic
def report_problem(*, page: BasePage, kind: str, words: str, at: datetime) -> PageProblem:
    """A reader says what is wrong with a page. Who it is is kept nowhere, and so those who keep the page are all told.

    Raises TooMany.
    """
    if PageProblem.objects.filter(page=page.pk, closed_at=None).count() >= OPEN_AT_MOST:
        raise TooMany
    problem = PageProblem.objects.create(page_id=page.pk, kind=kind, words=words, at=at)
    people = keepers_and_runners(page)
    about: dict[str, Any] = {"source_kind": "page_problem", "source_key": problem.pk}
    told(page, people, reason=Reason.PROBLEM, key=f"problem:{problem.pk}", by=None, at=at, **about)
    return problem


@transaction.atomic
def close_problem(*, problem: PageProblem, by: User, at: datetime) -> None:
    """It is dealt with; closed twice, it was the first who did."""
    PageProblem.objects.filter(pk=problem.pk, closed_at=None).update(closed_at=at, closed_by=by)


@transaction.atomic
def say_useful(*, page: BasePage, is_useful: bool, at: datetime) -> None:
    """A reader says that a page was useful, or that it was not. Who it is, and on which day, is kept nowhere."""
    month = timezone.localdate(at).replace(day=1)
    PageOpinion.objects.get_or_create(page_id=page.pk, month=month)
    name = "useful" if is_useful else "lacking"
    PageOpinion.objects.filter(page=page.pk, month=month).update(**{name: F(name) + 1})


def told(
    page: BasePage, people: set[int], *, reason: str, key: str, by: User | None, at: datetime, **about: Any
) -> int:
    """Tells those of some people who see a page now what happens to it; returns how many are new."""
    actor = by.pk if by else None
    notice = notice_about(page, seers(page, people), reason=reason, key=key, actor_id=actor, at=at, **about)
    return notify([notice], at=at)
