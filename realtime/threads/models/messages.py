"""What is said in conversations, and what is left on it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse

from intranet.people.models import Team
from realtime.spaces.models import Space
from realtime.threads.models.threads import Thread

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from intranet.accounts.models import User


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(thread__in=Thread.objects.visible_to(user))

    def each_visible_to(self, user: "User | AnonymousUser") -> Self:
        """The same, asked of each message in turn: for those already chosen, where a house has very many threads."""
        return self.filter(Exists(Thread.objects.visible_to(user).filter(pk=OuterRef("thread"))))

    def standing(self) -> Self:
        """Without those taken back. Those hidden by who runs the space are among them."""
        return self.filter(deleted_at=None)

    def said(self) -> Self:
        """Those whose words everybody who sees the thread may read: neither taken back nor hidden."""
        return self.standing().filter(hidden_at=None)

    def to_judge(self) -> Self:
        """Those that those who run the space can decide about: standing, or taken back while a report of them waits."""
        waiting = Exists(Message.objects.filter(pk=OuterRef("pk"), reports__isnull=False, reports__handled_at=None))
        return self.filter(Q(deleted_at=None) | waiting)

    def answers(self) -> Self:
        """Those that answer the one who began their thread: said by somebody else, not aside, not hidden."""
        own = Q(author=F("thread__created_by"), author__isnull=False)
        return self.said().filter(~own, is_aside=False)

    def for_reading(self) -> Self:
        """With what a screen shows of a message, in two queries; what is annotated says whether there is more to ask."""
        has_files = Exists(Message.objects.filter(pk=OuterRef("pk"), attachments__isnull=False))
        is_kept = Exists(Kept.objects.filter(message=OuterRef("pk")))
        reactions = Prefetch("reactions", Reaction.objects.select_related("user__profile").order_by("pk"))
        is_helpful = Exists(HelpfulMark.objects.filter(message=OuterRef("pk")))
        return (
            self.select_related("author__profile", "reply_to__author", "poll")
            .prefetch_related(reactions)
            .annotate(is_kept=is_kept, is_helpful=is_helpful, has_files=has_files)
        )

    def unindexed(self) -> Self:
        return self.said().filter(indexed_at=None)


class Message(models.Model):
    """What somebody said. `seq` is its place in the thread's stream; a message taken back keeps its place, not its words."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="messages", db_index=False
    )  # the index of their latest serves
    client_id = models.UUIDField()  # made by the browser: a retry is the same message
    seq = models.BigIntegerField()
    body = models.TextField()
    html = models.TextField()
    reply_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="replies")
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)  # by those who run the space: ModerationAct says why
    is_aside = models.BooleanField(default=False)  # said under a question without answering it
    indexed_at = models.DateTimeField(null=True, editable=False)  # None: it waits for realtime.threads.indexing

    is_helpful = False  # read by `for_reading`: whether it helped somebody
    has_files = False  # read by `for_reading`: whether files stand under it
    is_kept = False  # read by `for_reading`: whether a published synthesis cites it
    unheard: Sequence[str] = ()  # not stored: names its new words would call, of people who do not see the conversation

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["thread", "posted_at"]),
            models.Index(fields=["author", "-id"], name="message_latest_of_author"),
            models.Index(fields=["id"], condition=Q(indexed_at=None), name="message_unindexed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["thread", "seq"], name="message_one_per_seq"),
            models.UniqueConstraint(fields=["author", "client_id"], name="message_retry_is_same"),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(body="", html=""), name="message_deleted_has_no_words"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("threads:message", args=[self.pk])

    def get_place_url(self) -> str:
        """Its address; once it is taken back, that of its conversation."""
        return self.thread.get_absolute_url() if self.deleted_at else self.get_absolute_url()


class MessageRevision(models.Model):
    """What a message said before it was edited."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="revisions")
    body = models.TextField()
    html = models.TextField()
    until = models.DateTimeField()  # when it was replaced

    def __str__(self) -> str:
        return f"{self.message_id} until {self.until}"


class Reaction(models.Model):
    """One person's sign on one message. Shown by name, never summed by person."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_once")]

    def __str__(self) -> str:
        return self.emoji


class Mention(models.Model):
    """Somebody, a team or the whole space called by name in a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None, space=None)
                | Q(user=None, team__isnull=False, space=None)
                | Q(user=None, team=None, space__isnull=False),
                name="mention_of_one",
            ),
            models.UniqueConstraint(fields=["message", "user"], condition=~Q(user=None), name="mention_person_once"),
            models.UniqueConstraint(fields=["message", "team"], condition=~Q(team=None), name="mention_team_once"),
            models.UniqueConstraint(fields=["message", "space"], condition=~Q(space=None), name="mention_space_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} @{self.user or self.team or self.space}"


class HelpfulMark(models.Model):
    """Somebody says that a message of another helped them. Shown by name, never summed by person."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="helpful_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="helpful_mark_once")]

    def __str__(self) -> str:
        return f"{self.message_id} by {self.user_id}"


class Kept(models.Model):
    """A message that the published page of a synthesis cites."""

    synthesis = models.ForeignKey("Synthesis", on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="kept")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["synthesis", "message"], name="kept_once")]

    def __str__(self) -> str:
        return f"{self.message_id} in {self.synthesis_id}"
