"""The files of spaces: images and documents, as private as the space."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.images.models import AbstractImage, AbstractRendition, ImageQuerySet
from wagtail.models import Collection, ReferenceIndex

from cms.base.curtain import CurtainMixin
from cms.base.models import BasePage
from intranet.accounts.models import User
from realtime.spaces.file_types import SIGNATURES, is_what_it_says
from realtime.spaces.house_check import NotChecked, why_refused
from realtime.spaces.models import Space

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


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


def refuse_what_the_house_refuses(file: Any) -> None:
    """Raises ValidationError for a file that is brought and that the operator's check refuses; not for one kept before."""
    if not file or file._committed:
        return
    try:
        why = why_refused(file.file, file.name)
    except NotChecked:
        raise ValidationError({"file": _("This file could not be checked. Try again in a moment.")}) from None
    if why:
        raise ValidationError({"file": why})


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

    def clean(self) -> None:
        super().clean()
        refuse_what_the_house_refuses(self.file)

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
        refuse_what_the_house_refuses(self.file)
