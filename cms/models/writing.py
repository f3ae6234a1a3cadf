"""The shared text of a page, and what its revisions are in it."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from wagtail.models import Revision

from cms.base.models import BasePage
from realtime.coedit.models import Document

if TYPE_CHECKING:
    pass


class PageText(models.Model):
    """The shared text of a page that people write at once; made when it is first opened for writing."""

    page = models.OneToOneField(BasePage, on_delete=models.CASCADE, related_name="text")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.document_id}"


class KeptText(models.Model):
    """What a revision of the page is in the shared text: where to begin from when somebody saves that revision changed.

    `is_ours`: made of the shared text, not saved elsewhere. `loaded` is the revision that an editor of the CMS had opened
    when it was saved. `contributors` wrote in it since the revision before: a set, no numbers. An old one forgets `state`.
    """

    text = models.ForeignKey(PageText, on_delete=models.CASCADE, related_name="kept")
    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="+")
    epoch = models.BigIntegerField()
    state = models.BinaryField(default=bytes)
    is_ours = models.BooleanField()
    loaded = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    contributors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.text_id}@{self.revision_id}"
