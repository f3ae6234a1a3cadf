"""The figures as files: what the door gives, the same bytes for all, with what each measure means."""

import csv
import io
import json
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from intranet.accounts.models import User
from intranet.metrics.access import figures_of_house, figures_of_team
from intranet.metrics.core.bands import Band, Level
from intranet.metrics.core.figures import NOT_ENOUGH, Curve, Days, Places, Reached, Share, Standing, Value
from intranet.metrics.exporting import harmless
from intranet.metrics.models import Reading
from intranet.metrics.registry import measures
from intranet.metrics.values import NotAValue, in_words, restored, stored
from tests.intranet.metrics.houses import SETTLED, House, fetch, published_house
from tests.intranet.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    """With figures."""
    return published_house()


@pytest.mark.parametrize("name", ["team_csv", "team_json", "house_csv", "house_json"])
def test_everybody_gets_the_same_bytes(house: House, name: str) -> None:
    args = ["equipe-a"] if name.startswith("team") else []
    people: list[User] = [
        house.people["a"][0],
        UserFactory(language="fr", zone="Asia/Tokyo"),
        UserFactory(administrator=True),
        house.people["root"][0],
    ]

    answers = [fetch(user, name, *args) for user in people]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer["Content-Disposition"] for answer in answers}) == 1


@pytest.mark.feature("M8")
def test_the_json_is_what_the_door_gives_with_its_definitions(house: House) -> None:
    told = figures_of_team(UserFactory(), house.teams["a"], way="json", at=SETTLED)

    found = json.loads(fetch(UserFactory(), "team_json", "equipe-a").content)

    assert [(row["window"], row["measure"], row["about"], row["people"]) for row in found["figures"]] == [
        (each.window, each.measure, each.about, each.n) for each in told
    ]
    assert [restored(row["value"]) for row in found["figures"]] == [each.value for each in told]
    assert {each["measure"] for each in found["definitions"]} == {each.measure for each in told}
    b1 = next(each for each in found["definitions"] if each["measure"] == "B1")
    assert b1["name"] == {"en": "Breadth of voice", "fr": "Ampleur de la parole"}
    assert b1["fingerprint"] == measures()["B1"].fingerprint
    assert "cannot be used to evaluate a person" in found["purpose"]["en"]


def test_the_csv_is_what_the_door_gives(house: House) -> None:
    told = figures_of_house(UserFactory())

    rows = list(csv.DictReader(io.StringIO(fetch(UserFactory(), "house_csv").content.decode())))

    assert [(row["window"], row["measure"], restored(json.loads(row["value"]))) for row in rows] == [
        (each.window, each.measure, each.value) for each in told
    ]
    with translation.override("en"):
        assert [row["value_en"] for row in rows] == [in_words(each.value) for each in told]
    assert all(row["formula_fr"] and row["name_en"] for row in rows)


@pytest.mark.parametrize("way", ["csv", "json"])
def test_opening_a_file_from_outside_is_a_reading(house: House, way: str) -> None:
    reader = UserFactory()

    fetch(reader, f"team_{way}", "equipe-a")
    fetch(house.people["a"][0], f"team_{way}", "equipe-a")

    assert [(row.reader, row.way) for row in Reading.objects.all()] == [(reader, way)]


@pytest.mark.parametrize("name", ["team_csv", "team_json", "house_csv", "house_json"])
def test_guests_and_strangers_get_no_file(house: House, name: str) -> None:
    args = ["equipe-a"] if name.startswith("team") else []

    assert fetch(UserFactory(guest=True), name, *args).status_code == 404
    assert Client().get(reverse(f"metrics:{name}", args=args)).status_code == 302
    assert fetch(UserFactory(), "team_json", "no-such-team").status_code == 404
    assert not Reading.objects.exists()


VALUES: list[Value] = [
    NOT_ENOUGH,
    Band(3, 5),
    Level(0, 3),
    Level(4, 5),
    Standing.ON_PAR,
    Days(None),
    Days(3),
    Places(2, None),
    Places(21, 7),
    Share(Fraction(8, 11)),
    Curve((Reached(5, Fraction(0), Fraction(1, 5)),)),
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_value_comes_out_as_it_went_in(value: Value) -> None:
    assert restored(json.loads(json.dumps(stored(value)))) == value


def test_each_value_has_words_of_its_own() -> None:
    with translation.override("en"):
        words = [in_words(value) for value in VALUES]

    assert len(set(words)) == len(words)
    assert words[0] == "not enough different contributions"
    assert words[1] == "3 to 5 people"
    assert words[9] == "73 % of the teams"


@pytest.mark.parametrize("words", [{}, {"kind": "rank"}, {"kind": "band", "low": 1}, {"kind": "standing", "is": "top"}])
def test_what_is_no_value_is_refused(words: dict[str, Any]) -> None:
    with pytest.raises(NotAValue):
        restored(words)


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@a", "\tx"])
def test_a_spreadsheet_takes_a_name_for_a_name(words: str) -> None:
    assert harmless([words, "plain", 3]) == [f"'{words}", "plain", "3"]
