"""What a conversation comes to, written by those who took part, with the words it rests on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from realtime.threads.models.messages import Message
from realtime.threads.models.threads import Thread


class Synthesis(models.Model):
    """The summary of one thread, and the page that keeps it once it is published.

    It is written as points, or since `together_at` as one text that several people write at once: its points are then
    what they were on that day, and shown to nobody.
    """

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="synthesis")
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")  # a set: who, never how much
    together_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    page_title = models.CharField(max_length=255, blank=True)
    page_url = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_at=None, page_url="")
                | (models.Q(published_at__isnull=False) & ~models.Q(page_url="")),
                name="synthesis_published_has_a_page",
            )
        ]

    def __str__(self) -> str:
        return f"synthesis of {self.thread_id}"

    @property
    def is_ahead(self) -> bool:
        """Whether it says something that its page does not say yet."""
        return self.published_at is not None and self.changed_at > self.published_at


class Point(models.Model):
    """One sentence or two of a synthesis. What is not agreed has its place as much as what is."""

    class Kind(models.TextChoices):
        KNOWN = "known", _("What we know")
        AGREED = "agreed", _("What we agree on")
        DISAGREED = "disagreed", _("Where we disagree")
        OPEN = "open", _("What stays open")

    synthesis = models.ForeignKey(Synthesis, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.KNOWN)
    position = models.PositiveSmallIntegerField()  # in the order of (position, id)
    text = models.CharField(_("sentence"), max_length=1000)
    version = models.PositiveIntegerField(default=1)  # of the words: who changes them says which they read

    def __str__(self) -> str:
        return self.text


class Citation(models.Model):
    """A message that a point rests on. It follows the message wherever that is moved."""

    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="citations")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "message"], name="citation_once")]

    def __str__(self) -> str:
        return f"{self.point_id} cites {self.message_id}"
