"""The types of pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.search import index

from cms.base.models import BasePage, BasePageManager, BasePageQuerySet
from cms.blocks import BodyBlock
from realtime.threads.models import Synthesis

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

HOME = "/home/"  # url_path of Home, above every page that is read
WRITTEN = ["cms.NewsPage", "cms.EventPage", "cms.GuidePage", "cms.CollaborativePage"]


class HomePage(BasePage):
    """The ground under the pages of all spaces. Nobody reads it: the portal's home is the home."""

    max_count: ClassVar[int] = 1
    parent_page_types: ClassVar[list[str]] = []
    subpage_types: ClassVar[list[str]] = ["cms.SpacePage"]
    is_creatable = False

    class Meta:
        verbose_name = _("home")

    def serve(self, request: "HttpRequest", *args: Any, **kwargs: Any) -> "HttpResponse":
        return redirect("portal:home")


class WrittenPage(BasePage):
    """What the types of pages that are read have in common: a few words first, then the body."""

    intro = models.CharField(
        _("introduction"), max_length=400, blank=True, help_text=_("One or two sentences, shown in lists too.")
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("intro"), FieldPanel("body")]
    screen: ClassVar[str] = "cms/page.html"  # the template of the type
    context_object_name = "page"

    class Meta:
        abstract = True

    def texts(self) -> Iterable[str]:
        yield self.title
        yield self.intro
        yield from map(str, self.body.stream_block.get_searchable_content(self.body))

    @property
    def is_written_with_thread(self) -> bool:
        """Whether a conversation stands beside it once it is published."""
        return True

    def get_template(self, request: "HttpRequest", *args: Any, **kwargs: Any) -> str:
        return self.screen

    def get_context(self, request: "HttpRequest", *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"preview": getattr(request, "is_preview", False)} | kwargs


class SpacePage(WrittenPage):
    """The first page of a space, made with it: what is above all its pages."""

    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = WRITTEN
    is_creatable = False

    class Meta:
        verbose_name = _("first page of a space")
        verbose_name_plural = _("first pages of spaces")

    @property
    def is_written_with_thread(self) -> bool:
        return False


class NewsPage(WrittenPage):
    """Something that happened, dated by its publication."""

    parent_page_types: ClassVar[list[str]] = ["cms.SpacePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = pgettext_lazy("several", "news")


class EventQuerySet(BasePageQuerySet):
    def coming(self, at: datetime) -> Self:
        """Events that are not over at `at`, the next one first."""
        return (
            self.annotate(over_at=Coalesce("ends_at", "starts_at")).filter(over_at__gte=at).order_by("starts_at", "pk")
        )

    def past(self, at: datetime) -> Self:
        """Events that are over at `at`, the latest first."""
        return (
            self.annotate(over_at=Coalesce("ends_at", "starts_at")).filter(over_at__lt=at).order_by("-starts_at", "-pk")
        )


class EventManager(BasePageManager.from_queryset(EventQuerySet)):  # type: ignore[misc]  # made at run time
    """The pages of events, behind the curtain."""


class EventPage(WrittenPage):
    """Something that will happen, in [starts_at, ends_at)."""

    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)

    objects: ClassVar[Any] = EventManager()

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("intro"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")], heading=_("When")),
        FieldPanel("place"),
        FieldPanel("body"),
    ]
    search_fields = [*WrittenPage.search_fields, index.FilterField("starts_at")]
    parent_page_types: ClassVar[list[str]] = ["cms.SpacePage"]
    subpage_types: ClassVar[list[str]] = []
    screen: ClassVar[str] = "cms/event_page.html"

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="event_ends_after_start"
            )
        ]

    def clean(self) -> None:
        super().clean()
        start: datetime | None = self.starts_at  # a form may have left it empty
        if start is not None and self.ends_at is not None and self.ends_at < start:
            raise ValidationError({"ends_at": _("An event ends after it starts.")})

    def texts(self) -> Iterable[str]:
        yield from super().texts()
        yield self.place


class GuidePage(WrittenPage):
    """How something is done."""

    parent_page_types: ClassVar[list[str]] = ["cms.SpacePage", "cms.GuidePage"]
    subpage_types: ClassVar[list[str]] = ["cms.GuidePage"]

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")


class CollaborativePage(WrittenPage):
    """A page that the members of a space keep together; `synthesis` is the one it was published from, if any."""

    synthesis = models.OneToOneField(
        Synthesis,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="page",
        verbose_name=_("synthesis"),
    )

    kept_today = (*WrittenPage.kept_today, "synthesis_id")
    exclude_fields_in_copy: ClassVar[list[str]] = [*WrittenPage.exclude_fields_in_copy, "synthesis"]
    parent_page_types: ClassVar[list[str]] = ["cms.SpacePage", "cms.CollaborativePage"]
    subpage_types: ClassVar[list[str]] = ["cms.CollaborativePage"]

    class Meta:
        verbose_name = _("shared page")
        verbose_name_plural = _("shared pages")
