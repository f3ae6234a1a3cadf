"""How much of what was published opened an exchange: in one space, or in all that are open to the whole house."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from cms.base.models import GROUND, BasePage
from realtime.spaces.models import APART, Space
from realtime.threads.exchanges import answerable, is_answered
from realtime.threads.models import Thread

PERIOD = timedelta(days=90)  # looked back over


@dataclass(frozen=True, slots=True)
class Tally:
    """What was published: `answered` by somebody else, `waiting` for an answer that may come, or `shut`."""

    answered: int
    waiting: int
    shut: int

    @property
    def published(self) -> int:
        return self.answered + self.waiting + self.shut

    @property
    def one_way(self) -> int:
        """Of a hundred publications, how many nobody answered; 0 of none."""
        return round(100 * (self.waiting + self.shut) / self.published) if self.published else 0


def tally_of_space(space: Space, at: datetime) -> Tally:
    """The pages and announcements of one space that were published in the last ninety days; one query."""
    return tally(Q(space=space), at)


def tally_of_house(at: datetime) -> Tally:
    """The same of all places that every employee sees, so that it is the same for everybody; one query."""
    return tally(Q(space__audience=Space.Audience.ORGANISATION) & ~Q(space__kind__in=APART), at)


def tally(where: Q, at: datetime) -> Tally:
    since = at - PERIOD
    pages = BasePage.objects.live().filter(where, depth__gt=GROUND, binned_at=None, alias_of=None)
    pages = pages.filter(first_published_at__gt=since, first_published_at__lte=at)
    told = Thread.objects.filter(where, kind=Thread.Kind.ANNOUNCEMENT, merged_into=None)
    told = told.filter(created_at__gt=since, created_at__lte=at)
    beside = Q(thread__isnull=False) & answerable("thread__")
    kinds = list(zip(*counted(pages, "thread", beside).union(counted(told, "pk", answerable()), all=True), strict=True))
    return Tally(*map(sum, kinds)) if kinds else Tally(0, 0, 0)


def counted(published: QuerySet[Any], thread: str, is_open: Q) -> QuerySet[Any, Any]:
    """A row that says how many there are of each kind, where `thread` names the conversation; none of nothing."""
    rows = published.order_by().annotate(all_=Value(1), has_answer=is_answered(thread)).values("all_")
    kinds = {
        "answered": Count("pk", filter=Q(has_answer=True)),
        "waiting": Count("pk", filter=Q(has_answer=False) & is_open),
        "shut": Count("pk", filter=Q(has_answer=False) & ~is_open),
    }
    found: QuerySet[Any, Any] = rows.annotate(**kinds).values_list(*kinds)
    return found
