"""The tab of a space where its conversations are."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from intranet.accounts.models import User
from realtime.spaces.access import rights_in
from realtime.spaces.models import Space
from realtime.spaces.tabs import Tab
from realtime.threads.cards import conversation_cards, conversations_found
from realtime.threads.judging import open_appeals, open_reports

hooks.register("link_card", conversation_cards)
hooks.register("link_found", conversations_found)


@hooks.register("space_tabs")
def conversations_tab(space: Space, user: User) -> Tab:
    return Tab("conversations", _("Conversations"), reverse("threads:space", args=[space.slug]), order=10)


@hooks.register("space_tabs")
def reports_tab(space: Space, user: User) -> Tab | None:
    """For those who run the space; it says when something waits for them."""
    if user.is_guest or not rights_in(user, space).may_facilitate:
        return None
    waits = open_reports(space, for_user=user).exists() or open_appeals(space, for_user=user).exists()
    awaits = _("to look at") if waits else ""
    return Tab("reports", _("Reports"), reverse("threads:reports", args=[space.slug]), order=80, awaits=awaits)
