"""The front page of a person: what moves around them, in blocks. Never a number about what they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from cms.front.access import Card, cards_for, links_for
from cms.models import EventPage, NewsPage
from intranet.accounts.models import User
from intranet.people.models import Membership, Profile, Team
from intranet.portal.turn import Turn, rooms_of, turn_of
from realtime.spaces.models import Space
from realtime.threads.models import Message, Thread
from realtime.threads.unread import with_heads, with_unread

TURNS, MOVING, VOICES, NEWS, EVENTS, PLACES, COLLEAGUES = 4, 7, 3, 3, 3, 4, 8  # rows shown of each
LEADERS = {Membership.Role.MANAGER, Membership.Role.FACILITATOR, Membership.Role.DELEGATE}
GUEST_THREADS = 60
RECENT = timedelta(days=180)  # a customer last heard before that is not news


@dataclass(frozen=True, slots=True)
class CustomerWords:
    """A conversation around a customer; `said` are the customer's own last words there, None when only we spoke."""

    thread: Thread
    said: Message | None


@dataclass(frozen=True, slots=True)
class OurTeam:
    """The home team of the reader with its people today and its places."""

    team: Team
    role: str
    people: Sequence[Membership]
    more: int
    spaces: Sequence[Space]

    @property
    def leads(self) -> bool:
        """Whether the reader runs or speaks for the team."""
        return self.role in LEADERS


@dataclass(frozen=True, slots=True)
class Home:
    """What the front page shows an employee."""

    turn: Turn
    moving: Sequence[Thread]
    voices: Sequence[CustomerWords]
    team: OurTeam | None
    news: Sequence[NewsPage]
    events: Sequence[EventPage]
    places: Sequence[Space]
    cards: Sequence[Card]
    links: Sequence[tuple[str, str]]

    @property
    def blocks(self) -> list[str]:
        """The names of the wide blocks in the reader's order: who runs a team sees it before what happens elsewhere."""
        if self.team is not None and self.team.leads:
            return ["turn", "team", "voices", "moving"]
        return ["turn", "voices", "moving", "team"]


def home_of(user: User, *, at: datetime, on: date) -> Home:
    """Everything on the front page of an employee, in a bounded number of queries."""
    return Home(
        turn=turn_of(user, at=at, on=on, most=TURNS),
        moving=moving_around(user),
        voices=customers_say(user, at=at),
        team=team_of(user, on=on),
        news=list(newest(user)),
        events=list(EventPage.objects.visible_to(user).coming(at).select_related("space")[:EVENTS]),
        places=list(places_to_discover(user)),
        cards=cards_for(user),
        links=links_for(user),
    )


def moving_around(user: User, *, most: int = MOVING) -> list[Thread]:
    """The threads alive in a person's places, with the place of each stream to watch from (`head`)."""
    threads = Thread.objects.visible_to(user).filter(space__in=rooms_of(user)).exclude(last_message=None)
    return list(with_heads(with_unread(threads.for_list(), user)).latest_first()[:most])


def customers_say(user: User, *, at: datetime) -> list[CustomerWords]:
    """The latest conversations of the places of customers; the customer's own words where there are some; two queries."""
    said = (
        Message.objects.said()
        .filter(thread=OuterRef("pk"), author__profile__kind=Profile.Kind.GUEST)
        .order_by("-seq")
        .values("pk")[:1]
    )
    threads = (
        Thread.objects.visible_to(user)
        .filter(space__kind=Space.Kind.CUSTOMERS, space__archived_at=None, last_at__gt=at - RECENT)
        .exclude(last_message=None)
        .for_list()
        .annotate(said=Subquery(said))
        .latest_first()[:VOICES]
    )
    found = list(threads)
    words = Message.objects.select_related("author__profile").in_bulk([t.said for t in found if t.said])
    return [CustomerWords(thread, words.get(thread.said)) for thread in found]


def team_of(user: User, *, on: date) -> OurTeam | None:
    """The person's home team, None for somebody in no team; four queries."""
    mine = Membership.objects.on(on).filter(user=user).select_related("team").order_by("-is_home", "pk").first()
    if mine is None:
        return None
    people = Membership.objects.on(on).filter(team=mine.team)
    spaces = Space.objects.visible_to(user).active().places().filter(team=mine.team).order_by("name", "pk")[:PLACES]
    return OurTeam(
        team=mine.team,
        role=mine.role,
        people=list(people.for_list()[:COLLEAGUES]),
        more=max(0, people.count() - COLLEAGUES),
        spaces=list(spaces),
    )


def newest(user: User) -> Any:
    """The latest news a person may read."""
    return NewsPage.objects.visible_to(user).select_related("space").order_by("-first_published_at", "-pk")[:NEWS]


def places_to_discover(user: User) -> Any:
    """Open places the person is not in, those where something was said last first."""
    others = Space.objects.visible_to(user).active().places().exclude(pk__in=rooms_of(user).values("pk"))
    last = Thread.objects.filter(space=OuterRef("pk")).order_by("-last_at").values("last_at")[:1]
    return (
        others.exclude(kind=Space.Kind.PRACTICE).annotate(last=Subquery(last)).order_by("-last", "name", "pk")[:PLACES]
    )


@dataclass(frozen=True, slots=True)
class Room:
    """A place of a guest, and the last conversations they may read there."""

    space: Space
    threads: Sequence[Thread]


def rooms_for_guest(user: User) -> list[Room]:
    """The places a guest was invited to, and nothing else; two queries."""
    spaces = rooms_of(user).order_by("name", "pk")
    threads = with_unread(Thread.objects.visible_to(user).for_list(), user).latest_first()[:GUEST_THREADS]
    found = list(threads)
    return [Room(space, [t for t in found if t.space_id == space.pk][:5]) for space in spaces]
