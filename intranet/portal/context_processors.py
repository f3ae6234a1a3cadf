"""What the frame around every screen shows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse

from intranet.accounts.models import User
from intranet.people.words import fold
from intranet.portal.turn import answers_to, counted, rooms_of
from realtime.spaces.templatetags.spaces import ICONS
from realtime.threads.models import Thread


@dataclass(frozen=True, slots=True)
class RailSpace:
    """A place in the rail; `unread` says that something was said there since, never how much."""

    name: str
    url: str
    icon: str
    unread: bool


class Frame:
    """The places of a person and what awaits them; two queries at most, none on a screen without a frame."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def spaces(self) -> list[RailSpace]:
        """The person's places by name."""
        unread = Thread.objects.visible_to(self.user).unread_by(self.user).filter(space=OuterRef("pk"))
        rows = rooms_of(self.user).annotate(unread=Exists(unread)).order_by("pk")
        return [
            RailSpace(name, reverse("threads:space", args=[slug]), ICONS[kind], is_unread)
            for name, slug, kind, is_unread in sorted(
                rows.values_list("name", "slug", "kind", "unread"), key=lambda row: fold(row[0])
            )
        ]

    @cached_property
    def _standing(self) -> dict[str, Any]:
        may_edit = Permission.objects.filter(
            Q(group__user=self.user) | Q(user=self.user),
            content_type__app_label="wagtailadmin",
            codename="access_admin",
        )
        me = User.objects.filter(pk=self.user.pk)
        return dict(me.values(turns=counted(answers_to(self.user)), may_edit=Exists(may_edit)).get())

    @property
    def turn_count(self) -> int:
        """How many conversations hold an answer to this person that they have not read."""
        return self._standing["turns"] or 0

    @property
    def is_editor(self) -> bool:
        """Whether the CMS is open to this person."""
        return not self.user.is_guest and (self.user.is_administrator or self._standing["may_edit"])


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's own words, as `nav`; nothing for somebody not signed in."""
    user = getattr(request, "user", None)
    return {"nav": Frame(user) if user is not None and user.is_authenticated else None}
