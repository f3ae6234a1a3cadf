"""The tabs of a space: each part of the house above adds its own through the hook `space_tabs`."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from intranet.accounts.models import User
from realtime.spaces.models import Space


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: `key` is how a screen says that it is the one open."""

    key: str
    label: str
    url: str
    order: int
    awaits: str = ""  # what waits for the reader there, said after its name


def tabs_of(space: Space, user: User) -> list[Tab]:
    """The tabs that `user` has in `space`, in their order. A hook returns None where it has nothing for them."""
    found = [tab(space, user) for tab in hooks.get_hooks("space_tabs")]
    return sorted((tab for tab in found if tab is not None), key=lambda tab: tab.order)


def about_tab(space: Space, user: User) -> Tab:
    return Tab("about", _("About"), reverse("spaces:about", args=[space.slug]), order=90)
