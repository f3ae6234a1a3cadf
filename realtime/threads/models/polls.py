"""A quick poll inside a conversation: it takes the temperature and decides nothing."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from realtime.threads.models.messages import Message


class Poll(models.Model):
    """The poll that a message carries; the message's words are its question."""

    class Kind(models.TextChoices):
        SENSE = "sense", _("Sense check")  # fixed options
        CHOICE = "choice", _("Quick poll")

    class Sense(models.TextChoices):
        AGREE = "agree", pgettext_lazy("sense check", "I agree")
        UNSURE = "unsure", pgettext_lazy("sense check", "I am not sure")
        DISAGREE = "disagree", pgettext_lazy("sense check", "I disagree")
        QUESTION = "question", pgettext_lazy("sense check", "I have a question")

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="poll")
    kind = models.CharField(max_length=6, choices=Kind)
    is_multiple = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_multiple=False) | models.Q(kind="choice"), name="poll_sense_is_one_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"poll of {self.message_id}"


class PollOptionQuerySet(models.QuerySet["PollOption"]):
    def for_reading(self) -> Self:
        """In order, each with its votes and who cast them; two queries."""
        votes = PollVote.objects.select_related("user__profile").order_by("pk")
        return self.order_by("position").prefetch_related(Prefetch("votes", votes))


class PollOption(models.Model):
    """One thing that can be chosen; options of a sense check have a `code` and no label of their own."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10, blank=True)
    label = models.CharField(max_length=120, blank=True)

    objects: ClassVar[Any] = PollOptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "position"], name="poll_option_one_a_place"),
            models.CheckConstraint(condition=~models.Q(code="", label=""), name="poll_option_says_something"),
        ]

    def __str__(self) -> str:
        return self.label or self.code

    @property
    def text(self) -> str:
        """What it says, in the reader's language."""
        return words_of_option(self.label, self.code)


def words_of_option(label: str, code: str) -> str:
    """What an option says: its label, or the words of a sense check in the reader's language; "" for neither."""
    return label or (str(Poll.Sense(code).label) if code else "")


class PollVote(models.Model):
    """Who chose what: named, and changed until the poll is closed."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_only = models.BooleanField()  # where one option is chosen, one vote a person
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["option", "user"], name="poll_vote_once"),
            models.UniqueConstraint(
                fields=["poll", "user"], condition=models.Q(is_only=True), name="poll_vote_one_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option_id} by {self.user_id}"
