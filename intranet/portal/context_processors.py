"""What the frame around every screen shows."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Exists, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from cms.front.access import Banner, banner_said, read_banner
from cms.front.views import closed_by
from intranet.accounts.models import User
from intranet.people.words import fold
from intranet.portal.turn import counted, rooms_of
from realtime.notifications.models import Notification
from realtime.spaces.templatetags.spaces import ICONS
from realtime.streams.models import Stream
from realtime.streams.services import open_stream
from realtime.threads.models import Thread
from realtime.threads.turn import answers_to
from realtime.threads.unread import threads_said, unread_by, with_unread_threads


@dataclass(frozen=True, slots=True)
class RailSpace:
    """A place in the rail; `unread` is how many of its conversations have something new, capped."""

    pk: int
    name: str
    url: str
    icon: str
    unread: int

    @property
    def unread_words(self) -> str:
        return threads_said(self.unread)


class Frame:
    """The places of a person and what awaits them; three queries at most, none on a screen without a frame."""

    def __init__(self, user: User, closed: Collection[int] = ()) -> None:
        self.user = user
        self.closed = closed

    @cached_property
    def spaces(self) -> list[RailSpace]:
        """The person's places by name."""
        rows = with_unread_threads(rooms_of(self.user), self.user).order_by("pk")
        return [
            RailSpace(pk, name, reverse("threads:space", args=[slug]), ICONS[kind], unread)
            for pk, name, slug, kind, unread in sorted(
                rows.values_list("pk", "name", "slug", "kind", "unread"), key=lambda row: fold(row[1])
            )
        ]

    @property
    def has_unread(self) -> bool:
        """Whether something is new in any of them."""
        return any(space.unread for space in self.spaces)

    @cached_property
    def _standing(self) -> dict[str, Any]:
        may_edit = Permission.objects.filter(
            Q(group__user=self.user) | Q(user=self.user),
            content_type__app_label="wagtailadmin",
            codename="access_admin",
        )
        inbox = Stream.objects.filter(kind="inbox", key=self.user.pk).values("head")
        told = Notification.objects.of(self.user).on_screen().unread()
        me = User.objects.filter(pk=self.user.pk)
        news = unread_by(Thread.objects.visible_to(self.user).private(), self.user)
        return dict(
            me.values(
                turns=counted(answers_to(self.user)),
                told=counted(told),
                inbox_head=Subquery(inbox[:1]),
                may_edit=Exists(may_edit),
                private=Exists(news),
                banner=Subquery(banner_said(self.user, self.closed, at=timezone.now())),
            ).get()
        )

    @property
    def has_private_news(self) -> bool:
        """Whether something was said in a private conversation of this person that they have not read."""
        return bool(self._standing["private"])

    @property
    def banner(self) -> Banner | None:
        """What the house has to say to everyone for a time, unless this person has closed it."""
        return read_banner(self._standing["banner"])

    @property
    def turn_count(self) -> int:
        """How many conversations hold an answer to this person that they have not read."""
        return self._standing["turns"] or 0

    @property
    def told_count(self) -> int:
        """How much was said to this person that they have not read."""
        return self._standing["told"] or 0

    @cached_property
    def inbox_head(self) -> int:
        """Where the stream of their inbox stands, as of the same moment as `told_count`."""
        head = self._standing["inbox_head"]
        return open_stream(kind="inbox", key=self.user.pk).head if head is None else head

    @property
    def inbox_words(self) -> str:
        """What is said aloud when something comes in, as JSON: for one, and for more."""
        return json.dumps(
            {"one": gettext("One unread message for you"), "other": gettext("%s unread messages for you")}
        )

    @property
    def is_editor(self) -> bool:
        """Whether the CMS is open to this person."""
        return not self.user.is_guest and (self.user.is_administrator or self._standing["may_edit"])


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's own words, as `nav`; nothing for somebody not signed in."""
    user = getattr(request, "user", None)
    return {"nav": Frame(user, closed_by(request)) if user is not None and user.is_authenticated else None}
