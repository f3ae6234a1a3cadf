"""The tab of a space where its conversations are."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from intranet.accounts.models import User
from realtime.spaces.models import Space
from realtime.spaces.tabs import Tab


@hooks.register("space_tabs")
def conversations_tab(space: Space, user: User) -> Tab:
    return Tab("conversations", _("Conversations"), reverse("threads:space", args=[space.slug]), order=10)
