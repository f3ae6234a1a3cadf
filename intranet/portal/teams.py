"""What there is to know of a team on its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q

from cms.base.models import BasePage
from intranet.accounts.models import User
from intranet.people.access import may_manage
from intranet.people.models import Membership, Team
from intranet.portal.turn import open_questions, reviews_due
from realtime.spaces.models import Space, SpaceMember
from realtime.threads.models import Thread
from realtime.threads.unread import with_unread

PAGES, TALKS, WAITING = 12, 6, 6  # rows shown of each


@dataclass(frozen=True, slots=True)
class RolePeople:
    """The people of a team who hold one role."""

    role: str  # as a Membership.Role
    label: str
    memberships: Sequence[Membership]


@dataclass(frozen=True, slots=True)
class TeamSheet:
    """A team as its page shows it to one reader."""

    team: Team
    above: Sequence[Team]
    below: Sequence[Team]
    roles: Sequence[RolePeople]
    spaces: Sequence[Space]
    pages: Sequence[BasePage]
    talks: Sequence[Thread]
    questions: Sequence[Thread]
    reviews: Sequence[BasePage]
    may_manage: bool


def team_sheet(team: Team, *, user: User, at: datetime, on: date) -> TeamSheet:
    """Who does what in `team`, where it talks, what it answers for; a bounded number of queries."""
    places = places_of(team, user)
    seen = Thread.objects.visible_to(user).filter(space__in=places)
    return TeamSheet(
        team=team,
        above=list(team.get_ancestors()),
        below=list(team.get_children().with_sizes(on)),
        roles=people_by_role(team, on),
        spaces=list(places.order_by("name", "pk")),
        pages=list(
            BasePage.objects.visible_to(user)
            .filter(steward=team)
            .select_related("space")
            .order_by("-last_published_at", "-pk")[:PAGES]
        ),
        talks=list(with_unread(seen.exclude(last_message=None).for_list(), user).latest_first()[:TALKS]),
        questions=list(with_unread(open_questions(user, places, at=at).for_list(), user).latest_first()[:WAITING]),
        reviews=list(reviews_due(user, Team.objects.filter(pk=team.pk), on=on)[:WAITING]),
        may_manage=may_manage(user, team),
    )


def places_of(team: Team, user: User) -> Any:
    """The open places of a team, or where the whole team is a member, that the reader sees."""
    inside = Exists(SpaceMember.objects.current().filter(space=OuterRef("pk"), team=team))
    return Space.objects.visible_to(user).active().places().filter(Q(team=team) | inside)


def people_by_role(team: Team, on: date) -> list[RolePeople]:
    """The people in a team on a day, by role, managers first."""
    rows = Membership.objects.on(on).filter(team=team).for_list()
    return [
        RolePeople(role, str(Membership.Role(role).label), list(group))
        for role, group in groupby(rows, key=lambda m: m.role)
    ]
