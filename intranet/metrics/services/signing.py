"""What every decision of two must say: who approved it for either side, when, and where it can be read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intranet.metrics.core.days import local_day
from intranet.metrics.house import zone
from intranet.people.words import folded_words


class ApproversMissing(ValueError):
    """One person for the employer and another one for the staff must approve, and a reference says where."""


class DecidedLater(ValueError):
    """A decision is dated after the day on which it is recorded."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A decision taken outside Parvis: its day, where it can be read, and who approved it for either side."""

    decided_on: date
    reference: str
    for_employer: str
    for_staff: str

    def fields(self, at: datetime) -> dict[str, Any]:
        """Its fields as `Signed` keeps them. Raises `ApproversMissing` and `DecidedLater`."""
        employer, staff, reference = self.for_employer.strip(), self.for_staff.strip(), self.reference.strip()
        if not (employer and staff and reference) or folded_words(employer) == folded_words(staff):
            raise ApproversMissing
        if self.decided_on > local_day(at, zone()):
            raise DecidedLater(self.decided_on)
        return {
            "decided_on": self.decided_on,
            "reference": reference,
            "for_employer": employer,
            "for_staff": staff,
            "recorded_at": at,
        }
