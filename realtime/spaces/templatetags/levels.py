"""The menu of what a person hears: followed, normal, muted. The same at the head of a space and of a conversation."""

from typing import Any

from django import template
from django.template import RequestContext
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from realtime.spaces.models import Level, Space, SpaceSubscription

register = template.Library()

CHOICES = [
    (Level.FOLLOWED, Level.FOLLOWED.label, _("What is new comes to For you"), "bell-ring"),
    (Level.NORMAL, Level.NORMAL.label, _("Answers and calls come to For you"), "bell"),
    (Level.MUTED, Level.MUTED.label, _("Only calls by my own name"), "bell-off"),
]


def menu(context: RequestContext, *, level: str, url: str, of: str) -> dict[str, Any]:
    """What the menu's template needs; `of` is "thread" or "space"."""
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "level": level,
        "choose_url": url,
        "of": of,
        "level_choices": CHOICES,
    }


@register.inclusion_tag("spaces/includes/level_menu.html", takes_context=True)
def space_level(context: RequestContext, space: Space) -> dict[str, Any]:
    """What the reader hears of `space`, to be chosen; one query."""
    mine = SpaceSubscription.objects.filter(user=context["request"].user, space=space)
    level = mine.values_list("level", flat=True).first() or Level.NORMAL
    return menu(context, level=level, url=reverse("threads:space_level", args=[space.slug]), of="space")
