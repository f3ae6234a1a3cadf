"""What a person is told, and how they want to be told. Theirs alone."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User


class Category(models.TextChoices):
    """What a notification is about; each can be wanted or not, channel by channel."""

    MENTION = "mention", _("Somebody calls me, my team or my space by name")
    REPLY = "reply", _("Somebody answers me")
    FOLLOWED = "followed", _("Something new in what I follow")
    ANNOUNCEMENT = "announcement", _("Announcements of my spaces")
    PRIVATE = "private", _("Private conversations")
    MODERATION = "moderation", _("Reports, hidden messages and appeals")
    PAGE = "page", _("Pages that I watch or answer for")


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def on_screen(self) -> Self:
        """Without those that go by mail alone."""
        return self.filter(on_screen=True)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def unmailed(self) -> Self:
        return self.filter(mailed_at=None)

    def unwritten(self) -> Self:
        """Those that no letter was sent for: they wait for one, or none was wanted when they came."""
        return self.filter(Q(mailed_at=None) | Q(mailed_at=F("at")))

    def by_topic(self) -> Any:
        """The topics, those that moved last first, each with how many notifications it has and how many are unread."""
        topics = self.values("topic").annotate(last=Max("pk"), last_at=Max("at"))
        topics = topics.annotate(number=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
        return topics.order_by("-last_at", "-last")


class Notification(models.Model):
    """One thing that one person is told once.

    It names its source (`message:12`) and holds no words of it: what is shown is asked of the source when it is
    shown, with the rights of the moment (`realtime.notifications.sources`). `topic` (`thread:3`) is what it hangs
    under and `seq` its place there: those of one topic stand together, and whoever reads that far has read it.
    """

    class Reason(models.TextChoices):
        """Why this person is told, where the category does not say it all."""

        CALLED = "called", _("called by name")
        TEAM_CALLED = "team_called", _("their team was called")
        SPACE_CALLED = "space_called", _("the space was called")
        REPLIED = "replied", _("their message was answered")
        ANSWERED = "answered", _("their question was answered")
        WROTE = "wrote", _("written to in private")
        ANNOUNCED = "announced", _("announced to the space")
        PUBLISHED = "published", _("a page is published anew")
        RESCHEDULED = "rescheduled", _("an event has another day or place")
        ASKED = "asked", _("is a page still needed?")
        NEEDS_WORK = "needs_work", _("a page needs work")
        ARCHIVED = "archived", _("a page is archived")
        PROBLEM = "problem", _("a problem with a page")
        APPROVAL = "approval", _("a page waits for your approval")
        APPROVED = "approved", _("a page was approved")
        SENT_BACK = "sent_back", _("a page was sent back")
        QA_ANSWERING = "qa_answering", _("their question is being answered")
        QA_ANSWERED = "qa_answered", _("their question was answered in a live Q&A")
        QA_SET_ASIDE = "qa_set_aside", _("their question was set aside")
        OTHER = "", _("what the category says")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=12, choices=Category)
    reason = models.CharField(max_length=12, choices=Reason, default=Reason.OTHER, blank=True)
    key = models.CharField(max_length=80)  # of the event: told again, it is the same notification
    source_kind = models.CharField(max_length=20)
    source_key = models.BigIntegerField()
    topic = models.CharField(max_length=40)
    seq = models.BigIntegerField(default=0)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    on_screen = models.BooleanField(default=True)  # False: by mail alone
    mailed_at = models.DateTimeField(null=True)  # or decided not to mail; the same as `at`: from the start

    objects: ClassVar[Any] = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "topic", "seq"]),
            models.Index(fields=["user", "-at", "-id"]),
            models.Index(fields=["user"], condition=Q(read_at=None, on_screen=True), name="notification_unread"),
            models.Index(fields=["at"], condition=Q(mailed_at=None), name="notification_unmailed"),
            models.Index(fields=["source_kind", "source_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.source_kind}:{self.source_key}"


class Preference(models.Model):
    """How a person wants one category on one channel, where it differs from the house's usage."""

    class Channel(models.TextChoices):
        INBOX = "inbox", _("On Parvis")
        MAIL = "mail", _("By e-mail")

    class Pace(models.TextChoices):
        NEVER = "never", _("Never")
        SOON = "soon", _("Soon, a few together")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=12, choices=Category)
    channel = models.CharField(max_length=5, choices=Channel)
    pace = models.CharField(max_length=6, choices=Pace)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "category", "channel"], name="preference_one_a_channel")]

    def __str__(self) -> str:
        return f"{self.category} {self.channel} {self.pace}"


class Rhythm(models.Model):
    """When a person may be written to, beside the quiet hours of their profile, and when they last were."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    days = models.CharField(max_length=7, default="12345", blank=True)  # worked: 1 is Monday
    paused_until = models.DateField(null=True, blank=True)  # nothing before that day
    daily_at = models.DateTimeField(null=True)  # when the last daily and weekly letters were made
    weekly_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} on {self.days}"
