"""What awaits a team, beside what is measured of it: questions, pages, and where somebody called it.

Each reader finds what they see themselves: a place that is closed to them does not show through. The list follows the
conversations it names, the places it looks at and the inbox of who reads it, and comes again by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from cms.base.models import BasePage
from intranet.accounts.models import User
from intranet.people.models import Team
from intranet.portal.teams import places_of
from intranet.portal.turn import open_questions, reviews_due
from realtime.spaces.models import Space
from realtime.streams.models import Stream
from realtime.threads.exchanges import working_days
from realtime.threads.models import Mention, Message, Thread
from realtime.threads.unread import with_heads, with_unread

MOST = 6  # rows of each
MOST_PLACES = 40  # whose streams are followed; of a team in more, the others come within a minute
LATELY = timedelta(days=30)  # somebody called the team


@dataclass(frozen=True, slots=True)
class Open:
    """A question nobody has answered, and for how many working days; None where no calendar tells."""

    thread: Thread
    days: int | None


@dataclass(frozen=True, slots=True)
class Awaiting:
    """The lists, the most pressing first; `places` and `inbox` are the streams to follow besides theirs, by name."""

    questions: Sequence[Open]
    reviews: Sequence[BasePage]
    calls: Sequence[Thread]
    places: Mapping[str, int]
    inbox: int

    def __bool__(self) -> bool:
        return bool(self.questions or self.reviews or self.calls)


def awaiting_of(team: Team, user: User, *, at: datetime, on: date) -> Awaiting:
    """At most six of each, as `user` sees them; five queries, and one for the calendar.

    Where the streams stand is read before the lists: what moves meanwhile is told after.
    """
    inbox = Stream.objects.filter(kind="inbox", key=user.pk).values_list("head", flat=True).first()
    places = heads_of(looked_at(team, user))
    asked = open_questions(user, places_of(team, user), at=at)
    called = Mention.objects.filter(team=team, message__in=said_lately(at)).values("message__thread")
    return Awaiting(
        questions=[
            Open(thread, working_days(thread.created_at, at))
            for thread in shown(asked, user).order_by("created_at", "pk")[:MOST]
        ],
        reviews=list(reviews_due(user, Team.objects.filter(pk=team.pk), on=on)[:MOST]),
        calls=list(shown(Thread.objects.visible_to(user).filter(pk__in=called), user).latest_first()[:MOST]),
        places=places,
        inbox=inbox or 0,
    )


def looked_at(team: Team, user: User) -> Any:
    """The places where something may await `team`, as far as `user` sees them: its own, and those of its pages."""
    pages = BasePage.objects.visible_to(user).filter(steward=team).values("space")
    own = Q(pk__in=places_of(team, user).values("pk")) | Q(pk__in=pages)
    return Space.objects.visible_to(user).places().filter(own)


def heads_of(spaces: Any) -> dict[str, int]:
    """The names of the streams of at most MOST_PLACES of `spaces`, and where each stands; one query."""
    streams = Stream.objects.filter(kind="space", key__in=spaces.values("pk")).order_by("key")[:MOST_PLACES]
    return {str(stream): stream.head for stream in streams}


def said_lately(at: datetime) -> Any:
    """What was said in the last month and stands."""
    return Message.objects.said().filter(posted_at__gt=at - LATELY)


def shown(threads: Any, user: User) -> Any:
    """With what a row shows of them, and the head of their stream to watch from."""
    return with_heads(with_unread(threads.for_list(), user))


def beside_figures(request: HttpRequest, team: Team) -> SafeString:
    """The lists as the screen of the team's figures shows them."""
    user: Any = request.user
    found = awaiting_of(team, user, at=timezone.now(), on=timezone.localdate())
    return render_to_string("portal/includes/awaiting.html", {"awaiting": found, "team": team}, request=request)
