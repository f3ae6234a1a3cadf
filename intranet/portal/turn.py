"""What awaits a person. Nothing here is counted about them: each line is something to answer, or to look at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value

from cms.base.models import BasePage
from intranet.accounts.models import User
from intranet.people.models import Team
from realtime.spaces.models import Space
from realtime.threads.models import Message, Thread

FRESH = timedelta(days=90)  # a question older than this is asked again, or was answered elsewhere
SOON = timedelta(days=14)  # a page is announced this long before its review is due


@dataclass(frozen=True, slots=True)
class Turn:
    """The three lists of what awaits a person, each the most pressing first."""

    answers: Sequence[Thread]
    questions: Sequence[Thread]
    reviews: Sequence[BasePage]

    def __bool__(self) -> bool:
        return bool(self.answers or self.questions or self.reviews)


def turn_of(user: User, *, at: datetime, on: date, most: int) -> Turn:
    """At most `most` of each; three queries, one for a guest."""
    answers = answers_to(user).for_list().with_read_mark(user).latest_first()[:most]
    if user.is_guest:
        return Turn(list(answers), [], [])
    questions = open_questions(user, rooms_of(user), at=at).for_list().with_read_mark(user).latest_first()[:most]
    reviews = reviews_due(user, Team.objects.joined_by(user, on), on=on)[:most]
    return Turn(list(answers), list(questions), list(reviews))


def rooms_of(user: User) -> "QuerySet[Space]":
    """The open places a person belongs to; a guest's are those they were invited to."""
    seen: Any = Space.objects.visible_to(user).active()
    return seen if user.is_guest else seen.joined_by(user)  # type: ignore[no-any-return]  # a custom QuerySet


def answers_to(user: User) -> Any:
    """The threads a person began or wrote in where somebody said something since."""
    wrote = Exists(Message.objects.said().filter(thread=OuterRef("pk"), author=user))
    open_ones = Thread.objects.visible_to(user).filter(space__archived_at=None)
    return open_ones.unread_by(user).filter(Q(created_by=user) | wrote)


def open_questions(user: User, spaces: "QuerySet[Space]", *, at: datetime) -> Any:
    """The questions of others, in some spaces, that nobody but their author has written under."""
    answered = Message.objects.said().filter(thread=OuterRef("pk")).exclude(author=OuterRef("created_by"))
    asked = Thread.objects.visible_to(user).filter(
        kind=Thread.Kind.QUESTION, space__in=spaces, created_at__gt=at - FRESH
    )
    return asked.exclude(created_by=user).filter(~Exists(answered))


def reviews_due(user: User, teams: Any, *, on: date) -> Any:
    """The pages some teams answer for that are to be read again by now or soon, the longest due first."""
    pages = BasePage.objects.visible_to(user).filter(steward__in=teams)
    return pages.to_review(until=on + SOON).select_related("space", "steward")


def counted(rows: Any) -> Subquery:
    """The number of some rows, for use inside another query."""
    one = rows.order_by().values(together=Value(1)).annotate(number=Count("pk"))
    return Subquery(one.values("number"), output_field=IntegerField())
