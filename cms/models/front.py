"""What editors put on the front page of the house, and across all its screens."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Orderable

from cms.base.curtain import CurtainMixin
from cms.base.models import BasePage
from cms.models.files import SpaceImage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from intranet.accounts.models import User

elsewhere = URLValidator(schemes=["http", "https"])


def check_address(address: str) -> None:
    """Refuses what is neither a web address nor one of our screens that everybody finds. Raises ValidationError."""
    if not address.startswith("/"):
        return elsewhere(address)
    try:
        found = resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        found = None
    if found is None or "\\" in address or address.startswith("//"):
        raise ValidationError(_("There is no screen of Parvis at this address."))
    if found.kwargs or found.args:
        raise ValidationError(_("Not everybody may see what is at this address: choose a page instead."))
    return None


def ours(address: str) -> str:
    """The address as a path where it is one of our own host, as it is otherwise."""
    parts = urlsplit(address)
    own = urlsplit(settings.PARVIS_ADDRESS)
    if (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        return address
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class LedQuerySet(models.QuerySet[Any]):
    """Things that lead to a page or to an address: seen by those who see the page."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(page=None) | Q(page__in=BasePage.objects.visible_to(user).values("pk")))

    def managed_by(self, user: "User | AnonymousUser") -> Self:
        """What an editor finds in the CMS: also what leads to a draft of theirs, never what leads where they see nothing."""
        if not user.is_authenticated or user.is_guest:
            return self.none()
        return self.filter(Q(page=None) | Q(page__in=BasePage.objects.managed_by(user).values("pk")))

    def showing(self, at: datetime) -> Self:
        """Of what has its time: what is shown at `at`."""
        return self.filter(starts_at__lte=at, ends_at__gt=at)


class CardQuerySet(LedQuerySet):
    def managed_by(self, user: "User | AnonymousUser") -> Self:
        pictures = SpaceImage.objects.managed_by(user).values("pk")
        return super().managed_by(user).filter(Q(picture=None) | Q(picture__in=pictures))


class LedManager(CurtainMixin, models.Manager.from_queryset(LedQuerySet)):  # type: ignore[misc]  # made at run time
    """What leads somewhere, behind the curtain."""


class CardManager(CurtainMixin, models.Manager.from_queryset(CardQuerySet)):  # type: ignore[misc]  # made at run time
    """The cards, behind the curtain."""


class OnTheFront(models.Model):
    """What Wagtail's log calls it says nothing of where it leads: every editor reads that log."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class LeadsSomewhere(OnTheFront):
    """Leads to a page, or to an address elsewhere or to a screen that everybody finds; never to both."""

    page = models.ForeignKey(
        BasePage,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page"),
        help_text=_("Only those who see the page see this."),
    )
    address = models.CharField(
        _("or an address"),
        max_length=300,
        blank=True,
        help_text=_("https://… elsewhere, or a screen of Parvis such as /events/."),
    )

    objects: ClassVar[Any] = LedManager()

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        self.address = ours(self.address.strip())
        if self.page_id and self.address:
            raise ValidationError({"address": _("Choose a page or write an address, not both.")})
        if self.address:
            try:
                check_address(self.address)
            except ValidationError as refused:
                raise ValidationError({"address": refused.messages}) from refused


class AlertBanner(LeadsSomewhere):
    """A sentence across all screens for a time."""

    class Level(models.TextChoices):
        NOTICE = "notice", _("Notice")
        IMPORTANT = "important", _("Important")

    words_fr = models.CharField(_("in French"), max_length=240)
    words_en = models.CharField(_("in English"), max_length=240)
    level = models.CharField(_("level"), max_length=9, choices=Level, default=Level.NOTICE)
    starts_at = models.DateTimeField(_("shown from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"))
    for_guests = models.BooleanField(_("guests see it too"), default=False)

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("words_fr"), FieldPanel("words_en")], heading=_("What it says")),
        FieldPanel("level"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")], heading=_("When")),
        MultiFieldPanel([FieldPanel("page"), FieldPanel("address")], heading=_("Where it leads, if anywhere")),
        FieldPanel("for_guests"),
    ]

    class Meta:
        verbose_name = _("alert banner")
        verbose_name_plural = _("alert banners")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="banner_ends_after_start"),
        ]

    @property
    def words(self) -> str:
        """In the language of the moment."""
        return self.words_fr if (get_language() or "").startswith("fr") else self.words_en

    def clean(self) -> None:
        super().clean()
        starts: datetime | None = self.starts_at  # a form may have left it empty
        ends: datetime | None = self.ends_at
        if starts is not None and ends is not None and ends <= starts:
            raise ValidationError({"ends_at": _("It ends after it begins.")})


class PriorityCard(OnTheFront, Orderable):
    """A card on the front page that leads to a page; those who do not see the page do not see the card."""

    title = models.CharField(_("title"), max_length=80)
    line = models.CharField(_("a line below it"), max_length=160, blank=True)
    picture = models.ForeignKey(
        SpaceImage,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("Only those who see its space see it."),
    )
    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page"))

    objects: ClassVar[Any] = CardManager()

    panels: ClassVar[list[Any]] = [FieldPanel(name) for name in ("title", "line", "page", "picture")]

    class Meta(Orderable.Meta):
        verbose_name = _("priority card")
        verbose_name_plural = _("priority cards")


class QuickLink(LeadsSomewhere, Orderable):
    """A line among the links of the front page."""

    words = models.CharField(_("words"), max_length=60)

    panels: ClassVar[list[Any]] = [FieldPanel(name) for name in ("words", "page", "address")]

    class Meta(Orderable.Meta):
        verbose_name = _("quick link")
        verbose_name_plural = _("quick links")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(page=None, address__gt="") | Q(page__isnull=False, address=""), name="quick_link_leads"
            )
        ]

    def clean(self) -> None:
        super().clean()
        if not self.page_id and not self.address:
            raise ValidationError({"address": _("Choose a page or write an address.")})
