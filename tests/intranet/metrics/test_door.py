"""The door to figures: the same for everybody, and the look from outside is shown to the team."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from intranet.accounts.models import User
from intranet.metrics import services
from intranet.metrics.access import (
    blocks_of_house,
    figures_of_house,
    figures_of_team,
    measure_register,
    readings_of_team,
)
from intranet.metrics.core.bands import Band
from intranet.metrics.models import Reading
from intranet.people.models import Membership
from intranet.people.services import join_team
from tests.intranet.metrics.houses import OPENED, SETTLED, House, close, invent_facts, open_house, published_house
from tests.intranet.people.factories import UserFactory
from tests.support.queries import statements

ROOT = Path(__file__).resolve().parents[3]
DOOR = {  # who may name the model: its own file, the door, the one who writes it
    "intranet/metrics/models.py",
    "intranet/metrics/access.py",
    "intranet/metrics/services/closing.py",
}

pytestmark = pytest.mark.django_db


def each_role(house: House) -> list[User]:
    """A member, the manager, somebody of human resources, an administrator, the head of all."""
    manager = UserFactory()
    join_team(user=manager, team=house.teams["a"], role=Membership.Role.MANAGER, at=OPENED)
    return [house.people["a"][0], manager, UserFactory(), UserFactory(administrator=True), house.people["root"][0]]


@pytest.mark.feature("X3")
def test_everybody_is_told_the_same() -> None:
    house = published_house()

    told = [figures_of_team(user, house.teams["a"], way="screen", at=SETTLED) for user in each_role(house)]

    assert told[0]
    assert all(each == told[0] for each in told)


@pytest.mark.feature("X3", "M9")
def test_the_team_is_shown_who_looked_from_outside_and_nobody_of_its_own() -> None:
    house = published_house()
    member, manager, human_resources, administrator, head = each_role(house)

    for user in (member, manager, human_resources, administrator, head):
        figures_of_team(user, house.teams["a"], way="csv", at=SETTLED)

    shown = readings_of_team(member, house.teams["a"], at=SETTLED)
    assert [row.name for row in shown] == [head.name, administrator.name, human_resources.name]
    assert {(row.way, row.at) for row in shown} == {("csv", SETTLED)}


def test_each_opening_is_a_reading() -> None:
    house, reader = published_house(), UserFactory()

    for more in range(3):
        figures_of_team(reader, house.teams["b"], way="screen", at=SETTLED + timedelta(minutes=more))

    assert Reading.objects.filter(team=house.teams["b"], reader=reader).count() == 3


def test_a_block_of_several_teams_shows_it_to_each_of_them() -> None:
    house = published_house()

    figures_of_team(UserFactory(), house.teams["d"], way="json", at=SETTLED)

    assert set(Reading.objects.values_list("team__slug", flat=True)) == {"maison", "equipe-d"}


def test_a_small_team_is_told_the_figures_of_the_block_it_is_counted_in() -> None:
    house = published_house()

    told = figures_of_team(UserFactory(), house.teams["d"], way="json", at=SETTLED)

    assert {(each.about, each.n, each.is_gathered) for each in told} == {("Maison", 8, True)}


@pytest.mark.parametrize("who", ["outsider", "administrator", "head"])
def test_who_looked_is_for_the_team_alone(who: str) -> None:
    house = published_house()
    people: dict[str, User] = {
        "outsider": UserFactory(),
        "administrator": UserFactory(administrator=True),
        "head": house.people["root"][0],
    }

    with pytest.raises(PermissionDenied):
        readings_of_team(people[who], house.teams["a"], at=SETTLED)


def test_a_guest_is_told_nothing() -> None:
    house, guest = published_house(), UserFactory(guest=True)

    for ask in (
        lambda: figures_of_team(guest, house.teams["a"], way="json", at=SETTLED),
        lambda: figures_of_house(guest),
        lambda: blocks_of_house(guest),
        lambda: measure_register(guest, at=SETTLED),
    ):
        with pytest.raises(Http404):
            ask()
    assert not Reading.objects.exists()


def test_above_three_blocks_stands_the_sum_of_their_bands_and_nothing_else() -> None:
    house = published_house()

    told = figures_of_team(UserFactory(), house.teams["root"], way="json", at=SETTLED)

    parts = [
        each.value
        for name in ("a", "b", "c", "d")
        for each in figures_of_team(UserFactory(), house.teams[name], way="json", at=SETTLED)
        if each.measure == "B1"
    ]
    bands = [value for value in parts if isinstance(value, Band)]
    [whole] = [each for each in told if each.is_sum and each.measure == "B1"]
    assert len(bands) == 4
    assert whole.value == Band(sum(band.low for band in bands), sum(band.high for band in bands))
    assert whole.n == 37
    assert {each.measure for each in told if each.is_sum} == {"B1", "B3", "D1"}


def test_of_two_blocks_there_is_no_sum() -> None:
    house, _ = open_house("B1", sizes={"a": 9, "b": 9}, heads=0)
    invent_facts(house, seed=1, threads=40)
    close()

    told = figures_of_team(UserFactory(), house.teams["root"], way="json", at=SETTLED)

    assert [each for each in told if isinstance(each.value, Band)] == []


def test_a_window_that_is_open_is_not_told() -> None:
    house, _ = open_house()
    invent_facts(house, seed=1, threads=10)

    assert figures_of_team(UserFactory(), house.teams["a"], way="json", at=SETTLED) == []
    assert figures_of_house(UserFactory()) == []


def test_the_register_says_what_is_measured_and_what_was_decided() -> None:
    published_house()

    register = measure_register(UserFactory(), at=SETTLED)

    assert [each.described.key for each in register.measures] == sorted(
        ["A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "D1", "D2", "D3", "E1", "E2", "E3", "F1", "F2"]
    )
    assert [each.described.key for each in register.measures if each.is_in_force] == [
        "A2",
        "B1",
        "B2",
        "B3",
        "C1",
        "D1",
    ]
    assert (register.is_safe, register.least, len(register.safeguards), register.waiting) == (True, 8, 2, [])
    b1 = next(each for each in register.measures if each.described.key == "B1")
    assert b1.adoption
    assert b1.adoption.for_staff == "Youssef Diallo"
    assert b1.last_window == "2026-Q4"
    assert {cell["n"] for cell in b1.cells} == {8, 9, 12, 37}


def test_the_register_names_a_window_that_waits() -> None:
    open_house()

    assert [window.name for window in measure_register(UserFactory(), at=SETTLED).waiting] == ["2026-Q4"]


def test_a_suspended_measure_is_not_in_force() -> None:
    open_house()
    services.suspend_measure(key="B1", reason="Asked for", at=SETTLED)

    b1 = next(each for each in measure_register(UserFactory(), at=SETTLED).measures if each.described.key == "B1")

    assert not b1.is_in_force


def test_the_door_asks_the_same_number_of_statements_of_a_small_house_and_a_big_one() -> None:
    small = statements_of({"a": 9, "b": 9, "c": 9})
    big = statements_of({"a": 9, "b": 20, "c": 30, "d": 12, "e": 15, "f": 40})

    assert small == big
    assert max(small) <= 7


def statements_of(sizes: dict[str, int]) -> list[int]:
    numbers = []
    with transaction.atomic():
        house, _ = open_house(sizes=sizes)
        close()
        reader = User.objects.select_related("profile").get(pk=UserFactory().pk)
        for ask in (
            lambda: figures_of_team(reader, house.teams["root"], way="json", at=SETTLED),
            lambda: figures_of_house(reader),
            lambda: readings_of_team(house.people["a"][0], house.teams["a"], at=SETTLED),
            lambda: measure_register(reader, at=SETTLED),
        ):
            with CaptureQueriesContext(connection) as queries:
                ask()
            numbers.append(len(statements(queries)))
        transaction.set_rollback(True)
    return numbers


def paths() -> Iterator[Path]:
    for top in ("intranet", "realtime", "cms"):
        yield from (path for path in (ROOT / top).glob("**/*.py") if "migrations" not in path.parts)


def naming(text: str) -> Iterator[str]:
    """Where a piece of Python names the model of figures: by import, by attribute, by a string that finds it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "intranet.metrics.models":
            yield from (alias.name for alias in node.names if alias.name in ("Figure", "*"))
        elif isinstance(node, ast.Attribute) and node.attr == "Figure":
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if any(name in node.value.lower() for name in ("metrics.figure", "metrics_figure")):
                yield node.value
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get_model":
            yield from (ast.unparse(word) for word in node.args if "figure" in ast.unparse(word).lower())


def test_no_other_path_reads_figures() -> None:
    naming_it = {str(path.relative_to(ROOT)) for path in paths() if list(naming(path.read_text()))}

    assert naming_it - DOOR - {"intranet/metrics/frozen.py"} == set()  # which lays the triggers
    assert naming_it >= DOOR - {"intranet/metrics/models.py"}


@pytest.mark.parametrize(
    "text",
    [
        "from intranet.metrics.models import Figure",
        "from intranet.metrics.models import *",
        "from intranet.metrics import models\nmodels.Figure.objects.all()",
        "apps.get_model('metrics.Figure')",
        "apps.get_model('metrics', 'Figure')",
        "sql = 'metrics_figure'",
    ],
)
def test_another_path_would_be_seen(text: str) -> None:
    assert list(naming(text))


def test_a_window_does_not_lead_to_its_figures() -> None:
    _, window = open_house()

    assert [name for name in dir(window) if "figure" in name.lower()] == []
