"""How a page begins, where it was before, and what people keep of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.base.models import BasePage
from realtime.spaces.models import Space


class PageTemplate(models.Model):
    """What a new page of a space can begin with: headings, and prompts in place of words."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="page_templates")
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("what it is for"), max_length=200, blank=True)
    body = models.JSONField(default=list)  # raw blocks, as a page has them
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["space", "name"], name="cms_template_name")]

    def __str__(self) -> str:
        return self.name


class OldAddress(models.Model):
    """An address that a page had before it moved or was given another slug; who sees the page is led to it."""

    path = models.CharField(max_length=255, unique=True)  # of the page's url_path below Home
    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="old_addresses")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path


class Bookmark(models.Model):
    """A page that somebody put aside to find it again. Theirs alone."""

    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="bookmarks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "user"], name="cms_bookmark_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.page_id}"


class AccessRequest(models.Model):
    """Somebody was given an address that they cannot open, and asks those who run its space to let them in."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="access_requests")
    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_granted = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["space", "user"], condition=Q(decided_at=None), name="cms_access_request_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.space_id}"
