"""The one door to spaces: what a person may see, say and run."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.http import Http404
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile
from realtime.spaces.models import Space, SpaceMember
from realtime.streams import statements
from realtime.streams.watch import watchable

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do in a space."""

    sees: bool
    role: str  # a SpaceMember.Role, "" for an employee passing by in an open space
    may_write: bool
    may_facilitate: bool
    is_guest: bool

    @property
    def is_member(self) -> bool:
        return self.role != ""


NO_RIGHTS = Rights(sees=False, role="", may_write=False, may_facilitate=False, is_guest=True)
STRONGEST_FIRST = [
    SpaceMember.Role.FACILITATOR,
    SpaceMember.Role.MEMBER,
    SpaceMember.Role.READER,
    SpaceMember.Role.GUEST,
]
WRITERS = {SpaceMember.Role.FACILITATOR, SpaceMember.Role.MEMBER, SpaceMember.Role.GUEST}


Seats = dict[int, tuple[dict[int, str], list[tuple[str, str]]]]  # by space: roles by person, (path, role) of teams

# Asked for every message, so written out (see realtime.streams.statements). The rule is that of `held_by`.
PEOPLE = """
SELECT person.id, profile.kind, team.path
FROM accounts_user person
LEFT JOIN people_profile profile ON profile.user_id = person.id
LEFT JOIN people_membership membership ON membership.user_id = person.id
    AND membership.starts_on <= %s AND (membership.ends_on IS NULL OR membership.ends_on > %s)
LEFT JOIN people_team team ON team.id = membership.team_id
WHERE person.is_active AND (person.expires_at IS NULL OR person.expires_at > %s) AND person.id IN ({places})
"""
SEATS = """
SELECT seat.space_id, seat.user_id, team.path, seat.role
FROM spaces_spacemember seat
LEFT JOIN people_team team ON team.id = seat.team_id
WHERE seat.space_id IN ({spaces}) AND (seat.expires_at IS NULL OR seat.expires_at > %s)
    AND (seat.user_id IS NULL OR seat.user_id IN ({people}))
"""


def access_space(user: User, slug: str) -> Space:
    """The space for a person; Http404 for one they may not see (its existence is not told).

    The room of a private conversation has no screens of its own.
    """
    space = Space.objects.visible_to(user).places().select_related("team").filter(slug=slug).first()
    if space is None:
        raise Http404
    return space


def allowed_lookers(key: int, user_ids: Collection[int]) -> set[int]:
    """Those of `user_ids` who may be told what moves in space `key`; equal to `access_moves` for each of them."""
    space = Space.objects.places().filter(pk=key).first()
    return seen_by(space, user_ids, with_guests=False) if space else set()


@watchable("space", allowed=allowed_lookers, shows_presence=False)
def access_moves(user: User, pk: int) -> Space:
    """The space whose moves are told to a person: to every colleague who sees it. Http404 for anybody else.

    A guest sees only what is shared with guests, and what is told here is told of everything in the space.
    """
    space: Space | None = Space.objects.visible_to(user).places().filter(pk=pk).first()
    if space is None or user.is_guest:
        raise Http404
    return space


def access_space_as_facilitator(user: User, slug: str) -> Space:
    """The space for somebody who runs it; PermissionDenied for one who sees it and does not run it."""
    space = access_space(user, slug)
    if not rights_in(user, space).may_facilitate:
        raise PermissionDenied
    return space


def rights_in(user: User, space: Space) -> Rights:
    """What `user` may do in `space`; one query."""
    held = SpaceMember.objects.guests().filter(user=user) if user.is_guest else SpaceMember.objects.held_by(user)
    roles = set(held.filter(space=space).values_list("role", flat=True))
    return rights_of(roles, space=space, is_guest=user.is_guest)


def role_held(user: User, space: str) -> Subquery:
    """The strongest role that `user` has in the space of a query's rows, named by its field; null for none.

    With `rights_of` it says what `rights_in` says, without a query of its own.
    """
    held = SpaceMember.objects.guests().filter(user=user) if user.is_guest else SpaceMember.objects.held_by(user)
    strength = Case(
        *(When(role=role, then=place) for place, role in enumerate(STRONGEST_FIRST)), default=len(STRONGEST_FIRST)
    )
    return Subquery(held.filter(space=OuterRef(space)).order_by(strength, "pk").values("role")[:1])


def rights_of(roles: Collection[str], *, space: Space, is_guest: bool) -> Rights:
    """The rights that a set of roles gives in a space; the strongest role wins."""
    role = next((str(role) for role in STRONGEST_FIRST if role in roles), "")
    passes_by = role == "" and space.is_open and not is_guest
    return Rights(
        sees=role != "" or passes_by,
        role=role,
        may_write=(role in WRITERS or passes_by) and not space.is_archived,
        may_facilitate=role == SpaceMember.Role.FACILITATOR,
        is_guest=is_guest,
    )


def rights_of_many(user_ids: Collection[int], spaces: Collection[Space]) -> dict[tuple[int, int], Rights]:
    """The rights of many people in many spaces by (user id, space id), in two queries.

    The same rule as `visible_to` and `rights_in`, fresh from the database; tests hold the three equal.
    People unknown, closed or expired are absent.
    """
    people = people_with_teams(user_ids)
    seats = seats_for(people, spaces)
    rights = {}
    for space in spaces:
        named, teams = seats.get(space.pk, ({}, []))
        for person in people.values():
            roles = person.roles(named.get(person.pk, ""), teams)
            rights[person.pk, space.pk] = rights_of(roles, space=space, is_guest=person.is_guest)
    return rights


def people_who_run(space: Space) -> set[int]:
    """The people who run `space` now, alone or through a team; four queries."""
    named = people_named_in(space, role=SpaceMember.Role.FACILITATOR)
    return {pk for (pk, _), right in rights_of_many(named, [space]).items() if right.may_facilitate}


def people_named_in(space: Space, *, role: str = "") -> set[int]:
    """Everybody whom the members of `space` name, alone or by their team, whether their account is open or not; two queries."""
    rows = SpaceMember.objects.current().filter(space=space).select_related("team")
    named = list(rows.filter(role=role) if role else rows)
    in_teams = Q(pk__in=[])
    for row in named:
        if row.team is not None:
            in_teams |= Q(team__path__startswith=row.team.path)
    members = Membership.objects.on(timezone.localdate()).filter(in_teams).values_list("user_id", flat=True)
    return {row.user_id for row in named if row.user_id is not None} | set(members)


@dataclass(slots=True)
class PersonWithTeams:
    """Somebody who may sign in now, and the paths of the teams they are in today."""

    pk: int
    is_guest: bool
    team_paths: list[str]

    def roles(self, named: str, teams: Iterable[tuple[str, str]]) -> set[str]:
        """Their roles in a space where they are `named` with a role ("" for none) and `teams` have one, by path."""
        roles = {named} if named and (named == SpaceMember.Role.GUEST) == self.is_guest else set()
        if not self.is_guest and self.team_paths:
            roles |= {role for above, role in teams if any(path.startswith(above) for path in self.team_paths)}
        return roles


def people_with_teams(user_ids: Collection[int]) -> dict[int, PersonWithTeams]:
    """The people of `user_ids` whose account is open now, in one query."""
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    rows = statements.select(PEOPLE.format(places=statements.places(user_ids)), [today, today, now(), *user_ids])
    people: dict[int, PersonWithTeams] = {}
    for pk, kind, path in rows:
        person = people.setdefault(pk, PersonWithTeams(pk, kind != Profile.Kind.EMPLOYEE, []))
        if path is not None:
            person.team_paths.append(path)
    return people


def seats_for(people: Collection[int], spaces: Collection[Space]) -> Seats:
    """The current rows of the spaces' members that are about these people or about teams, in one query."""
    sql = SEATS.format(spaces=statements.places(spaces), people=statements.places(people))
    seats: Seats = {}
    for space_id, user_id, path, role in statements.select(sql, [*(space.pk for space in spaces), now(), *people]):
        named, teams = seats.setdefault(space_id, ({}, []))
        if user_id is None:
            teams.append((path, role))
        else:
            named[user_id] = role
    return seats


def now() -> Any:
    """This moment as the database compares it."""
    return connection.ops.adapt_datetimefield_value(timezone.now())


def seen_by(space: Space, user_ids: Collection[int], *, with_guests: bool) -> set[int]:
    """Those of `user_ids` who see `space` now, in two queries."""
    rights = rights_of_many(user_ids, [space])
    return {pk for (pk, _), right in rights.items() if right.sees and (with_guests or not right.is_guest)}


def see_space(space: Space, *, with_guests: bool) -> "QuerySet[User]":
    """The people who see `space` now: `seen_by` as a query, for those whose ids nobody has yet."""
    open_accounts = User.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), is_active=True)
    employee = Q(profile__kind=Profile.Kind.EMPLOYEE)
    rows = SpaceMember.objects.current().filter(space=space)
    named = rows.exclude(role=SpaceMember.Role.GUEST).filter(user=OuterRef("pk"))
    below = Membership.objects.on(timezone.localdate()).filter(team__path__startswith=OuterRef("team__path"))
    in_team = rows.filter(Exists(below.filter(user=OuterRef(OuterRef("pk")))))
    sees = employee if space.is_open else employee & (Q(Exists(named)) | Q(Exists(in_team)))
    if with_guests:
        invited = rows.filter(role=SpaceMember.Role.GUEST, user=OuterRef("pk"))
        sees |= ~employee & Q(Exists(invited))
    return open_accounts.filter(sees)


def belong_to(spaces: Collection[Space]) -> dict[int, set[int]]:
    """The ids of the employees who belong to each of `spaces` by id, alone or through a team; three queries.

    Those who only pass by in an open space do not belong to it.
    """
    rows = SpaceMember.objects.current().exclude(role=SpaceMember.Role.GUEST).filter(space__in=spaces)
    members = list(rows.values_list("space_id", "user_id", "team__path"))
    named = {user for _space, user, _path in members if user}
    active = set(User.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    below = Q(pk__in=[])
    for path in {path for _space, _user, path in members if path}:
        below |= Q(team__path__startswith=path)
    today = Membership.objects.on(timezone.localdate()).filter(below, user__is_active=True)
    seats = list(today.values_list("user_id", "team__path"))
    inside: dict[int, set[int]] = {space.pk: set() for space in spaces}
    for space_id, user_id, path in members:
        if user_id:
            inside[space_id] |= {user_id} & active
        else:
            inside[space_id] |= {pk for pk, team in seats if team.startswith(path)}
    return inside
