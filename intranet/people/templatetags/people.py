"""What the screens of people say in words."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Profile, ProfileChange
from intranet.people.roster.reading import Outcome

register = template.Library()
OUTCOMES = {
    Outcome.CREATED: _("Created:"),
    Outcome.CHANGED: _("Changed:"),
    Outcome.MOVED: _("Moved:"),
    Outcome.SAME: _("Unchanged:"),
}


@register.filter
def field_label(change: ProfileChange) -> str | Promise:
    """What a line of history is about."""
    others: dict[str, str | Promise] = {"name": _("name"), "account": _("account")}
    return others.get(change.field) or Profile._meta.get_field(change.field).verbose_name  # type: ignore[union-attr]  # a field of its own


@register.filter
def outcome_label(outcome: Outcome) -> str | Promise:
    """What becomes of the lines of a file."""
    return OUTCOMES[outcome]
