"""What people do with places: open, join, leave, invite, archive. The space's group follows in the same transaction."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.text import slugify
from wagtail import hooks

from intranet.accounts.models import User
from intranet.accounts.services import bump_access_epoch
from intranet.people.models import Profile, Team
from intranet.people.services import create_person
from realtime.spaces.access import seen_by
from realtime.spaces.models import Invitation, Space, SpaceMember

EVERYONE = "Everyone"  # all active employees: the group of every open space
RESERVED = {"new"}  # words of addresses
INVITATION_LASTS = timedelta(days=14)


class LastFacilitator(Exception):
    """The space would have nobody to run it."""


class AlreadyMember(Exception):
    """The person or team is already a member."""


class SpaceIsArchived(Exception):
    """An archived space takes nobody in and no words."""


class MembersOnly(Exception):
    """One cannot let oneself into a space kept to its members."""


class InvitationUnusable(Exception):
    """Used, withdrawn, expired, or never made."""


@transaction.atomic
def create_space(
    *,
    name: str,
    kind: str,
    audience: str,
    by: User | None,
    at: datetime,
    slug: str = "",
    description: str = "",
    charter: str = "",
    team: Team | None = None,
) -> Space:
    """Opens a place; whoever opens it facilitates it. A team's space starts with that team inside."""
    slug = slug or free_slug(name)
    space = Space.objects.create(
        name=name,
        slug=slug,
        kind=kind,
        audience=audience,
        description=description,
        charter=charter,
        team=team,
        group=group_for(slug, audience),
        created_by=by,
        created_at=at,
    )
    if by is not None:
        SpaceMember.objects.create(space=space, user=by, role=SpaceMember.Role.FACILITATOR, since=at)
    if team is not None:
        SpaceMember.objects.create(space=space, team=team, since=at)
    sync_group(space)
    for listener in hooks.get_hooks("after_space_created"):
        listener(space=space, at=at)
    return space


def free_slug(name: str) -> str:
    """A slug that no space has, from its name."""
    base = slugify(name)[:70] or "space"
    taken = RESERVED | set(Space.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))] if slug not in taken)


def group_for(slug: str, audience: str) -> Group:
    """The group Wagtail's privacy uses: everyone's for an open space, its own for the others."""
    name = EVERYONE if audience == Space.Audience.ORGANISATION else f"space:{slug}"
    return Group.objects.get_or_create(name=name)[0]


@transaction.atomic
def update_space(*, space: Space, name: str, description: str, charter: str, audience: str, at: datetime) -> Space:
    """Changes what a place says of itself and who sees it; narrowing takes effect at once."""
    space.name, space.description, space.charter = name, description, charter
    if audience != space.audience:
        space.audience = audience
        space.group = group_for(space.slug, audience)
        bump_access_epoch()
    space.save()
    sync_group(space)
    for listener in hooks.get_hooks("after_space_changed"):
        listener(space=space, at=at)
    return space


@transaction.atomic
def join_space(*, space: Space, user: User, at: datetime) -> SpaceMember:
    """Lets an employee into an open space. Raises MembersOnly, SpaceIsArchived or AlreadyMember."""
    if not space.is_open or user.is_guest:
        raise MembersOnly
    return add_member(space=space, member=user, role=SpaceMember.Role.MEMBER, at=at)


@transaction.atomic
def add_member(
    *, space: Space, member: User | Team, role: str, at: datetime, expires_at: datetime | None = None
) -> SpaceMember:
    """Takes a person or a team in. Raises SpaceIsArchived or AlreadyMember."""
    if space.is_archived:
        raise SpaceIsArchived
    who = {"user": member} if isinstance(member, User) else {"team": member}
    row, made = SpaceMember.objects.get_or_create(
        space=space, **who, defaults={"role": role, "since": at, "expires_at": expires_at}
    )
    if not made:
        raise AlreadyMember
    sync_group(space)
    return row


@transaction.atomic
def change_role(*, member: SpaceMember, role: str, at: datetime) -> SpaceMember:
    """Gives a member another role. Raises LastFacilitator."""
    if member.role == SpaceMember.Role.FACILITATOR and role != member.role:
        keep_a_facilitator(member)
    member.role = role
    member.save(update_fields=["role"])
    bump_access_epoch()
    return member


@transaction.atomic
def remove_member(*, member: SpaceMember, at: datetime) -> None:
    """Ends a membership, by the person who leaves or by a facilitator. Raises LastFacilitator.

    From the commit on, nothing of a closed space reaches that person, on any open socket.
    """
    if member.role == SpaceMember.Role.FACILITATOR:
        keep_a_facilitator(member)
    space = member.space
    member.delete()
    bump_access_epoch()
    sync_group(space)


def keep_a_facilitator(leaving: SpaceMember) -> None:
    others = SpaceMember.objects.filter(space=leaving.space, role=SpaceMember.Role.FACILITATOR).exclude(pk=leaving.pk)
    if not others.exists():
        raise LastFacilitator


@transaction.atomic
def archive_space(*, space: Space, at: datetime) -> Space:
    """Closes a place to new words; what was said stays readable to those who could read it."""
    space.archived_at = at
    space.save(update_fields=["archived_at"])
    bump_access_epoch()
    return space


@transaction.atomic
def reopen_space(*, space: Space, at: datetime) -> Space:
    """Opens an archived place again."""
    space.archived_at = None
    space.save(update_fields=["archived_at"])
    return space


# --- guests -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and the only copy of its token, to be sent and forgotten."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite_guest(
    *, space: Space, email: str, name: str, organization: str, access_until: datetime, by: User, at: datetime
) -> Invited:
    """Invites somebody from outside into one space; an open invitation to the same address is replaced.

    Raises SpaceIsArchived; AlreadyMember when the address already belongs to a member.
    """
    if space.is_archived:
        raise SpaceIsArchived
    email = email.lower()
    if SpaceMember.objects.filter(space=space, user__email__iexact=email).exists():
        raise AlreadyMember
    space.invitations.filter(email=email, accepted_at=None, withdrawn_at=None).update(withdrawn_at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        space=space,
        email=email,
        name=name,
        organization=organization,
        token_hash=hashed(token),
        invited_by=by,
        invited_at=at,
        expires_at=at + INVITATION_LASTS,
        access_until=access_until,
    )
    return Invited(invitation, token)


def hashed(token: str) -> str:
    """What we keep of a token: enough to recognise it, not enough to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str, at: datetime) -> Invitation:
    """The usable invitation of a token; looking changes nothing. Raises InvitationUnusable."""
    invitation = (
        Invitation.objects.select_related("space", "invited_by")
        .filter(token_hash=hashed(token), accepted_at=None, withdrawn_at=None, expires_at__gt=at)
        .first()
    )
    if invitation is None:
        raise InvitationUnusable
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, password: str, language: str, at: datetime) -> User:
    """Makes the guest's account, bound to the invited address, and lets it into that one space.

    Raises InvitationUnusable, also when somebody else was quicker with the same token, or when the
    address already has an account: a guest who exists is added by `admit_guest`.
    """
    invitation = find_invitation(token, at)
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=at)
    if not taken or User.objects.filter(email__iexact=invitation.email).exists():
        raise InvitationUnusable
    guest = create_person(
        email=invitation.email,
        name=invitation.name,
        password=password,
        kind=Profile.Kind.GUEST,
        organization=invitation.organization,
        language=language,
        expires_at=invitation.access_until,
        at=at,
    )
    admit_guest(invitation=invitation, guest=guest, at=at)
    return guest


@transaction.atomic
def admit_guest(*, invitation: Invitation, guest: User, at: datetime) -> SpaceMember:
    """Lets a signed-in guest, whose address was invited, into one more space."""
    if guest.email.lower() != invitation.email:
        raise InvitationUnusable
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=at)
    if guest.expires_at is not None and guest.expires_at < invitation.access_until:
        User.objects.filter(pk=guest.pk).update(expires_at=invitation.access_until)
    return add_member(
        space=invitation.space, member=guest, role=SpaceMember.Role.GUEST, at=at, expires_at=invitation.access_until
    )


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, at: datetime) -> Invitation:
    """Makes an invitation useless."""
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    return invitation


# --- the group Wagtail's privacy uses -----------------------------------------------------------


def sync_group(space: Space) -> None:
    """Makes the space's group hold exactly the employees who see the space."""
    if space.is_open:
        sync_everyone()
        return
    everyone = User.objects.filter(is_active=True, profile__kind=Profile.Kind.EMPLOYEE).values_list("pk", flat=True)
    set_group(space.group, seen_by(space, list(everyone), with_guests=False))


def sync_everyone() -> None:
    """Makes the group of open spaces hold exactly the active employees."""
    group = Group.objects.get_or_create(name=EVERYONE)[0]
    set_group(
        group,
        set(User.objects.filter(is_active=True, profile__kind=Profile.Kind.EMPLOYEE).values_list("pk", flat=True)),
    )


def set_group(group: Group, wanted: set[int]) -> None:
    present = set(group.user_set.values_list("pk", flat=True))
    group.user_set.remove(*(present - wanted))
    group.user_set.add(*(wanted - present))


@transaction.atomic
def follow_people(*, users: Iterable[User], at: datetime) -> None:
    """After accounts or team memberships changed: the groups follow. Called through people's hook."""
    sync_everyone()
    for space in Space.objects.filter(audience=Space.Audience.MEMBERS):
        sync_group(space)
