"""The register of measures as its screen shows it: what is in force, what can be adopted, what stays off and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intranet.metrics.access import Register, Registered
from intranet.metrics.core.days import local_day
from intranet.metrics.core.measures import Kind
from intranet.metrics.house import zone
from intranet.metrics.models import Adoption, Safeguard
from intranet.metrics.showing import quarter

KINDS = {
    Kind.PEOPLE: gettext_lazy("How many different people, as a range: of a team or a group of small teams."),
    Kind.OBJECTS: gettext_lazy(
        "What share, in words such as few, about half or most: of a team or a group of small teams."
    ),
    Kind.HOUSE: gettext_lazy("Of the whole house alone."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A measure of the register, why it is in force or is not, and the form of what is published."""

    registered: Registered
    state: str
    form: str | Promise

    @property
    def last_quarter(self) -> str:
        return quarter(self.registered.last_window) if self.registered.last_window else ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What must be recorded before anything is measured: `safeguard` is the latest record, None where it is missing."""

    label: str
    safeguard: Safeguard | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A quarter that has no figures yet, and what kept it from having them, if it was tried."""

    name: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The screen of the register."""

    in_force: Sequence[Line]
    others: Sequence[Line]
    recorded: Sequence[Recorded]
    is_safe: bool
    least: int
    waiting: Sequence[Waiting]


def sheet_of(register: Register) -> Sheet:
    """The register, with those in force first; no statement."""
    lines = [Line(each, state_of(each), KINDS[each.described.measure.kind]) for each in register.measures]
    latest = {safeguard.kind: safeguard for safeguard in register.safeguards}  # they come by date
    return Sheet(
        [line for line in lines if line.registered.is_in_force],
        [line for line in lines if not line.registered.is_in_force],
        [Recorded(str(kind.label), latest.get(kind)) for kind in Safeguard.Kind],
        register.is_safe,
        register.least,
        [Waiting(quarter(window.name), window.trouble_in_words) for window in register.waiting],
    )


def state_of(registered: Registered) -> str:
    """Why a measure is in force, or is not."""
    described = registered.described
    if registered.is_in_force:
        return _("In force")
    if registered.adoption and registered.adoption.ended_at:
        return ended(registered.adoption, registered.adoption.ended_at)
    if registered.adoption:
        return _("Waits: the decision covers another formula, or begins later")
    if described.is_on:
        return _("Not adopted")
    if described.sources:
        return _("Off until it is proven that it tells of nobody beside the others")
    return _("Off: what it would read does not exist yet")


def ended(adoption: Adoption, at: datetime) -> str:
    day = date_format(local_day(at, zone()), "DATE_FORMAT")
    if adoption.ending == Adoption.Ending.CHANGED:
        return _("Suspended on %(day)s: its formula changed, and nobody has adopted the new one") % {"day": day}
    if not adoption.reason:
        return _("Suspended on %(day)s") % {"day": day}
    return _("Suspended on %(day)s: %(reason)s") % {"day": day, "reason": adoption.reason}
