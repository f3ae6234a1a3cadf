"""Places of exchange, and who may see what is held in them."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from intranet.people.models import Membership, Team

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Level(models.TextChoices):
    """What a person wants to hear of a space or a thread. Being called by one's own name is heard at every level."""

    MUTED = "muted", _("Muted")  # nothing else, not even a dot
    NORMAL = "normal", _("Normal")  # dots; told of mentions and answers
    FOLLOWED = "followed", _("Followed")  # and of everything new


class SpaceQuerySet(models.QuerySet["Space"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The one rule of the house: everything held in a space is seen by those this returns it to."""
        if not user.is_authenticated or not user.is_active or user.has_expired:
            return self.none()
        if user.is_guest:
            return self.filter(Exists(SpaceMember.objects.guests().filter(space=OuterRef("pk"), user=user)))
        joined = Exists(SpaceMember.objects.held_by(user).filter(space=OuterRef("pk")))
        return self.filter(Q(audience=Space.Audience.ORGANISATION) | joined)

    def joined_by(self, user: User) -> Self:
        """Spaces `user` belongs to, alone or through a team."""
        return self.filter(Exists(SpaceMember.objects.held_by(user).filter(space=OuterRef("pk"))))

    def rooms_of(self, user: User) -> Self:
        """The open ones a person belongs to; a guest's are those they were invited to."""
        seen = self.visible_to(user).active()
        return seen if user.is_guest else seen.joined_by(user)

    def active(self) -> Self:
        return self.filter(archived_at=None)

    def places(self) -> Self:
        """Those that are places: without the rooms of private conversations."""
        return self.exclude(kind=Space.Kind.PRIVATE)


class Space(models.Model):
    """A place of exchange: threads, pages, proposals and voices are held in one."""

    class Kind(models.TextChoices):
        TEAM = "team", _("Team")
        PROJECT = "project", _("Project")
        COMMUNITY = "community", _("Community")
        CUSTOMERS = "customers", _("Customers")
        PRACTICE = "practice", _("Practice ground")
        PRIVATE = "private", _("Private conversation")  # the room of one conversation; never listed as a place

    class Audience(models.TextChoices):
        ORGANISATION = "organisation", _("Everyone in the organization")
        MEMBERS = "members", _("Its members only")

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(unique=True, max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.COMMUNITY)
    audience = models.CharField(_("who sees it"), max_length=12, choices=Audience, default=Audience.ORGANISATION)
    description = models.CharField(_("what it is for"), max_length=300, blank=True)
    charter = models.TextField(_("charter"), max_length=4000, blank=True)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="spaces")
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, related_name="spaces"
    )  # kept equal by services; a private conversation has none, for it has no pages
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = SpaceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["audience", "archived_at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="private") | Q(audience="members"), name="space_private_is_for_members"
            ),
            models.CheckConstraint(condition=Q(kind="private") | Q(group__isnull=False), name="space_has_a_group"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("threads:space", args=[self.slug])

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_place(self) -> bool:
        """Whether people find it among their places: not the room of a private conversation."""
        return self.kind != self.Kind.PRIVATE

    @property
    def is_open(self) -> bool:
        """Whether every employee sees it."""
        return self.audience == self.Audience.ORGANISATION


APART = [
    Space.Kind.PRACTICE,
    Space.Kind.PRIVATE,
]  # no places of everyday work: nothing said there is looked at from above


class SpaceMemberQuerySet(models.QuerySet["SpaceMember"]):
    def current(self, at: datetime | None = None) -> Self:
        """Memberships that have not ended at `at` (default: now)."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at or timezone.now()))

    def guests(self) -> Self:
        return self.current().filter(role=SpaceMember.Role.GUEST)

    def held_by(self, user: User) -> Self:
        """What makes an employee a member: named, or in a named team or a team below it."""
        below = Membership.objects.on(timezone.localdate()).filter(
            user=user, team__path__startswith=OuterRef("team__path")
        )
        return self.current().exclude(role=SpaceMember.Role.GUEST).filter(Q(user=user) | Exists(below))


class SpaceMember(models.Model):
    """A person's or a team's place in a space: the truth that the space's group copies."""

    class Role(models.TextChoices):
        READER = "reader", _("Reader")
        MEMBER = "member", _("Member")
        FACILITATOR = "facilitator", _("Facilitator")
        GUEST = "guest", _("Guest")

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="space_members"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="space_members")
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER)
    since = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = SpaceMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(user=None) ^ Q(team=None), name="space_member_person_or_team"),
            models.CheckConstraint(condition=~Q(role="guest") | Q(team=None), name="space_member_guest_is_person"),
            models.UniqueConstraint(fields=["space", "user"], condition=~Q(user=None), name="space_member_person_once"),
            models.UniqueConstraint(fields=["space", "team"], condition=~Q(team=None), name="space_member_team_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.team} · {self.space}"

    @property
    def name(self) -> str:
        """Of the person or of the team."""
        return str(self.user or self.team)

    @property
    def last_day(self) -> date | None:
        """The last day of a guest's access, None without an end."""
        return timezone.localdate(self.expires_at - timedelta(microseconds=1)) if self.expires_at else None


class SpaceSubscription(models.Model):
    """What a person wants to hear of a space, and up to when they declared everything in it read. Theirs alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="subscriptions")
    level = models.CharField(max_length=9, choices=Level, default=Level.NORMAL)
    since = models.DateTimeField(null=True)  # when the level was chosen
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "space"], name="space_subscription_one_a_space")]

    def __str__(self) -> str:
        return f"{self.space_id} {self.level}"


class Invitation(models.Model):
    """A way in for somebody outside, bound to one space and one address, used once, kept as a hash."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    organization = models.CharField(_("organization"), max_length=120, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # of the invitation
    access_until = models.DateTimeField()  # of the guest's access
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "email"], condition=Q(accepted_at=None, withdrawn_at=None), name="invitation_one_open"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("invited_at")), name="invitation_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.space}"
