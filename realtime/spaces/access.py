"""The one door to spaces: what a person may see, say and run."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import FilteredRelation, Q
from django.http import Http404
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.models import Profile
from realtime.spaces.models import Space, SpaceMember


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


def access_space(user: User, slug: str) -> Space:
    """The space for a person; Http404 for one they may not see (its existence is not told)."""
    space = Space.objects.visible_to(user).select_related("team").filter(slug=slug).first()
    if space is None:
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
    rows = list(SpaceMember.objects.current().filter(space__in=spaces).select_related("team"))
    rights = {}
    for space in spaces:
        held = [row for row in rows if row.space_id == space.pk]
        for person in people.values():
            roles = {row.role for row in held if person.holds(row)}
            rights[person.pk, space.pk] = rights_of(roles, space=space, is_guest=person.is_guest)
    return rights


@dataclass(slots=True)
class PersonWithTeams:
    """Somebody who may sign in now, and the paths of the teams they are in today."""

    pk: int
    is_guest: bool
    team_paths: list[str]

    def holds(self, row: SpaceMember) -> bool:
        """Whether a row of a space's members is about this person."""
        is_guest_row = row.role == SpaceMember.Role.GUEST
        if row.user_id is not None:
            return row.user_id == self.pk and is_guest_row == self.is_guest
        return (
            not self.is_guest
            and row.team is not None
            and any(path.startswith(row.team.path) for path in self.team_paths)
        )


def people_with_teams(user_ids: Collection[int]) -> dict[int, PersonWithTeams]:
    """The people of `user_ids` whose account is open now, in one query."""
    today = timezone.localdate()
    in_force = Q(memberships__ends_on=None) | Q(memberships__ends_on__gt=today)
    rows = (
        User.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), pk__in=user_ids, is_active=True)
        .annotate(now=FilteredRelation("memberships", condition=in_force & Q(memberships__starts_on__lte=today)))
        .values_list("pk", "profile__kind", "now__team__path")
    )
    people: dict[int, PersonWithTeams] = {}
    for pk, kind, path in rows:
        person = people.setdefault(pk, PersonWithTeams(pk, kind != Profile.Kind.EMPLOYEE, []))
        if path is not None:
            person.team_paths.append(path)
    return people


def seen_by(space: Space, user_ids: Collection[int], *, with_guests: bool) -> set[int]:
    """Those of `user_ids` who see `space` now, in two queries."""
    rights = rights_of_many(user_ids, [space])
    return {pk for (pk, _), right in rights.items() if right.sees and (with_guests or not right.is_guest)}
