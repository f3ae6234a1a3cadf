"""The questions of a live Q&A, with or without a name, and who wants them answered."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from realtime.threads.models.moderation import ModerationAct
from realtime.threads.models.threads import Thread


class LiveQuestionQuerySet(models.QuerySet["LiveQuestion"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the conversations that `user` sees."""
        return self.filter(thread__in=Thread.objects.visible_to(user))

    def standing(self) -> Self:
        """Without those that who asked took back."""
        return self.exclude(state=LiveQuestion.State.WITHDRAWN)

    def on_stage(self) -> Self:
        """What a room reads on its screen: what is shortlisted or being answered."""
        return self.filter(state__in=LiveQuestion.STAGE, hidden_at=None)

    def for_screen(self, user: Any = None) -> Self:
        """With who asked, `support`, how many want an answer, and `is_mine`, whether `user` does; as the screen has them.

        First what is being answered, then the shortlist, then by support and by time; what is over comes last, and
        what is hidden after it, with `hidden_because`, the reason.
        """
        states = [When(state=state, then=Value(n)) for n, state in enumerate(LiveQuestion.ORDER)]
        place = Case(When(~Q(hidden_at=None), then=Value(len(states))), *states)
        mine = Exists(LiveSupport.objects.filter(question=OuterRef("pk"), user=user))
        hidden = ModerationAct.objects.filter(question=OuterRef("pk"), kind=ModerationAct.Kind.HIDDEN)
        why = Coalesce(Subquery(hidden.order_by("-at", "-pk").values("reason")[:1]), Value(""))
        found = self.standing().annotate(support=Count("supports"), place=place, is_mine=mine, hidden_because=why)
        found = found.select_related("author__profile")
        return found.order_by("place", "-support", "asked_at", "pk")


class LiveQuestion(models.Model):
    """A question asked during an event. One asked without a name keeps no trace of who asked it."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        SHORTLISTED = "shortlisted", _("Shortlisted")
        ANSWERING = "answering", _("Being answered")
        ANSWERED = "answered", _("Answered")
        SET_ASIDE = "set_aside", _("Set aside")
        WITHDRAWN = "withdrawn", _("Taken back")  # by who asked: its words are gone

    ORDER: ClassVar[list[str]] = ["answering", "shortlisted", "asked", "answered", "set_aside"]  # of the screen
    STAGE: ClassVar[list[str]] = ["answering", "shortlisted"]  # what the room reads

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="live_questions")
    client_id = models.UUIDField()  # made by the form: a retry is the same question
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_anonymous = models.BooleanField(default=False)
    body = models.CharField(max_length=500)
    state = models.CharField(max_length=11, choices=State, default=State.ASKED)
    reason = models.CharField(max_length=300, blank=True)  # why it was set aside
    asked_at = models.DateTimeField()  # to the minute for one without a name
    state_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)  # its author, who gave their name, asked it in other words
    hidden_at = models.DateTimeField(null=True)  # by those who run the space: ModerationAct says why

    support: int  # as `for_screen` counts them
    is_mine: bool
    hidden_because: str

    objects: ClassVar[Any] = LiveQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "client_id"], name="live_question_retry_is_same"),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(author=None),
                name="live_question_anonymous_has_no_author",
            ),
            models.UniqueConstraint(
                fields=["thread"], condition=Q(state="answering"), name="live_question_one_answered_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.body

    def get_absolute_url(self) -> str:
        """Its place among the questions."""
        return f"{reverse('threads:thread', args=[self.thread_id])}#q-{self.pk}"

    def get_place_url(self) -> str:
        return self.get_absolute_url()

    @property
    def html(self) -> str:
        """Its words, as a browser shows them."""
        return f"<p>{escape(self.body)}</p>"

    @property
    def why(self) -> str:
        """Why it is hidden or set aside, as everybody reads it; "" when it is neither. After `for_screen`."""
        return self.hidden_because if self.hidden_at else self.reason


class LiveSupport(models.Model):
    """One person wants one question answered. Shown as a number, to nobody by name."""

    question = models.ForeignKey(LiveQuestion, on_delete=models.CASCADE, related_name="supports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "user"], name="live_support_once")]

    def __str__(self) -> str:
        return f"{self.question_id} by {self.user_id}"
