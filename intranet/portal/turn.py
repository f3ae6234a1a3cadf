"""What awaits a person. Nothing here is counted about them: each line is something to answer, or to look at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Subquery, Value

from cms.approving.access import pages_to_approve
from cms.base.models import BasePage
from intranet.accounts.models import User
from intranet.people.models import Team
from realtime.spaces.models import Space
from realtime.streams.models import Stream
from realtime.threads.models import Thread
from realtime.threads.private import name_conversations
from realtime.threads.turn import answers_to
from realtime.threads.unread import with_heads, with_unread

FRESH = timedelta(days=90)  # a question older than this is asked again, or was answered elsewhere
SOON = timedelta(days=14)  # a page is announced this long before its review is due
MOST_STREAMS = 41  # that the list of what awaits somebody follows: their inbox, and of their places the first forty


@dataclass(frozen=True, slots=True)
class Turn:
    """The lists of what awaits a person, each the most pressing first."""

    answers: Sequence[Thread]
    questions: Sequence[Thread]
    reviews: Sequence[BasePage]
    approvals: Sequence[BasePage]

    def __bool__(self) -> bool:
        return bool(self.answers or self.questions or self.reviews or self.approvals)


def turn_of(user: User, *, at: datetime, on: date, most: int) -> Turn:
    """At most `most` of each; four queries, one for a guest."""
    answers = list(with_unread(answers_to(user).for_list(), user).latest_first()[:most])
    name_conversations(answers, user=user)
    if user.is_guest:
        return Turn(answers, [], [], [])
    asked = with_heads(with_unread(open_questions(user, rooms_of(user), at=at).for_list(), user))
    reviews = reviews_due(user, Team.objects.joined_by(user, on), on=on)[:most]
    approvals = pages_to_approve(user).select_related("space", "steward").order_by("pk")[:most]
    return Turn(answers, list(asked.latest_first()[:most]), list(reviews), list(approvals))


def streams_of_turn(user: User) -> Mapping[str, int]:
    """The streams where something else than an answer may begin to await `user`, and where each stands; one query.

    Their inbox tells of approvals, their places of questions and of pages; places tell guests nothing. They are read
    before the lists: what moves meanwhile is told after.
    """
    told = Q(kind="inbox", key=user.pk)
    if not user.is_guest:
        told |= Q(kind="space", key__in=rooms_of(user).values("pk"))
    return {str(stream): stream.head for stream in Stream.objects.filter(told).order_by("kind", "key")[:MOST_STREAMS]}


def rooms_of(user: User) -> "QuerySet[Space]":
    """The open places a person belongs to; a guest's are those they were invited to."""
    return Space.objects.rooms_of(user).places()


def open_questions(user: User, spaces: "QuerySet[Space]", *, at: datetime) -> Any:
    """The questions of others, in some spaces, that are open and that nobody but their author has answered."""
    asked = Thread.objects.visible_to(user).filter(space__in=spaces, created_at__gt=at - FRESH)
    return asked.questions("unanswered").exclude(created_by=user)


def reviews_due(user: User, teams: Any, *, on: date) -> Any:
    """The pages some teams answer for that are to be read again by now or soon, the longest due first."""
    pages = BasePage.objects.visible_to(user).filter(steward__in=teams)
    return pages.to_review(until=on + SOON).select_related("space", "steward")


def counted(rows: Any) -> Subquery:
    """The number of some rows, for use inside another query."""
    one = rows.order_by().values(together=Value(1)).annotate(number=Count("pk"))
    return Subquery(one.values("number"), output_field=IntegerField())
