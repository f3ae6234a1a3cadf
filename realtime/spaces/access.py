"""The one door to spaces: what a person may see, say and run."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile
from realtime.spaces.models import Space, SpaceMember


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do in a space they see."""

    role: str  # a SpaceMember.Role, "" for an employee passing by in an open space
    may_write: bool
    may_facilitate: bool
    is_guest: bool

    @property
    def is_member(self) -> bool:
        return self.role != ""


def access_space(user: User, slug: str) -> Space:
    """The space for a person; Http404 for one they may not see (its existence is not told)."""
    space = Space.objects.visible_to(user).select_related("team").filter(slug=slug).first()
    if space is None:
        raise Http404
    return space


def rights_in(user: User, space: Space) -> Rights:
    """What `user` may do in `space`, which they see; one query."""
    roles = set(SpaceMember.objects.current().filter(space=space, user=user).values_list("role", flat=True)) if user.is_guest else set(
        SpaceMember.objects.held_by(user).filter(space=space).values_list("role", flat=True)
    )
    return rights_of(roles, space=space, is_guest=user.is_guest)


def rights_of(roles: Collection[str], *, space: Space, is_guest: bool) -> Rights:
    """The rights that a set of roles gives in a space; the strongest role wins."""
    role = next((str(role) for role in STRONGEST_FIRST if role in roles), "")
    writes = role in WRITERS or (role == "" and space.is_open and not is_guest)
    return Rights(
        role=role,
        may_write=writes and not space.is_archived,
        may_facilitate=role == SpaceMember.Role.FACILITATOR,
        is_guest=is_guest,
    )


STRONGEST_FIRST = [SpaceMember.Role.FACILITATOR, SpaceMember.Role.MEMBER, SpaceMember.Role.READER, SpaceMember.Role.GUEST]
WRITERS = {SpaceMember.Role.FACILITATOR, SpaceMember.Role.MEMBER, SpaceMember.Role.GUEST}


def access_space_as_facilitator(user: User, slug: str) -> Space:
    """The space for somebody who runs it; PermissionDenied for one who sees it and does not run it."""
    space = access_space(user, slug)
    if not rights_in(user, space).may_facilitate:
        raise PermissionDenied
    return space


def seen_by(space: Space, user_ids: Collection[int], *, with_guests: bool) -> set[int]:
    """Those of `user_ids` who see `space` now; the same rule as `visible_to`, for many people in two queries."""
    now = timezone.now()
    members = SpaceMember.objects.current(now).filter(space=space)
    named = members.exclude(role=SpaceMember.Role.GUEST).filter(user=OuterRef("pk"))
    below = Q()
    for path in members.exclude(team=None).values_list("team__path", flat=True):
        below |= Q(team__path__startswith=path)
    in_team = Membership.objects.on(timezone.localdate()).filter(below, user=OuterRef("pk")) if below else Membership.objects.none()
    employee = Q(profile__kind=Profile.Kind.EMPLOYEE)
    sees = employee if space.is_open else employee & (Q(Exists(named)) | Q(Exists(in_team)))
    if with_guests:
        sees |= Q(profile__kind=Profile.Kind.GUEST) & Q(Exists(SpaceMember.objects.guests().filter(space=space, user=OuterRef("pk"))))
    people = User.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), sees, pk__in=user_ids, is_active=True)
    return set(people.values_list("pk", flat=True))
