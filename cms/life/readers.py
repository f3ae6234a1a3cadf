"""Who will see a page in the space it goes to, and who no longer will: said before it goes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intranet.accounts.models import User
from realtime.spaces.access import see_space
from realtime.spaces.models import Space

NAMED = 8


def change_of_readers(source: Space, target: Space) -> list[str]:
    """In sentences; at most four queries."""
    if source == target:
        return [_("It stays in this space: the same people see it as before.")]
    if target.is_open and source.is_open:
        return [_("Everyone in the organization sees it, there as here.")]
    if target.is_open:
        return [
            _("From now on everyone in the organization sees it. Until now, only the members of %(space)s did.")
            % {"space": source.name}
        ]
    comes, goes = beyond(target, source), beyond(source, target)
    told = [_("Only the members of %(space)s will see it.") % {"space": target.name}]
    if source.is_open:
        return [*told, _("Everyone else in the organization, who sees it today, no longer will.")]
    if comes.exists():
        told.append(_("Who did not see it and will: %(people)s.") % {"people": names(comes)})
    if goes.exists():
        told.append(_("Who sees it and no longer will: %(people)s.") % {"people": names(goes)})
    return told


def beyond(one: Space, other: Space) -> Any:
    """The people who see `one` and not `other`."""
    return see_space(one, with_guests=False).exclude(pk__in=see_space(other, with_guests=False).values("pk"))


def names(people: Any) -> str:
    """The first few by name; how many others there are, where there are."""
    found: list[User] = list(people.order_by("name", "pk"))
    said = ", ".join(person.name for person in found[:NAMED])
    more = len(found) - NAMED
    if more <= 0:
        return said
    others = ngettext("%(number)s other person", "%(number)s other people", more) % {"number": more}
    return f"{said}, {others}"
