"""Spaces in templates."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.safestring import SafeString, mark_safe
from wagtail import hooks

from realtime.spaces.markup import render as render_markdown
from realtime.spaces.models import Space
from realtime.spaces.tabs import tabs_of

register = template.Library()
ICONS = {
    "team": "users-round",
    "project": "hammer",
    "community": "messages-square",
    "customers": "handshake",
    "practice": "sprout",
}


@register.inclusion_tag("spaces/includes/tabs.html", takes_context=True)
def space_tabs(context: RequestContext, space: Space, current: str) -> dict[str, Any]:
    """The tabs of a space, `current` being the key of the one open."""
    return {"tabs": tabs_of(space, context["request"].user), "current": current}


@register.simple_tag(takes_context=True)
def members_waiting(context: RequestContext, space: Space) -> list[Any]:
    """Who waits to be let in, as parts of the house above show it through the hook of that name."""
    found = [waiting(context["request"], space) for waiting in hooks.get_hooks("members_waiting")]
    return [part for part in found if part]


@register.filter
def space_icon(space: Space) -> str:
    """The name of the icon of a space's kind."""
    return ICONS[space.kind]


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as safe HTML."""
    return mark_safe(render_markdown(text))  # noqa: S308  # sanitised there
