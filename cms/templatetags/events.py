"""Events in templates."""

from django import template

from cms.events.shown import EventShown
from cms.reading import Reading

register = template.Library()


@register.simple_tag
def event_of(reading: Reading) -> EventShown:
    """An event as its reader finds it: who comes, its questions."""
    return EventShown(reading.page, reading.reader)
