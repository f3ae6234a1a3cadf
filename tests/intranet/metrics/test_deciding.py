"""What is decided of the measures: adopted by two, suspended by anyone, rules raised, holidays known."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from intranet.metrics import house, services
from intranet.metrics.core.windows import NoSuchWindow
from intranet.metrics.models import Adoption, Holidays, RuleChange, Window
from intranet.metrics.registry import NoSuchMeasure, measures
from tests.intranet.metrics.houses import APPROVAL, OPENED, SETTLED, adopt, close, open_house

pytestmark = pytest.mark.django_db


def adopt_with(**more: Any) -> Adoption:
    words: dict[str, Any] = {
        "key": "B1",
        "fingerprint": measures()["B1"].fingerprint,
        "approval": APPROVAL,
        "at": OPENED,
    } | more
    return services.adopt_measure(**words)


@pytest.mark.feature("X4")
def test_an_adoption_names_who_approved_it_for_either_side() -> None:
    adoption = adopt_with()

    assert (adoption.for_employer, adoption.for_staff) == ("Claire Morel", "Youssef Diallo")
    assert (adoption.decided_on, adoption.reference) == (date(2026, 9, 15), "CSE 2026-09-15, 4")
    assert set(house.adopted_by(date(2026, 9, 15))) == {"B1"}
    assert house.adopted_by(date(2026, 9, 14)) == {}


@pytest.mark.parametrize(
    "approval",
    [
        replace(APPROVAL, for_staff=""),
        replace(APPROVAL, for_employer="  "),
        replace(APPROVAL, reference=" "),
        replace(APPROVAL, for_staff="claire MOREL "),
    ],
)
def test_two_different_people_approve_and_say_where(approval: services.Approval) -> None:
    with pytest.raises(services.ApproversMissing):
        adopt_with(approval=approval)

    assert not Adoption.objects.exists()


def test_nothing_is_decided_tomorrow() -> None:
    with pytest.raises(services.DecidedLater):
        adopt_with(approval=replace(APPROVAL, decided_on=date(2026, 10, 3)))


@pytest.mark.parametrize("key", ["A1", "C2", "D2", "D3", "E1", "F2"])
def test_what_is_off_cannot_be_adopted(key: str) -> None:
    with pytest.raises(services.MeasureIsOff):
        adopt_with(key=key, fingerprint=measures()[key].fingerprint)


def test_an_unknown_measure_and_another_formula_cannot_be_adopted() -> None:
    with pytest.raises(NoSuchMeasure):
        adopt_with(key="Z9")
    with pytest.raises(services.AnotherFormula):
        adopt_with(fingerprint="0" * 64)


def test_one_adoption_of_a_measure_stands() -> None:
    adopt_with()

    with pytest.raises(services.AlreadyAdopted):
        adopt_with()


def test_a_new_formula_is_adopted_in_place_of_the_former_one() -> None:
    former = adopt_with()
    Adoption.objects.filter(pk=former.pk).update(fingerprint="0" * 64)

    adopt_with(at=SETTLED)

    former.refresh_from_db()
    assert (former.ended_at, former.ending) == (SETTLED, "changed")
    assert Adoption.objects.standing().count() == 1


def test_a_suspended_measure_can_be_adopted_again() -> None:
    adopt_with()
    ended = services.suspend_measure(key="B1", reason="Asked for", at=SETTLED)

    assert (ended.ending, ended.reason) == ("suspended", "Asked for")
    assert house.adopted_by(SETTLED.date()) == {}
    with pytest.raises(services.NotAdopted):
        services.suspend_measure(key="B1", reason="Again", at=SETTLED)
    adopt("B1")
    assert set(house.adopted_by(SETTLED.date())) == {"B1"}


def test_a_safeguard_has_a_date_that_has_come_and_a_reference() -> None:
    words: dict[str, Any] = {"kind": "consultation", "at": OPENED}

    with pytest.raises(services.ReferenceMissing):
        services.record_safeguard(done_on=date(2026, 9, 1), reference=" ", **words)
    with pytest.raises(services.DecidedLater):
        services.record_safeguard(done_on=date(2026, 10, 3), reference="Dossier", **words)
    with pytest.raises(ValueError, match="party"):
        services.record_safeguard(kind="party", done_on=date(2026, 9, 1), reference="Dossier", at=OPENED)


def test_it_is_safe_with_both_safeguards_alone() -> None:
    services.record_safeguard(kind="consultation", done_on=date(2026, 9, 1), reference="Dossier", at=OPENED)
    assert not house.is_safe(date(2026, 9, 5))

    services.record_safeguard(kind="assessment", done_on=date(2026, 9, 4), reference="Dossier", at=OPENED)

    assert house.is_safe(date(2026, 9, 5))
    assert not house.is_safe(date(2026, 9, 3))


def raise_to(least: int, since: str = "2027-Q1", approval: services.Approval = APPROVAL) -> RuleChange:
    return services.change_rule(least=least, since=since, approval=approval, at=OPENED)


def test_the_threshold_rises_for_windows_to_come() -> None:
    raise_to(10)
    raise_to(12, "2027-Q3")

    assert [house.least_for(name) for name in ("2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2029-Q1")] == [
        8,
        10,
        10,
        12,
        12,
    ]


@pytest.mark.parametrize("least", [8, 7, 1, 0, -3])
def test_it_is_never_lowered(least: int) -> None:
    with pytest.raises(services.RuleNotRaised):
        raise_to(least)


def test_it_is_not_lowered_after_it_was_raised_nor_before_a_later_change() -> None:
    raise_to(12, "2027-Q2")

    with pytest.raises(services.RuleNotRaised):
        raise_to(11, "2027-Q3")
    with pytest.raises(services.RuleNotRaised):
        raise_to(14, "2027-Q1")


def test_a_window_that_has_begun_keeps_its_rule() -> None:
    with pytest.raises(services.WindowHasBegun):
        raise_to(10, "2026-Q4")
    with pytest.raises(NoSuchWindow):
        raise_to(10, "2027-Q5")


def test_a_rule_is_changed_by_both_sides() -> None:
    with pytest.raises(services.ApproversMissing):
        raise_to(10, approval=replace(APPROVAL, for_staff=""))


def test_the_database_too_refuses_a_lower_threshold() -> None:
    words = {"name": "2030-Q1", "roster_on": OPENED.date(), "units": [], "blocks": [], "measures": {}}

    with pytest.raises(IntegrityError), transaction.atomic():
        Window.objects.create(least=7, roster="", opened_at=OPENED, **words)


def test_holidays_are_of_their_year_and_recorded_whole() -> None:
    with pytest.raises(services.WrongHolidays):
        services.record_holidays(year=2026, days=[date(2027, 1, 1)], at=OPENED)
    services.record_holidays(year=2026, days=[date(2026, 5, 1), date(2026, 5, 1)], at=OPENED)
    services.record_holidays(year=2026, days=[date(2026, 12, 25), date(2026, 5, 8)], at=OPENED)

    assert Holidays.objects.get().days == ["2026-05-08", "2026-12-25"]
    assert house.calendar().between(date(2026, 12, 24), date(2026, 12, 28)) == 1


def test_holidays_of_published_figures_stay() -> None:
    open_house()
    services.record_holidays(year=2026, days=[date(2026, 12, 25)], at=OPENED)
    close()

    with pytest.raises(services.HolidaysInForce):
        services.record_holidays(year=2026, days=[], at=SETTLED + timedelta(days=1))
