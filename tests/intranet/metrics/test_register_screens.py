"""The register of measures and the figures of the house, as every employee reads them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from intranet.accounts.models import User
from intranet.metrics import services
from intranet.metrics.access import Told, blocks_of_house, figures_of_house, measure_register
from intranet.metrics.core.bands import Band, Level
from intranet.metrics.core.figures import NOT_ENOUGH, Silence, Value
from intranet.metrics.models import Adoption, Window
from intranet.metrics.registering import sheet_of
from intranet.metrics.registry import measures
from intranet.metrics.showing import said, spread
from tests.intranet.metrics.houses import SETTLED, build_house, close, invent_facts, open_house
from tests.intranet.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def fetch(user: User, address: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(address)


def page(address: str) -> str:
    response = fetch(UserFactory(), address)
    assert response.status_code == 200, response.content
    text: str = response.content.decode()
    return text


@pytest.mark.feature("M8", "X4")
def test_the_register_tells_every_measure_in_words() -> None:
    text = page("/measures/")

    with translation.override("en"):
        for each in measures().values():
            for words in (each.name, each.question, each.formula, each.reads):
                assert str(words) in text


@pytest.mark.feature("X4")
def test_the_register_tells_who_decided_and_when() -> None:
    open_house()

    text = page("/measures/")

    for words in ("15 September 2026", "CSE 2026-09-15, 4", "Claire Morel", "Youssef Diallo", "Dossier 12", "Q4 2026"):
        assert words in text


def test_the_register_says_what_is_missing() -> None:
    build_house()

    text = page("/measures/")

    assert text.count("Missing: nothing is measured until it is recorded.") == 2
    assert "No measure is in force." in text


def test_each_measure_says_why_it_is_off() -> None:
    open_house("B1")
    with translation.override("en"):
        sheet = sheet_of(measure_register(UserFactory(), at=SETTLED))

    states = {line.registered.described.key: line.state for line in [*sheet.in_force, *sheet.others]}
    assert [line.registered.described.key for line in sheet.in_force] == ["B1"]
    assert (states["B3"], states["C2"], states["A1"]) == (
        "Not adopted",
        "Off until it is proven that it tells of nobody beside the others",
        "Off: what it would read does not exist yet",
    )


def test_a_decision_about_another_formula_waits() -> None:
    open_house("B1")
    Adoption.objects.filter(measure="B1").update(fingerprint="0" * 64)

    assert "Waits: the decision covers another formula, or begins later" in page("/measures/")


@pytest.mark.parametrize(
    ("reason", "told"),
    [("Asked for", "Suspended on 8 January 2027: Asked for"), ("", "Suspended on 8 January 2027")],
)
def test_a_suspended_measure_says_since_when_and_why(reason: str, told: str) -> None:
    open_house("B1")
    services.suspend_measure(key="B1", reason=reason, at=datetime(2027, 1, 7, 23, 30, tzinfo=UTC))

    text = page("/measures/")

    assert "No measure is in force." in text
    assert told in text


def test_a_measure_whose_formula_changed_waits_for_another_decision() -> None:
    open_house("B1")
    Adoption.objects.filter(measure="B1").update(fingerprint="0" * 64)
    services.suspend_changed(at=SETTLED)

    text = page("/measures/")

    assert "its formula changed, and nobody has adopted the new one" in text
    assert "Claire Morel" in text  # who approved the one before


def test_a_measure_that_is_adopted_again_is_in_force() -> None:
    open_house("B1")
    services.suspend_measure(key="B1", reason="Asked for", at=SETTLED)
    again = services.Approval(SETTLED.date(), "CSE 5", "Claire Morel", "Youssef Diallo")
    services.adopt_measure(key="B1", fingerprint=measures()["B1"].fingerprint, approval=again, at=SETTLED)

    text = page("/measures/")

    assert "CSE 5" in text
    assert "Suspended" not in text


def test_a_quarter_that_could_not_be_closed_says_why() -> None:
    open_house()
    Window.objects.update(trouble="holidays", trouble_about="2027")

    assert "Q4 2026. The holidays of a year are not recorded (2027)" in page("/measures/")


def test_the_house_shows_what_the_door_gives() -> None:
    house, _ = open_house()
    invent_facts(house, seed=1, threads=120)
    close()

    text = page("/measures/house/")

    with translation.override("en"):
        figures = figures_of_house(UserFactory())
        assert figures
        assert all(said(told) in text for told in figures)
    assert text.count("cannot be used to evaluate a person") == len(figures)


def test_a_house_without_figures_says_so() -> None:
    assert "No figure of the house yet" in page("/measures/house/")


@pytest.mark.parametrize("address", ["/measures/", "/measures/house/"])
def test_a_guest_and_a_stranger_find_nothing_here(address: str) -> None:
    assert fetch(UserFactory(guest=True), address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.feature("X3")
def test_the_promise_says_what_it_holds_and_where_it_ends() -> None:
    text = page("/measures/promise/")

    assert "People are counted in groups of 8 or more." in text
    for words in ("cannot tell of you whether you took part", "Somebody may still guess", "counted by hand"):
        assert words in text
    assert 'href="/me/data/"' in text
    assert fetch(UserFactory(guest=True), "/measures/promise/").status_code == 404


def test_the_house_shows_how_its_groups_lie_and_names_none() -> None:
    house, _ = open_house()
    invent_facts(house, seed=1, threads=120)
    close()

    blocks = blocks_of_house(UserFactory())

    assert all(told.about == "" for told in blocks)
    for each in spread(blocks):
        of_measure = [told for told in blocks if told.measure == each.described.key]
        assert sum(heap.count for heap in each.heaps) == len(of_measure)
        silent = [told for told in of_measure if isinstance(told.value, Silence)]
        assert each.heaps[-1].count == len(silent)
    assert "How the groups lie, Q4 2026" in page("/measures/house/")


@pytest.mark.parametrize(
    ("value", "place"),
    [(Band(0, 2), 0), (Band(3, 5), 1), (Band(6, 8), 2), (Level(0, 3), 0), (Level(1, 3), 1), (Level(4, 5), 2)],
)
def test_a_group_lies_where_the_middle_of_what_is_told_lies(value: Value, place: int) -> None:
    heaps = spread([Told("2026-Q4", "B1", "", 8, False, False, value)] * 3)[0].heaps

    assert [heap.count for heap in heaps] == [3 * (n == place) for n in range(3)] + [0]


@pytest.mark.parametrize("values", [[Band(0, 2)] * 2, [NOT_ENOUGH] * 5])
def test_how_few_groups_or_silent_ones_lie_is_not_told(values: list[Value]) -> None:
    assert spread([Told("2026-Q4", "B1", "", 8, False, False, value) for value in values]) == []
