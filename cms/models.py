"""Page types, the files of spaces, and the approval of a page by those who answer for it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast, Coalesce
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage, AbstractRendition, ImageQuerySet
from wagtail.models import Collection, ReferenceIndex, Task, TaskState
from wagtail.search import index

from cms.base.curtain import CurtainMixin
from cms.base.models import BasePage, BasePageManager, BasePageQuerySet
from cms.blocks import BodyBlock
from cms.file_types import SIGNATURES, is_what_it_says
from intranet.accounts.models import User
from intranet.people.models import Membership
from realtime.spaces.models import Space, SpaceMember

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

HOME = "/home/"  # url_path of Home, above every page that is read
WRITTEN = ["cms.NewsPage", "cms.EventPage", "cms.GuidePage", "cms.CollaborativePage"]


# --- files --------------------------------------------------------------------------------------


class Folder(models.Model):
    """Where the files of a space are: a collection of Wagtail's that is as private as the space."""

    space = models.OneToOneField(Space, on_delete=models.CASCADE, related_name="folder")
    collection = models.OneToOneField(Collection, on_delete=models.PROTECT, related_name="folder")

    def __str__(self) -> str:
        return self.space.name


def in_seen_folders(user: "User | AnonymousUser") -> Q:
    """The files of the spaces that `user` sees, said in the one way that the search index can be asked too."""
    folders = Folder.objects.filter(space__in=Space.objects.visible_to(user))
    return Q(collection__in=folders.values_list("collection"))


def cited_by_pages(model: type[models.Model], user: User) -> Exists:
    """The files that stand in a page shared with a guest."""
    pages = BasePage.objects.visible_to(user).values_list(Cast("pk", models.CharField()))
    cited = ReferenceIndex.objects.filter(
        base_content_type__app_label="base", to_content_type__model=model._meta.model_name, object_id__in=pages
    )
    return Exists(cited.filter(to_object_id=Cast(OuterRef("pk"), models.CharField())))


class HeldFiles:
    """For the QuerySet of a kind of file."""

    def visible_to(self, user: "User | AnonymousUser") -> Any:
        """Files of the spaces `user` sees; a guest only those in pages shared with guests."""
        files: Any = self
        if user.is_authenticated and user.is_guest:
            return files.filter(in_seen_folders(user)).filter(cited_by_pages(files.model, user))
        return files.filter(in_seen_folders(user))

    def managed_by(self, user: "User | AnonymousUser") -> Any:
        """What an editor finds in the CMS."""
        files: Any = self
        if not user.is_authenticated or user.is_guest:
            return files.none()
        return files.filter(in_seen_folders(user))


class SpaceImageQuerySet(HeldFiles, ImageQuerySet):
    """Images, by who may see them."""


class SpaceImageManager(CurtainMixin, models.Manager.from_queryset(SpaceImageQuerySet)):  # type: ignore[misc]  # made at run time
    """The manager Wagtail looks images up with, behind the curtain."""


class SpaceImage(AbstractImage):
    """An image in the folder of a space."""

    objects: ClassVar[Any] = SpaceImageManager()

    admin_form_fields = ("title", "file", "collection", "description", "tags")

    class Meta(AbstractImage.Meta):
        permissions = [("choose_spaceimage", "Can choose image")]

    @property
    def default_alt_text(self) -> str:
        """What an image says of itself where nobody said it better: never its file name."""
        return self.description

    def generate_rendition_file(self, *args: Any, **kwargs: Any) -> File:  # type: ignore[type-arg]  # of bytes
        """The image at a size, in memory: Wagtail leaves the file it works in open."""
        with super().generate_rendition_file(*args, **kwargs) as made:
            made.seek(0)
            return ContentFile(made.read(), name=made.name)


class SpaceRendition(AbstractRendition):
    """An image at a size."""

    image = models.ForeignKey(SpaceImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta(AbstractRendition.Meta):
        unique_together = [("image", "filter_spec", "focal_point_key")]

    @property
    def url(self) -> str:
        """Our own address, wherever the file is kept."""
        return reverse("cms:media", args=[self.file.name])


class SpaceDocumentQuerySet(HeldFiles, DocumentQuerySet):
    """Documents, by who may see them."""


class SpaceDocumentManager(CurtainMixin, models.Manager.from_queryset(SpaceDocumentQuerySet)):  # type: ignore[misc]  # made at run time
    """The manager Wagtail looks documents up with, behind the curtain."""


class SpaceDocument(AbstractDocument):
    """A file in the folder of a space."""

    objects: ClassVar[Any] = SpaceDocumentManager()

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        permissions = [("choose_spacedocument", "Can choose document")]

    @property
    def url(self) -> str:
        return reverse("cms:document", args=[self.pk, self.filename])

    def clean(self) -> None:
        """Refuses a file that is too large, of another kind than we take, or not what its name says."""
        super().clean()
        if not self.file or self.file._committed:
            return
        if self.file.size > settings.PARVIS_MAX_FILE:
            limit = settings.PARVIS_MAX_FILE // 1024**2
            raise ValidationError({"file": _("This file is larger than %(limit)s MB.") % {"limit": limit}})
        if not is_what_it_says(self.file.name, self.file):
            kinds = ", ".join(sorted(SIGNATURES))
            raise ValidationError(
                {"file": _("This file is not what its name says. We take: %(kinds)s.") % {"kinds": kinds}}
            )


# --- pages --------------------------------------------------------------------------------------


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
        verbose_name_plural = _("news")


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
    """A page that the members of a space keep together."""

    parent_page_types: ClassVar[list[str]] = ["cms.SpacePage", "cms.CollaborativePage"]
    subpage_types: ClassVar[list[str]] = ["cms.CollaborativePage"]

    class Meta:
        verbose_name = _("shared page")
        verbose_name_plural = _("shared pages")


# --- approval -----------------------------------------------------------------------------------


def answers_for(user: User) -> Q:
    """The pages `user` answers for: of a team they are in today, or of a space they run."""
    teams = Membership.objects.on(timezone.localdate()).filter(user=user).values("team")
    run = SpaceMember.objects.held_by(user).filter(space=OuterRef("space"), role=SpaceMember.Role.FACILITATOR)
    return Q(steward__in=teams) | Q(Exists(run))


class TeamApprovalTask(Task):
    """A page is approved by its steward team or by those who run its space."""

    class Meta:
        verbose_name = _("approval by the steward team")

    def may_approve(self, page: BasePage, user: User) -> bool:
        """Whether `user` may say yes or no to `page`."""
        return bool(BasePage.objects.managed_by(user).filter(answers_for(user), pk=page.pk).exists())

    def user_can_access_editor(self, obj: BasePage, user: User) -> bool:
        return self.may_approve(obj, user)

    def get_actions(self, obj: BasePage, user: User) -> list[tuple[str, Any, bool]]:
        if not self.may_approve(obj, user):
            return []
        return [
            ("reject", _("Request changes"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> Any:
        pages = BasePage.objects.managed_by(user).filter(answers_for(user))
        return TaskState.objects.filter(
            task=self.task_ptr,
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__object_id__in=pages.values_list(Cast("pk", models.CharField())),
        )

    @classmethod
    def get_description(cls) -> Any:
        return _("The steward team of the page, or those who run its space, approve it.")
