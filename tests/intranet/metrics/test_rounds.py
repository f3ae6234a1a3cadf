"""The quarters open and close by themselves, and what goes wrong waits for its cause to go away."""

from datetime import UTC, datetime, timedelta

import pytest

from intranet.metrics import services, tasks
from intranet.metrics.models import Adoption, Holidays, Window
from realtime.recurring.registry import jobs
from tests.intranet.metrics.houses import NAME, OPENED, SETTLED, build_house, invent_facts, make_ready

pytestmark = pytest.mark.django_db


def test_it_recurs() -> None:
    assert jobs()["metrics.look_after_windows"].every <= timedelta(days=1)


def test_a_quarter_opens_and_closes_by_itself() -> None:
    house = build_house()
    make_ready()
    invent_facts(house, seed=1, threads=10)

    for day in range(100):
        tasks.look_after_windows(at=OPENED - timedelta(days=1) + timedelta(days=day))

    found = list(Window.objects.order_by("name").values_list("name", "opened_at", "closed_at"))
    assert found[0] == (NAME, OPENED, SETTLED)
    assert [name for name, _, _ in found] == [NAME, "2027-Q1"]


def test_nothing_opens_by_itself_before_the_safeguards() -> None:
    build_house()

    tasks.look_after_windows(at=OPENED)

    assert not Window.objects.exists()


def test_a_window_in_trouble_closes_once_its_cause_is_gone() -> None:
    build_house()
    make_ready()
    services.open_window(name=NAME, at=OPENED)
    Holidays.objects.filter(year=2027).delete()
    tasks.look_after_windows(at=SETTLED)
    assert Window.objects.get(name=NAME).trouble == "holidays"

    services.record_holidays(year=2027, days=[datetime(2027, 1, 1, tzinfo=UTC).date()], at=SETTLED)
    tasks.look_after_windows(at=SETTLED + timedelta(hours=6))

    assert Window.objects.get(name=NAME).closed_at == SETTLED + timedelta(hours=6)


def test_a_changed_formula_is_suspended_by_itself() -> None:
    make_ready("B1")
    Adoption.objects.update(fingerprint="0" * 64)

    tasks.look_after_windows(at=OPENED)

    assert Adoption.objects.get().ending == "changed"
