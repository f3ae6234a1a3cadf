"""Conversations, held in a space, and how far each person has read them."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from intranet.people.words import folded_words, search_words
from realtime.spaces.models import Level, Space

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from intranet.accounts.models import User


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Threads of the spaces `user` sees; a guest only those shared with guests."""
        threads = self.filter(space__in=Space.objects.visible_to(user))
        if user.is_authenticated and user.is_guest:
            threads = threads.filter(audience=Thread.Audience.SHARED)
        return threads

    def private(self) -> Self:
        return self.filter(kind=Thread.Kind.PRIVATE)

    def for_list(self) -> Self:
        """With what a list of threads shows: the space, who began, the last words and whose they are."""
        return self.select_related("space", "created_by__profile", "last_message__author__profile")

    def spoken(self) -> Self:
        """Without those merged into another one, and those beside a page in which nobody has said anything yet."""
        return self.filter(merged_into=None).filter(Q(origin_url="") | Q(last_seq__gt=0))

    def questions(self, state: str) -> Self:
        """Questions that stand so; `state` may be "unanswered": open, and nobody else has answered."""
        asked = self.filter(kind=Thread.Kind.QUESTION)
        if state != "unanswered":
            return asked.filter(state=state)
        messages: Any = Thread._meta.get_field("messages").related_model  # they know their thread, not the other way
        answers = messages.objects.answers().filter(thread=OuterRef("pk"))
        return asked.filter(~Exists(answers), state=Thread.State.OPEN)

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
        LIVE_QA = "live_qa", _("Live Q&A")
        PRIVATE = "private", _("Private conversation")

    class Audience(models.TextChoices):
        INTERNAL = "internal", _("Among us")
        SHARED = "shared", _("With the guests of the space")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("conversation", "Open")
        SOLVED = "solved", pgettext_lazy("conversation", "Solved")
        CLOSED = "closed", pgettext_lazy("conversation", "Closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("conversation", "Withdrawn")

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.DISCUSSION)
    audience = models.CharField(_("who sees it"), max_length=8, choices=Audience, default=Audience.INTERNAL)
    title = models.CharField(_("title"), max_length=160)
    origin_url = models.CharField(max_length=300, blank=True)  # the page it stands beside
    event_url = models.CharField(max_length=300, blank=True)  # the event that a live Q&A is held for
    is_one_way = models.BooleanField(default=False)  # an announcement that only those who run the space answer
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    pinned = models.BooleanField(_("pinned"), default=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    state_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state_at = models.DateTimeField(null=True)  # when it was last solved, closed, withdrawn or opened again
    state_reason = models.CharField(max_length=300, blank=True)
    accepted = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, related_name="+")  # of a question
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    last_message = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, related_name="+")
    last_seq = models.BigIntegerField(default=0)  # of the last message said
    last_at = models.DateTimeField()
    indexed_at = models.DateTimeField(null=True, editable=False)  # None: the title waits for realtime.threads.indexing

    has_traces = True  # until asked: realtime.threads.reading.place_of

    objects: ClassVar[Any] = ThreadQuerySet.as_manager()

    people_names = ""  # of an untitled private conversation, given for one reader by `private.name_conversations`

    search_auto_update = False
    search_fields = [
        index.SearchField("search_words"),
        index.AutocompleteField("complete_words"),
        index.FilterField("id"),
    ]

    class Meta:
        indexes = [
            models.Index(fields=["space", "-pinned", "-last_at"]),
            models.Index(fields=["space", "-last_at"]),
            models.Index(fields=["-last_at"]),
            models.Index(fields=["id"], condition=Q(indexed_at=None), name="thread_unindexed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["solved", "withdrawn"]) | Q(kind="question"), name="thread_state_of_question"
            ),
            models.CheckConstraint(condition=Q(accepted=None) | Q(kind="question"), name="thread_accepts_if_question"),
            models.CheckConstraint(
                condition=Q(is_one_way=False) | Q(kind="announcement"), name="thread_one_way_if_announcement"
            ),
            models.CheckConstraint(condition=Q(event_url="") | Q(kind="live_qa"), name="thread_event_of_live_qa"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("threads:thread", args=[self.pk])

    @property
    def has_synthesis(self) -> bool:
        """Whether somebody began to write what it comes to."""
        return hasattr(self, "synthesis")

    @property
    def is_private(self) -> bool:
        return self.kind == self.Kind.PRIVATE

    @property
    def name(self) -> str:
        """What it is called on a screen: its title; one without any is called by its people."""
        return self.title or self.people_names or gettext("Private conversation")

    @property
    def takes_words(self) -> bool:
        """Whether something can be said in it: not once it is closed or withdrawn."""
        return self.state in (self.State.OPEN, self.State.SOLVED)

    @property
    def shows_state(self) -> bool:
        """Whether a list says how it stands: always of a question, of the others once they are closed."""
        return self.kind == self.Kind.QUESTION or self.state != self.State.OPEN

    @property
    def stream(self) -> str:
        return f"thread:{self.pk}"

    def opening_id(self) -> int | None:
        """The first message of a question: the question itself; one query. None in other conversations."""
        if self.kind != self.Kind.QUESTION:
            return None
        messages: Any = self.messages
        first: int | None = messages.order_by("seq").values_list("pk", flat=True).first()
        return first

    def search_words(self) -> str:
        """The stems of the title."""
        return search_words(self.title)

    def complete_words(self) -> str:
        """The words of the title."""
        return folded_words(self.title)


class ReadMark(models.Model):
    """How far a person has read a thread: theirs alone, shown to nobody else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="read_marks")
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="read_mark_one_a_thread")]

    def __str__(self) -> str:
        return f"{self.thread_id}@{self.seq}"


class Subscription(models.Model):
    """What a person wants to hear of a thread, where it differs from what they want of its space."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="subscriptions")
    level = models.CharField(max_length=9, choices=Level)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="subscription_one_a_thread")]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.level}"


class TraceQuerySet(models.QuerySet["Trace"]):
    def for_reading(self) -> Self:
        """With what a screen shows of a trace."""
        return self.select_related("thread", "by", "other", "message")


class Trace(models.Model):
    """Something that happened to a thread, standing among its messages: closed, solved, moved from there, moved here."""

    class Kind(models.TextChoices):
        SOLVED = "solved", pgettext_lazy("conversation", "Solved")
        REOPENED = "reopened", pgettext_lazy("conversation", "Opened again")
        CLOSED = "closed", pgettext_lazy("conversation", "Closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("conversation", "Withdrawn")
        MOVED_OUT = "moved_out", _("Moved elsewhere")
        MOVED_IN = "moved_in", _("Moved here")
        LEFT = "left", _("Left")  # somebody left a private conversation

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="traces")
    seq = models.BigIntegerField()  # of the event that told it
    kind = models.CharField(max_length=9, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    other = models.ForeignKey(Thread, on_delete=models.SET_NULL, null=True, related_name="+")  # from or to where
    message = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, related_name="+")  # the answer kept
    count = models.PositiveIntegerField(default=0)  # of messages moved

    objects: ClassVar[Any] = TraceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "seq"], name="trace_one_per_seq")]

    def __str__(self) -> str:
        return f"{self.thread_id}#{self.seq} {self.kind}"
