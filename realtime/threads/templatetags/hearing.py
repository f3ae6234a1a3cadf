"""What the reader hears of a conversation."""

from typing import Any

from django import template
from django.template import RequestContext
from django.urls import reverse

from realtime.spaces.templatetags.levels import menu
from realtime.threads.following import level_shown
from realtime.threads.models import Thread

register = template.Library()


@register.inclusion_tag("spaces/includes/level_menu.html", takes_context=True)
def thread_level(context: RequestContext, thread: Thread) -> dict[str, Any]:
    """What the reader hears of `thread`, by its own level or its space's, to be chosen; one query at most."""
    level = level_shown(context["request"].user, thread)
    return menu(context, level=level, url=reverse("threads:thread_level", args=[thread.pk]), of="thread")
