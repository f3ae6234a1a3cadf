"""What is reported, what is done about it with which reason, and what its author answers."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from realtime.threads.models.messages import Message

if TYPE_CHECKING:
    from realtime.threads.models.live_qa import LiveQuestion

ABOUT_ONE = Q(message__isnull=True, question__isnull=False) | Q(message__isnull=False, question__isnull=True)


class Report(models.Model):
    """Somebody asks those who run the space to look at a message, or at a question of a live Q&A.

    Its words as they were read are kept until it is decided.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="reports")
    question = models.ForeignKey("threads.LiveQuestion", on_delete=models.CASCADE, null=True, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    html = models.TextField(blank=True, default="", db_default="")  # for those who decide alone: "" once they did
    at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "by"], condition=Q(handled_at=None), name="report_one_open_a_person"
            ),
            models.CheckConstraint(condition=Q(handled_at=None) | Q(html=""), name="report_decided_has_no_words"),
            models.UniqueConstraint(
                fields=["question", "by"], condition=Q(handled_at=None), name="report_of_question_one_open_a_person"
            ),
            models.CheckConstraint(condition=ABOUT_ONE, name="report_of_one"),
        ]

    def __str__(self) -> str:
        return f"report of {self.subject}"

    @property
    def subject(self) -> "Message | LiveQuestion":
        """What is reported."""
        return subject_of(self)


class ModerationAct(models.Model):
    """What somebody who runs the space did about a message, or about a question of a live Q&A.

    Its author, who reported it and those who run the space read it. That its author took back a reported one stands
    among them; its author is not told that it was reported.
    """

    class Kind(models.TextChoices):
        HIDDEN = "hidden", _("Hidden")
        SHOWN = "shown", _("Shown again")
        LEFT = "left", _("Left as it is")  # the reports were looked at
        TAKEN_BACK = "taken_back", _("Taken back by its author")  # its reports still wait for a look

    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="moderation_acts")
    question = models.ForeignKey(
        "threads.LiveQuestion", on_delete=models.CASCADE, null=True, related_name="moderation_acts"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=ABOUT_ONE, name="moderation_act_about_one")]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind}"

    @property
    def subject(self) -> "Message | LiveQuestion":
        """What it is about."""
        return subject_of(self)

    @property
    def second_look(self) -> "Appeal | None":
        """The appeal of its author, None without one."""
        return getattr(self, "appeal", None)


class Appeal(models.Model):
    """The author of a hidden message asks for a second look, by somebody else where there is somebody else."""

    act = models.OneToOneField(ModerationAct, on_delete=models.CASCADE, primary_key=True, related_name="appeal")
    words = models.CharField(_("your reason"), max_length=1000)
    at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_upheld = models.BooleanField(null=True)  # the message was shown again
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, is_upheld=None) | Q(decided_at__isnull=False, is_upheld__isnull=False),
                name="appeal_decided_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal of {self.act_id}"


def subject_of(found: Any) -> "Message | LiveQuestion":
    """The one of the two that a report or an act is about."""
    subject: Message | LiveQuestion = found.message if found.message_id is not None else found.question
    return subject
