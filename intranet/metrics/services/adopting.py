"""A measure is computed only while an adoption in force covers its formula."""

from datetime import datetime

from django.db import transaction

from intranet.metrics.models import Adoption
from intranet.metrics.registry import measure, measures
from intranet.metrics.services.signing import Approval


class MeasureIsOff(Exception):
    """The measure has no facts yet, or the proofs do not cover its joint release."""


class AnotherFormula(Exception):
    """What was approved is not the formula that would be computed."""


class AlreadyAdopted(Exception):
    """The measure is adopted with this formula."""


class NotAdopted(Exception):
    """The measure is not adopted now."""


@transaction.atomic
def adopt_measure(*, key: str, fingerprint: str, approval: Approval, at: datetime) -> Adoption:
    """Lets a measure be computed of the windows that begin from the day of the decision on.

    `fingerprint` is the one that was approved; an adoption of a former formula ends. Raises `NoSuchMeasure`,
    `MeasureIsOff`, `AnotherFormula`, `AlreadyAdopted`, `ApproversMissing` and `DecidedLater`.
    """
    found = measure(key)
    if not found.is_on:
        raise MeasureIsOff(key)
    if fingerprint != found.fingerprint:
        raise AnotherFormula(key)
    fields = approval.fields(at)
    standing = Adoption.objects.standing().select_for_update().filter(measure=key).first()
    if standing is not None:
        if standing.fingerprint == fingerprint:
            raise AlreadyAdopted(key)
        end(standing, Adoption.Ending.CHANGED, at=at)
    adoption: Adoption = Adoption.objects.create(measure=key, fingerprint=fingerprint, **fields)
    return adoption


@transaction.atomic
def suspend_measure(*, key: str, reason: str, at: datetime) -> Adoption:
    """Ends the adoption of a measure: no window that is still open will have it. Raises `NotAdopted`."""
    standing = Adoption.objects.standing().select_for_update().filter(measure=key).first()
    if standing is None:
        raise NotAdopted(key)
    return end(standing, Adoption.Ending.SUSPENDED, reason=reason.strip()[:300], at=at)


@transaction.atomic
def suspend_changed(*, at: datetime) -> list[str]:
    """Ends the adoptions whose measure has another formula now, or is no more; returns their keys."""
    known = measures()
    changed = [
        adoption
        for adoption in Adoption.objects.standing().select_for_update().order_by("measure")
        if adoption.measure not in known or known[adoption.measure].fingerprint != adoption.fingerprint
    ]
    for adoption in changed:
        end(adoption, Adoption.Ending.CHANGED, at=at)
    return [adoption.measure for adoption in changed]


def end(adoption: Adoption, ending: str, *, at: datetime, reason: str = "") -> Adoption:
    adoption.ended_at, adoption.ending, adoption.reason = at, ending, reason
    adoption.save(update_fields=["ended_at", "ending", "reason"])
    return adoption
