"""What people do with places: open, join, leave, invite, archive. The space's group follows in the same transaction."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.text import slugify
from wagtail import hooks

from intranet.accounts.models import User
from intranet.accounts.services import bump_access_epoch
from intranet.people.models import Profile, Team
from intranet.people.services import create_person
from realtime.spaces.access import seen_by
from realtime.spaces.models import Invitation, Space, SpaceMember
from realtime.streams.services import open_stream

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


class IsColleague(Exception):
    """The address belongs to somebody of the organization, who is added and not invited."""


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
        group=None if kind == Space.Kind.PRIVATE else group_for(slug, audience),
        created_by=by,
        created_at=at,
    )
    open_stream(kind="space", key=space.pk)
    if by is not None:
        SpaceMember.objects.create(space=space, user=by, role=SpaceMember.Role.FACILITATOR, since=at)
    if team is not None:
        SpaceMember.objects.create(space=space, team=team, since=at)
    if space.is_place:
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
    """Takes a person or a team in; a membership that ran out begins anew. Raises SpaceIsArchived or AlreadyMember.

    Who comes into a place that everybody left who ran it, runs it.
    """
    if space.is_archived:
        raise SpaceIsArchived
    who = {"user": member} if isinstance(member, User) else {"team": member}
    SpaceMember.objects.filter(space=space, expires_at__lte=at, **who).delete()
    row, made = SpaceMember.objects.get_or_create(
        space=space, **who, defaults={"role": role, "since": at, "expires_at": expires_at}
    )
    if not made:
        raise AlreadyMember
    sync_group(space)
    if space.is_place and hand_over(space):
        row.refresh_from_db(fields=["role"])
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
    """Raises LastFacilitator when nobody else runs the space; two who leave together are asked one after the other."""
    Space.objects.select_for_update().get(pk=leaving.space_id)
    if not runners().filter(space=leaving.space_id).exclude(pk=leaving.pk).exists():
        raise LastFacilitator


def runners() -> QuerySet[SpaceMember]:
    """The people and teams that run a space, without those whose account is closed."""
    here = SpaceMember.objects.filter(Q(user=None) | Q(user__is_active=True))
    found: QuerySet[SpaceMember] = here.filter(role=SpaceMember.Role.FACILITATOR)
    return found


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

    A guest whose time was over can sign in again, to accept. Raises SpaceIsArchived; AlreadyMember when the
    address belongs to a member; IsColleague when it belongs to somebody of the organization.
    """
    if space.is_archived:
        raise SpaceIsArchived
    email = email.lower()
    if SpaceMember.objects.current(at).filter(space=space, user__email__iexact=email).exists():
        raise AlreadyMember
    if Profile.objects.filter(kind=Profile.Kind.EMPLOYEE, user__email__iexact=email).exists():
        raise IsColleague
    User.objects.filter(email__iexact=email, expires_at__lt=at + INVITATION_LASTS).update(
        expires_at=at + INVITATION_LASTS
    )
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
    use_up(invitation, at=at)
    if User.objects.filter(email__iexact=invitation.email).exists():
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
    let_in(invitation, guest, at=at)
    return guest


@transaction.atomic
def admit_guest(*, invitation: Invitation, guest: User, at: datetime) -> SpaceMember:
    """Lets somebody signed in, whose address was invited, into one more space.

    Raises InvitationUnusable, SpaceIsArchived or AlreadyMember.
    """
    if guest.email.lower() != invitation.email:
        raise InvitationUnusable
    use_up(invitation, at=at)
    return let_in(invitation, guest, at=at)


def use_up(invitation: Invitation, *, at: datetime) -> None:
    """Marks an invitation as accepted. Raises InvitationUnusable for whoever comes second."""
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not still_open.update(accepted_at=at):
        raise InvitationUnusable


def let_in(invitation: Invitation, guest: User, *, at: datetime) -> SpaceMember:
    space, until = invitation.space, invitation.access_until
    if not guest.is_guest:  # became a colleague since
        return add_member(space=space, member=guest, role=SpaceMember.Role.MEMBER, at=at)
    prolong(guest, until)
    return add_member(space=space, member=guest, role=SpaceMember.Role.GUEST, at=at, expires_at=until)


def prolong(guest: User, until: datetime) -> None:
    """Keeps a guest's account open at least as long as one of their rooms."""
    User.objects.filter(pk=guest.pk, expires_at__lt=until).update(expires_at=until)


@transaction.atomic
def renew_guest(*, member: SpaceMember, access_until: datetime, at: datetime) -> SpaceMember:
    """Sets another end to a guest's access, later or sooner; sooner takes effect at once."""
    sooner = member.expires_at is None or access_until < member.expires_at
    member.expires_at = access_until
    member.save(update_fields=["expires_at"])
    if member.user is not None:
        prolong(member.user, access_until)
    if sooner:
        bump_access_epoch()
    return member


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, at: datetime) -> Invitation:
    """Makes an invitation useless."""
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    return invitation


# --- the group Wagtail's privacy uses -----------------------------------------------------------


def sync_group(space: Space) -> None:
    """Makes the space's group hold exactly the employees who see the space; a private conversation has none."""
    if space.group is None:
        return
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
    is_run = Exists(runners().filter(space=OuterRef("pk")))
    theirs = Space.objects.places().filter(members__user__in=users).distinct()
    for space in theirs.exclude(is_run).order_by("pk"):
        hand_over(space)
    sync_everyone()
    for space in Space.objects.places().filter(audience=Space.Audience.MEMBERS):
        sync_group(space)


def hand_over(space: Space) -> bool:
    """When those who ran a place have all left, whoever has been a member longest runs it: a colleague, else a team.

    Returns whether somebody new does.
    """
    if runners().filter(space=space).exists():
        return False
    members = SpaceMember.objects.filter(Q(user=None) | Q(user__is_active=True), space=space)
    eldest = (
        members.exclude(role=SpaceMember.Role.GUEST).order_by(F("team").asc(nulls_first=True), "since", "pk").first()
    )
    if eldest is not None:
        eldest.role = SpaceMember.Role.FACILITATOR
        eldest.save(update_fields=["role"])
    return eldest is not None
