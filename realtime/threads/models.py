"""Conversations: threads of messages, held in a space."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from intranet.accounts.models import User
from intranet.people.words import folded_words, search_words
from realtime.spaces.models import Space

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Threads of the spaces `user` sees; a guest only those shared with guests."""
        threads = self.filter(space__in=Space.objects.visible_to(user))
        if user.is_authenticated and user.is_guest:
            threads = threads.filter(audience=Thread.Audience.SHARED)
        return threads

    def with_read_mark(self, user: User) -> Self:
        """Adds `read_seq`, the place up to which `user` has read, None for a thread never opened."""
        mark = ReadMark.objects.filter(user=user, thread=OuterRef("pk"))
        return self.annotate(read_seq=Subquery(mark.values("seq")[:1]))

    def unread_by(self, user: User) -> Self:
        """Threads opened once by `user` in which something was said since."""
        mark = ReadMark.objects.filter(user=user, thread=OuterRef("pk"), seq__lt=OuterRef("last_seq"))
        return self.filter(Exists(mark))

    def for_list(self) -> Self:
        """With what a list of threads shows: the space, who began, the last words and whose they are."""
        return self.select_related("space", "created_by__profile", "last_message__author__profile")

    def spoken(self) -> Self:
        """Without those that stand beside a page and in which nobody has said anything yet."""
        return self.filter(Q(origin_url="") | Q(last_seq__gt=0))

    def latest_first(self) -> Self:
        return self.order_by("-last_at", "-pk")

    def unindexed(self) -> Self:
        return self.filter(indexed_at=None)


class Thread(index.Indexed, models.Model):
    """A titled conversation. It knows where it hangs by title and address, nothing else of its host."""

    class Kind(models.TextChoices):
        DISCUSSION = "discussion", _("Discussion")
        QUESTION = "question", _("Question")
        ANNOUNCEMENT = "announcement", _("Announcement")

    class Audience(models.TextChoices):
        INTERNAL = "internal", _("Among us")
        SHARED = "shared", _("With the guests of the space")

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.DISCUSSION)
    audience = models.CharField(_("who sees it"), max_length=8, choices=Audience, default=Audience.INTERNAL)
    title = models.CharField(_("title"), max_length=160)
    origin_url = models.CharField(max_length=300, blank=True)  # the page it stands beside
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    pinned = models.BooleanField(_("pinned"), default=False)
    last_message = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, related_name="+")
    last_seq = models.BigIntegerField(default=0)  # of the last message said
    last_at = models.DateTimeField()
    indexed_at = models.DateTimeField(null=True, editable=False)  # None: the title waits for realtime.threads.indexing

    objects: ClassVar[Any] = ThreadQuerySet.as_manager()

    search_auto_update = False
    search_fields = [
        index.SearchField("search_words"),
        index.AutocompleteField("complete_words"),
        index.FilterField("id"),
    ]

    class Meta:
        indexes = [
            models.Index(fields=["space", "-pinned", "-last_at"]),
            models.Index(fields=["-last_at"]),
            models.Index(fields=["id"], condition=Q(indexed_at=None), name="thread_unindexed"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("threads:thread", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"thread:{self.pk}"

    def search_words(self) -> str:
        """The stems of the title."""
        return search_words(self.title)

    def complete_words(self) -> str:
        """The words of the title."""
        return folded_words(self.title)


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(thread__in=Thread.objects.visible_to(user))

    def said(self) -> Self:
        """Without those taken back."""
        return self.filter(deleted_at=None)

    def for_reading(self) -> Self:
        """With what a screen shows of a message, in two queries."""
        reactions = Prefetch("reactions", Reaction.objects.select_related("user__profile").order_by("pk"))
        return self.select_related("author__profile", "reply_to__author").prefetch_related(reactions)

    def unindexed(self) -> Self:
        return self.said().filter(indexed_at=None)


class Message(index.Indexed, models.Model):
    """What somebody said. `seq` is its place in the thread's stream; a message taken back keeps its place, not its words."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="messages")
    client_id = models.UUIDField()  # made by the browser: a retry is the same message
    seq = models.BigIntegerField()
    body = models.TextField()
    html = models.TextField()
    reply_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="replies")
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    indexed_at = models.DateTimeField(null=True, editable=False)  # None: it waits for realtime.threads.indexing

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    search_auto_update = False
    search_fields = [
        index.SearchField("search_words"),
        index.AutocompleteField("complete_words"),
        index.FilterField("id"),
    ]

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(indexed_at=None), name="message_unindexed")]
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

    def search_words(self) -> str:
        """The stems of what it says."""
        return search_words(self.body)

    def complete_words(self) -> str:
        """The words of what it says."""
        return folded_words(self.body)

    @classmethod
    def get_indexed_objects(cls) -> "MessageQuerySet":
        return cls.objects.said()


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


class ReadMark(models.Model):
    """How far a person has read a thread: theirs alone, shown to nobody else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="read_marks")
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="read_mark_one_a_thread")]

    def __str__(self) -> str:
        return f"{self.thread_id}@{self.seq}"
