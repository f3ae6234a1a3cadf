"""Who comes to an event: each says so of themselves."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models.pages import EventPage


class Attendance(models.Model):
    """What somebody said of an event: that they come, perhaps, or cannot. The last word holds; taken back, there is none."""

    class Answer(models.TextChoices):
        COMING = "coming", _("I am coming")
        PERHAPS = "perhaps", _("Perhaps")
        NOT = "not", _("I cannot come")

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=7, choices=Answer)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "user"], name="cms_attendance_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.answer}"
