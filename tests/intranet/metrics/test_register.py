"""The register of measures: a feature adds one without a change anywhere else, and a changed formula is another one."""

import ast
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest

from intranet.metrics import house as the_house
from intranet.metrics import registry, services
from intranet.metrics.access import figures_of_house, figures_of_team
from intranet.metrics.core.bands import band_of, bands
from intranet.metrics.core.facts import Contribution
from intranet.metrics.core.measures import SIXTEEN, Axis, Kind, Measure
from intranet.metrics.core.setting import Setting
from intranet.metrics.fingerprint import fingerprint, parts_of, tree_of
from intranet.metrics.models import Window
from intranet.metrics.registry import Described, Period, measure, measures, reads, register
from tests.intranet.metrics.houses import NAME, OPENED, SETTLED, adopt, build_house, close, make_ready
from tests.intranet.people.factories import UserFactory

pytestmark = pytest.mark.django_db

HAVE_FACTS = {"A2", "B1", "B2", "B3", "C1", "C2", "D1", "D2", "D3"}


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """The register, put back after each test."""
    before = dict(registry._measures)
    yield
    registry._measures.clear()
    registry._measures.update(before)


def of_even_days(facts: Iterable[Contribution], setting: Setting) -> set[Any]:
    """An invented measure: people who did something on an even day."""
    return {person for person, on in facts if setting.has(on) and on.day % 2 == 0}


def invented(key: str = "Z1", width: int = 3) -> Described:
    made = Measure(key, Axis.LEARNING, Kind.PEOPLE, of_even_days, width)
    return Described(made, "Even days", "Who likes even days?", "People of even days.", "Days of people.")


def test_all_sixteen_are_described_and_those_whose_facts_exist_have_sources() -> None:
    assert set(measures()) == {each.key for each in SIXTEEN}
    assert {key for key, each in measures().items() if each.sources} == HAVE_FACTS
    assert {key for key, each in measures().items() if each.is_on} == HAVE_FACTS - {"C2", "D2", "D3"}


@pytest.mark.feature("X1", "M6")
def test_a_seventeenth_measure_is_computed_without_a_change_of_anything_else() -> None:
    house = build_house()
    six = [user.pk for user in house.people["a"][:6]]

    register(invented())

    @reads("Z1")
    def days(period: Period) -> Iterator[Any]:
        yield from ((person, date(2026, 11, 2)) for person in six)
        yield (house.people["b"][0].pk, date(2026, 11, 3))

    make_ready("Z1")
    services.open_window(name=NAME, at=OPENED)
    close()

    told = {
        each.about: each.value
        for name in ("a", "b")
        for each in figures_of_team(UserFactory(), house.teams[name], way="json", at=SETTLED)
    }
    assert told == {"Equipe a": band_of(6, bands(9, 3)), "Equipe b": bands(12, 3)[0]}


def test_two_measures_of_one_key_are_refused() -> None:
    register(invented())

    with pytest.raises(registry.AlreadyRegistered):
        register(invented())


def test_a_source_of_no_measure_is_refused() -> None:
    with pytest.raises(registry.NoSuchMeasure):
        reads("Z9")(lambda period: [])


def test_the_gate_keeps_a_measure_with_narrow_bands_out() -> None:
    build_house()
    register(invented(width=2))
    reads("Z1")(lambda period: [])
    make_ready("Z1", "B1")
    services.open_window(name=NAME, at=OPENED)

    with pytest.raises(services.GateShut, match="FAILS"):
        close()

    assert Window.objects.get().trouble == "gate"
    assert figures_of_house(UserFactory()) == []


def test_another_source_makes_another_formula() -> None:
    before = measure("B1").fingerprint

    @reads("B1")
    def more(period: Period) -> Iterator[Any]:
        yield from ()

    assert measure("B1").fingerprint != before
    assert measure("B2").fingerprint == measures()["B2"].fingerprint


def test_fingerprints_differ_from_each_other_and_stay_the_same() -> None:
    signs = [each.fingerprint for each in measures().values()]

    assert len(set(signs)) == len(signs)
    assert all(len(sign) == 64 for sign in signs)
    assert [Described(**vars_of(each)).fingerprint for each in measures().values()] == signs


def vars_of(each: Described) -> dict[str, Any]:
    return {name: getattr(each, name) for name in ("measure", "name", "question", "formula", "reads", "sources")}


LIMIT = 3


def above(numbers: list[int]) -> int:
    """How many are above."""
    return sum(is_above(number) for number in numbers)


def is_above(number: int) -> bool:
    return number > LIMIT


def test_what_a_formula_names_is_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(above)

    monkeypatch.setattr(f"{__name__}.LIMIT", 4)
    with_another_value = fingerprint(above)
    monkeypatch.setattr(f"{__name__}.is_above", of_even_days)

    assert len({before, with_another_value, fingerprint(above)}) == 3


def test_comments_and_docstrings_are_no_part_of_a_formula() -> None:
    assert "How many" not in ast.unparse(tree_of(above))


def test_an_adoption_covers_one_formula_alone() -> None:
    make_ready("B1")
    adopt("D1")
    reads("B1")(lambda period: [])

    assert set(the_house.adopted_by(OPENED.date())) == {"D1"}
    assert services.suspend_changed(at=SETTLED) == ["B1"]
    assert services.suspend_changed(at=SETTLED) == []


def test_no_part_of_a_formula_depends_on_where_it_lies_in_memory() -> None:
    """Else an adoption would end with the process."""
    for each in measures().values():
        for thing in filter(None, [each.measure.formula, each.measure.house, *each.sources]):
            parts = list(parts_of(thing))
            assert parts
            assert [part for part in parts if " at 0x" in part] == []


def test_how_a_measure_is_made_coarse_is_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {key: fresh(key) for key in ("B1", "C1")}

    monkeypatch.setattr("intranet.metrics.core.bands.MOST_BANDS", 9)
    assert {key for key, sign in before.items() if fresh(key) != sign} == {"B1"}
    monkeypatch.setattr("intranet.metrics.core.bounded.OBJECTS", 3)
    assert {key for key, sign in before.items() if fresh(key) != sign} == {"B1", "C1"}


def fresh(key: str) -> str:
    """The fingerprint, taken anew."""
    return Described(**vars_of(measure(key))).fingerprint


def test_a_source_is_followed_into_the_app_that_owns_the_facts() -> None:
    [source] = measure("D1").sources

    assert any(part.startswith("realtime.threads.facts.helpful_days: ") for part in parts_of(source))
