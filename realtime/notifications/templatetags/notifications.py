"""Notifications in templates and in letters: why somebody is told."""

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from realtime.notifications.models import Notification

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

register = template.Library()
Reason = Notification.Reason
SENTENCES: dict[str, "StrPromise"] = {
    Reason.CALLED: gettext_lazy("%(name)s called you by name"),
    Reason.TEAM_CALLED: gettext_lazy("%(name)s called your team"),
    Reason.SPACE_CALLED: gettext_lazy("%(name)s called everyone in the space"),
    Reason.REPLIED: gettext_lazy("%(name)s answered you"),
    Reason.ANSWERED: gettext_lazy("%(name)s wrote under your question"),
    Reason.WROTE: gettext_lazy("%(name)s wrote to you"),
    Reason.ANNOUNCED: gettext_lazy("%(name)s announces"),
    Reason.PUBLISHED: gettext_lazy("%(name)s published a new version"),
    Reason.RESCHEDULED: gettext_lazy("%(name)s changed the day or the place of an event you answered"),
    Reason.NEEDS_WORK: gettext_lazy("%(name)s says that this page needs work"),
    Reason.ARCHIVED: gettext_lazy("%(name)s archived this page"),
    Reason.APPROVAL: gettext_lazy("%(name)s asks for your approval"),
    Reason.APPROVED: gettext_lazy("%(name)s approved this page"),
    Reason.SENT_BACK: gettext_lazy("%(name)s sent this page back to you"),
}
OF_NOBODY: dict[str, "StrPromise"] = {  # what nobody in particular did
    Reason.PUBLISHED: gettext_lazy("A new version is published"),
    Reason.RESCHEDULED: gettext_lazy("The day or the place of an event you answered has changed"),
    Reason.ASKED: gettext_lazy("Is this page still needed?"),
    Reason.NEEDS_WORK: gettext_lazy("This page needs work"),
    Reason.ARCHIVED: gettext_lazy("This page is archived: nobody had answered for it"),
    Reason.PROBLEM: gettext_lazy("Somebody who read this page found a problem"),
    Reason.APPROVAL: gettext_lazy("This page waits for your approval"),
    Reason.APPROVED: gettext_lazy("This page is approved, and published"),
    Reason.SENT_BACK: gettext_lazy("This page is sent back to you"),
    Reason.QA_ANSWERING: gettext_lazy("Your question is being answered"),
    Reason.QA_ANSWERED: gettext_lazy("Your question was answered"),
    Reason.QA_SET_ASIDE: gettext_lazy("Your question was set aside"),
}


@register.filter
def is_of_nobody(note: Notification) -> bool:
    """Whether nobody in particular did what somebody is told of."""
    return note.actor_id is None and (not note.reason or note.reason in OF_NOBODY)


@register.filter
def why(note: Notification) -> str:
    """One sentence without its end: who did what that concerns the reader."""
    if note.actor is None and note.reason in OF_NOBODY:
        return str(OF_NOBODY[note.reason])
    sentence = SENTENCES.get(note.reason)
    if sentence is None:
        return str(note.get_category_display())
    return str(sentence) % {"name": note.actor.name if note.actor else _("Former member")}
