"""Who looks after a page, what its readers say is wrong, and who wants to hear of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from cms.base.models import BasePage


class PageProblem(models.Model):
    """What somebody found wrong with a page, for the team that answers for it. It does not say who: nobody is kept here."""

    class Kind(models.TextChoices):
        WRONG = "wrong", _("Something is wrong")
        OLD = "old", _("Something is out of date")
        UNCLEAR = "unclear", _("Something is unclear")
        OTHER = "other", _("Something else")

    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="problems")
    kind = models.CharField(max_length=8, choices=Kind)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes: ClassVar = [models.Index(fields=["page"], condition=Q(closed_at=None), name="cms_problem_open")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.page_id}"


class PageOpinion(models.Model):
    """How often readers said in a month that a page was useful, and that it was not. It does not say who: nobody is kept here."""

    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="opinions")
    month = models.DateField()  # its first day
    useful = models.PositiveIntegerField(default=0)
    lacking = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "month"], name="cms_opinion_once_a_month")]

    def __str__(self) -> str:
        return f"{self.month}: {self.page_id}"


class PageSign(models.Model):
    """One person's sign on a page, such as a thank you. Shown by name, never summed by person."""

    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="signs")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "user", "emoji"], name="cms_sign_once")]

    def __str__(self) -> str:
        return f"{self.emoji}: {self.page_id}"


class PageWatch(models.Model):
    """Somebody wants to hear when a page is published anew. Theirs alone: nobody else learns of it."""

    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "user"], name="cms_watch_once")]

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.page_id}"


class PageChange(models.Model):
    """What changed in a page, said to its readers by those who published it."""

    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="changes")
    revision = models.OneToOneField(Revision, on_delete=models.SET_NULL, null=True, related_name="+")
    words = models.CharField(max_length=400)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)  # a set, no numbers
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.words


class VersionName(models.Model):
    """The name that a version of a page was given, such as "as the committee read it". A named version is kept."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
