"""People as colleagues know them, and the dated teams they belong to."""

import secrets
from collections.abc import Iterable
from datetime import date, time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, SmallIntegerField, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from intranet.accounts.models import User
from intranet.people.words import folded_words

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Skill(models.Model):
    """Something a person can be asked about, shared by everyone who knows it."""

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(unique=True, max_length=70)

    def __str__(self) -> str:
        return self.name


class ProfileQuerySet(models.QuerySet["Profile"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Employees see everyone active; a guest sees only themselves."""
        if not user.is_authenticated:
            return self.none()
        if user.is_guest:
            return self.filter(user=user)
        return self.filter(user__is_active=True, kind=Profile.Kind.EMPLOYEE)

    def matching(self, words: Iterable[str], teams: "Iterable[Team]", on: date) -> Self:
        """Those in whom every folded word is found: in their name, trade, place, skills or in a team of that day.

        `teams` are the teams there are, so that their names are folded as the words are.
        """
        found = self
        for word in words:
            named = [team.pk for team in teams if word in folded_words(team.name)]
            inside = Exists(Membership.objects.on(on).filter(user=OuterRef("pk"), team__in=named))
            found = found.filter(Q(search_text__contains=word) | inside)
        return found

    def in_team(self, team: "Team", on: date) -> Self:
        """Those in `team`, or in a team below it, on a day."""
        inside = Membership.objects.on(on).filter(user=OuterRef("pk"), team__path__startswith=team.path)
        return self.filter(Exists(inside))

    def for_list(self, on: date) -> Self:
        """With the person and `today`, their memberships on a day; by folded name."""
        today = Prefetch(
            "user__memberships", Membership.objects.on(on).select_related("team").order_by("-is_home", "pk"), "today"
        )
        return self.select_related("user").prefetch_related(today).order_by("search_text", "pk")


def photo_name(profile: "Profile", filename: str) -> str:
    """A name nobody guesses: whoever is shown a photo has its address, and nobody else."""
    return f"photos/{secrets.token_urlsafe(16)}.webp"


class Profile(models.Model):
    """What colleagues see of a person, and how that person wants to be reached. Never a completion bar."""

    class Kind(models.TextChoices):
        EMPLOYEE = "employee", _("Employee")
        GUEST = "guest", _("Guest")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="profile"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EMPLOYEE)
    title = models.CharField(_("what I do"), max_length=120, blank=True)
    about = models.TextField(_("about me"), max_length=600, blank=True)
    organization = models.CharField(_("organization"), max_length=120, blank=True)  # of a guest
    place = models.CharField(_("where I work"), max_length=80, blank=True)
    days = models.CharField(_("days I work"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    interests = models.CharField(_("interests"), max_length=200, blank=True)
    spoken = models.CharField(_("languages spoken"), max_length=120, blank=True)
    skills = models.ManyToManyField(Skill, verbose_name=_("ask me about"), blank=True, related_name="profiles")
    photo = models.ImageField(_("photo"), upload_to=photo_name, blank=True)
    language = models.CharField(
        _("language of the interface"), max_length=5, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Paris")
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    quiet_from = models.TimeField(_("quiet from"), default=time(18, 30))
    quiet_until = models.TimeField(_("quiet until"), default=time(8, 0))
    shows_presence = models.BooleanField(_("show when I am here"), default=True)
    is_counted = models.BooleanField(_("count me in the figures of my team"), default=True)  # shown to nobody else
    search_text = models.TextField(editable=False, blank=True)  # folded and stemmed: intranet.people.words

    objects: ClassVar[Any] = ProfileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.user.name

    def get_absolute_url(self) -> str:
        return reverse("people:person", args=[self.pk])

    @property
    def photo_url(self) -> str:
        """Address of the photo, "" without one."""
        return reverse("people:photo", args=[PurePosixPath(self.photo.name).name]) if self.photo.name else ""


class TeamQuerySet(MP_NodeQuerySet["Team"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Teams are public inside the organization and unknown to guests."""
        if not user.is_authenticated or user.is_guest:
            return self.none()
        return self

    def joined_by(self, user: User, on: date) -> Self:
        """Teams `user` belongs to on a day."""
        return self.filter(memberships__in=Membership.objects.on(on).filter(user=user))

    def with_sizes(self, on: date) -> Self:
        """Each team with the number of people in it on a day, as `size`."""
        inside = Q(memberships__starts_on__lte=on) & (Q(memberships__ends_on=None) | Q(memberships__ends_on__gt=on))
        return self.annotate(size=Count("memberships", filter=inside))


class TeamManager(MP_NodeManager["Team"]):
    def get_queryset(self) -> TeamQuerySet:
        return TeamQuerySet(self.model, using=self._db).order_by("path")


class Team(MP_Node):
    """A line team, a network or a circle, in one tree."""

    class Kind(models.TextChoices):
        LINE = "line", _("Team")
        NETWORK = "network", _("Network")
        CIRCLE = "circle", _("Circle")

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(unique=True, max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.LINE)
    purpose = models.TextField(_("what we do"), blank=True, max_length=600)

    objects = TeamManager.from_queryset(TeamQuerySet)()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portal:team", args=[self.slug])


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> Self:
        """Memberships in force on `day`: the first day counts, the last does not."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)

    def open(self) -> Self:
        return self.filter(ends_on=None)

    def for_list(self) -> Self:
        """With the person and their profile: managers first, then by name."""
        ranks = [When(role=role, then=rank) for rank, role in enumerate(Membership.ROLES_FIRST)]
        people = self.select_related("user__profile").annotate(rank=Case(*ranks, output_field=SmallIntegerField()))
        return people.order_by("rank", "user__profile__search_text", "pk")


class Membership(models.Model):
    """A person's place in a team during [starts_on, ends_on). Append-only: a change ends one row and opens another."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        FACILITATOR = "facilitator", _("Facilitator")
        DELEGATE = "delegate", _("Delegate")
        MANAGER = "manager", _("Manager")

    ROLES_FIRST: ClassVar[list[str]] = [Role.MANAGER, Role.FACILITATOR, Role.DELEGATE, Role.MEMBER]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER)
    is_home = models.BooleanField(default=False)  # the one team a person is counted in
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["user", "team"], condition=Q(ends_on=None), name="membership_one_open_a_team"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(ends_on=None, is_home=True), name="membership_one_home"
            ),
        ]
        indexes = [models.Index(fields=["team", "ends_on", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"


class ProfileChange(models.Model):
    """One changed line of a profile: the person can read who changed what, and when."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["profile", "-at"])]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.field}"
