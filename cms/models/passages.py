"""Conversations on a passage of a page, and people called by name in it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from cms.base.models import BasePage
from realtime.spaces.markup import excerpt
from realtime.threads.models import Thread


class Passage(models.Model):
    """Some words of a page that people talk about: where they are, and what they said when the talk began.

    `begins` and `ends` are relative positions of Yjs in the shared text of `epoch`; they move with the words.
    """

    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="passages")
    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="passage")
    quote = models.CharField(max_length=400)
    epoch = models.BigIntegerField()
    begins = models.BinaryField()
    ends = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes: ClassVar = [models.Index(fields=["page"], condition=Q(resolved_at=None), name="cms_passage_open")]

    def __str__(self) -> str:
        return self.quote

    @property
    def says(self) -> str:
        """The beginning of what was said last about it; empty where that was taken back or hidden."""
        last = self.thread.last_message
        return "" if last is None or last.deleted_at or last.hidden_at else excerpt(last.body)
