"""What the page of an event shows beside its words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from cms.events.access import Attending, attending, is_over
from cms.events.services import questions_of
from cms.models import Attendance
from intranet.accounts.models import User
from realtime.threads.models import Thread

QUESTIONS = 3  # live Q&As named on the page


@dataclass
class EventShown:
    """An event as `reader` finds it; two queries at most."""

    event: Any  # an EventPage as `access_page` gives it
    reader: User

    @cached_property
    def attending(self) -> Attending:
        return attending(self.event, self.reader)

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What one may say, each with its words."""
        return [(answer.value, str(answer.label)) for answer in Attendance.Answer]

    @cached_property
    def questions(self) -> list[Thread]:
        """The live Q&As of it that the reader sees."""
        return list(questions_of(self.event) & Thread.objects.visible_to(self.reader))[:QUESTIONS]

    @cached_property
    def is_over(self) -> bool:
        return is_over(self.event, timezone.now())

    @cached_property
    def may_open_questions(self) -> bool:
        """Whether the reader is offered to open its live Q&A: none is there, and they edit pages or run the space."""
        space = self.event.space
        if self.questions or self.is_over or self.reader.is_guest or space is None or space.is_archived:
            return False
        return bool(self.event.is_edited or self.event.right.may_facilitate)
