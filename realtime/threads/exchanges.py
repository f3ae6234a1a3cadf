"""Whether what was published opened an exchange: who may answer, whether somebody did and how soon, from how many teams."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from wagtail import hooks

from realtime.threads.models import Message, Thread

CLOSED = (Thread.State.CLOSED, Thread.State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What became of something published at `since`: its conversation, if any, and the answers of others there.

    `first_at` is when somebody else first answered, `teams` of how many home teams those are who did, today.
    """

    thread: Thread | None
    since: datetime
    first_at: datetime | None
    teams: int

    @property
    def is_open(self) -> bool:
        """Whether others may answer."""
        return self.thread is not None and may_be_answered(self.thread)

    @property
    def who(self) -> str:
        """Who may answer, as a sentence."""
        if self.thread is None or not (self.is_open or self.thread.is_one_way):
            return _("Nobody can answer")
        if self.thread.is_one_way:
            return _("Only those who run the space can answer")
        return _("Everyone here can answer") if self.thread.space.is_open else _("The members of the space can answer")

    @property
    def days(self) -> int | None:
        """How many working days it took until the first answer; None without one, or where no calendar tells."""
        return working_days(self.since, self.first_at) if self.first_at else None


def working_days(start: datetime, end: datetime) -> int | None:
    """The working days from one instant to another, of the hook of that name; None where no calendar tells."""
    return next((count(start, end) for count in hooks.get_hooks("working_days")), None)


def may_be_answered(thread: Thread) -> bool:
    """Whether the others who see a conversation may write in it; the space is there already."""
    return thread.takes_words and not (thread.is_one_way or thread.merged_into_id or thread.space.is_archived)


def answerable(of: str = "") -> Q:
    """The same in SQL, for rows of which `of` ("thread__") leads to the conversation."""
    closed = Q(**{f"{of}is_one_way": True}) | Q(**{f"{of}state__in": CLOSED})
    return ~closed & Q(**{f"{of}merged_into": None, f"{of}space__archived_at": None})


def is_answered(thread: str) -> Exists:
    """Whether somebody else answered in the conversation that `thread` names in the row around."""
    return Exists(Message.objects.answers().filter(thread=OuterRef(thread)))


def first_answer(thread: str) -> Subquery:
    """When somebody else first answered there."""
    return Subquery(_answers(thread).annotate(at=Min("posted_at")).values("at"))


def teams_that_answered(thread: str, on: date) -> Subquery:
    """Of how many home teams, on a day, those are who answered there; None without an answer."""
    at_home = Q(author__memberships__is_home=True, author__memberships__starts_on__lte=on) & (
        Q(author__memberships__ends_on=None) | Q(author__memberships__ends_on__gt=on)
    )
    teams = Count("author__memberships__team", filter=at_home, distinct=True)
    return Subquery(_answers(thread).annotate(teams=teams).values("teams"), output_field=IntegerField())


def exchange_in(thread: Thread, on: date) -> Exchange:
    """What became of an announcement; one query."""
    row = (
        Thread.objects.filter(pk=thread.pk)
        .annotate(first_at=first_answer("pk"), teams=teams_that_answered("pk", on))
        .values("first_at", "teams")
        .get()
    )
    return Exchange(thread, thread.created_at, row["first_at"], row["teams"] or 0)


def _answers(thread: str) -> QuerySet[Message, Any]:
    found: QuerySet[Message, Any] = Message.objects.answers().filter(thread=OuterRef(thread)).order_by()
    return found.values("thread")
