"""The figures on the screen: the same for everybody, in bars and in words, and who looked shown to the team alone."""

import re
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from intranet.accounts.models import User
from intranet.metrics.access import Told, figures_of_team
from intranet.metrics.core.bands import Band, Level
from intranet.metrics.core.figures import NOT_ENOUGH, Curve, Days, Reached, Value
from intranet.metrics.drawing import HIGH
from intranet.metrics.models import Reading
from intranet.metrics.showing import Series, quarter, said, shown
from intranet.people.models import Membership
from intranet.people.services import join_team
from tests.intranet.metrics.houses import (
    NAME,
    OPENED,
    SETTLED,
    House,
    build_house,
    close,
    fetch,
    open_house,
    published_house,
)
from tests.intranet.people.factories import TeamFactory, UserFactory
from tests.support.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    """With figures."""
    return published_house()


def page(user: User, name: str, *args: Any) -> str:
    response = fetch(user, name, *args)
    assert response.status_code == 200, response.content
    text: str = response.content.decode()
    return text


def figures_of(text: str) -> list[str]:
    """The figures of a page, without what names its reader."""
    return re.findall(r'<section class="measure-card".*?</section>', text, re.DOTALL)


def outsider() -> User:
    user: User = UserFactory(name="Oriane Dehors")
    return user


# --- a team -------------------------------------------------------------------------------------


@pytest.mark.feature("M8")
def test_each_measure_shows_its_question_its_formula_and_each_figure_in_words(house: House) -> None:
    reader = outsider()

    text = page(reader, "team", "equipe-a")

    told = figures_of_team(reader, house.teams["a"], way="screen", at=SETTLED)
    assert told
    with translation.override("en"):
        for each in told:
            assert said(each) in text
            assert quarter(each.window) == "Q4 2026"
    assert "How many of us take part?" in text
    assert "People of the block who contributed on at least two different days." in text
    assert text.count("cannot be used to evaluate a person") == len({each.measure for each in told})


@pytest.mark.feature("X3")
def test_everybody_is_shown_the_same_figures(house: House) -> None:
    manager = UserFactory()
    join_team(user=manager, team=house.teams["a"], role=Membership.Role.MANAGER, at=OPENED)
    people: list[User] = [house.people["a"][0], manager, UserFactory(), UserFactory(administrator=True)]

    seen = [figures_of(page(user, "team", "equipe-a")) for user in people]

    assert seen[0]
    assert all(each == seen[0] for each in seen)


@pytest.mark.feature("X3", "M9")
def test_a_look_from_outside_is_said_to_who_looks_and_shown_to_the_team(house: House) -> None:
    reader = outsider()

    assert "The team sees that you looked" in page(reader, "team", "equipe-a")

    assert [(row.reader, row.way) for row in Reading.objects.all()] == [(reader, "screen")]
    own = page(house.people["a"][0], "team", "equipe-a")
    assert "Who read our measures" in own
    assert "Oriane Dehors" in own
    assert "On screen" in own
    assert "The team sees that you looked" not in own


@pytest.mark.parametrize("who", ["outsider", "administrator", "head"])
def test_who_looked_is_shown_to_the_team_alone(house: House, who: str) -> None:
    people: dict[str, User] = {
        "outsider": outsider(),
        "administrator": UserFactory(administrator=True),
        "head": house.people["root"][0],
    }
    page(UserFactory(name="Sacha Passant"), "team", "equipe-a")

    text = page(people[who], "team", "equipe-a")

    assert "Sacha Passant" not in text
    assert "Who read our measures" not in text


def test_who_left_is_a_former_member(house: House) -> None:
    Reading.objects.create(team=house.teams["a"], reader=None, way="csv", at=SETTLED)

    assert "Former member" in page(house.people["a"][0], "team", "equipe-a")


def test_a_small_team_says_with_whom_it_is_counted(house: House) -> None:
    text = page(house.people["d"][0], "team", "equipe-d")

    assert "Counted together with others" in text
    assert "Small teams and heads of Maison, 8 people" in text


def test_a_unit_shows_its_own_block_and_the_sum_of_those_below_apart(house: House) -> None:
    text = page(house.people["root"][0], "team", "maison")

    assert "Small teams and heads of Maison, 8 people" in text
    assert "Maison with the teams below it, 37 people" in text
    assert "Counted together with others" not in text


def test_before_anything_was_adopted_the_page_says_so() -> None:
    build_house()

    assert "Nothing is measured yet" in page(outsider(), "team", "equipe-a")


def test_before_a_quarter_is_over_the_page_says_so() -> None:
    open_house()

    text = page(outsider(), "team", "equipe-a")

    assert "No quarter is over yet" in text
    assert "CSV" not in text


def test_a_team_of_nobody_has_no_figures_and_its_page_says_so(house: House) -> None:
    network = TeamFactory(network=True, slug="reseau")

    text = page(outsider(), "team", network.slug)

    assert "No figure speaks of this team" in text


def test_silence_has_the_same_words_as_in_the_files() -> None:
    house, _ = open_house()
    close()

    text = page(house.people["a"][0], "team", "equipe-a")

    assert "not enough different contributions" in text
    assert "series__drawing" in text  # the bands of people, all at their lowest


@pytest.mark.parametrize("name", ["team"])
def test_guests_and_strangers_see_no_figures(house: House, name: str) -> None:
    args = ["equipe-a"] if name == "team" else []

    assert fetch(UserFactory(guest=True), name, *args).status_code == 404
    assert Client().get(reverse(f"metrics:{name}", args=args)).status_code == 302
    assert not Reading.objects.exists()


def test_a_team_that_is_not_there() -> None:
    assert fetch(UserFactory(), "team", "no-such-team").status_code == 404


def test_the_page_of_a_team_leads_to_its_measures(house: House) -> None:
    client = Client()
    client.force_login(UserFactory())

    assert reverse("metrics:team", args=["equipe-a"]) in client.get("/teams/equipe-a/").content.decode()


def test_a_screen_asks_the_same_number_of_statements_of_a_small_house_and_a_big_one() -> None:
    small, big = (
        statements_of(sizes) for sizes in ({"a": 9, "b": 9, "c": 9}, {"a": 9, "b": 20, "c": 30, "d": 12, "e": 15})
    )

    assert small == big
    assert max(small) <= 35


def statements_of(sizes: dict[str, int]) -> list[int]:
    numbers = []
    with transaction.atomic():
        house, _ = open_house(sizes=sizes)
        close()
        for readings in range(len(sizes)):
            at = SETTLED + timedelta(minutes=readings)
            Reading.objects.create(team=house.teams["root"], reader=UserFactory(), way="csv", at=at)
        for user in (UserFactory(), house.people["root"][0]):
            client = Client()
            client.force_login(user)
            for address in ADDRESSES:
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(address).status_code == 200
                numbers.append(len(statements(queries)))
        transaction.set_rollback(True)
    return numbers


ADDRESSES = ["/teams/maison/measures/", "/measures/", "/measures/house/"]


# --- the drawing --------------------------------------------------------------------------------


def told(value: Value, *, n: int = 9, window: str = NAME, **more: bool) -> Told:
    return Told(window, "B1", "Maison", n, more.get("is_gathered", False), more.get("is_sum", False), value)


@pytest.mark.parametrize(
    ("value", "n", "top", "height"),
    [
        (Band(0, 3), 9, 48, 24),
        (Band(6, 9), 9, 0, 24),
        (Band(0, 9), 9, 0, 72),
        (Level(1, 3), 9, 24, 24),
        (Level(4, 5), 12, 0, 14),
    ],
)
def test_a_bar_stands_where_its_figure_lies_between_none_and_all(value: Value, n: int, top: int, height: int) -> None:
    [column] = Series([told(value, n=n)]).columns

    assert (column.top, column.height, column.is_told) == (top, height, True)


def test_a_thin_bar_can_be_seen_and_stays_in_its_column() -> None:
    columns = [Series([told(Band(low, low + 2), n=1000)]).columns[0] for low in (0, 998)]

    assert [(column.top, column.height) for column in columns] == [(HIGH - 3, 3), (0, 3)]


def test_a_silent_quarter_has_an_empty_column() -> None:
    series = Series([told(NOT_ENOUGH), told(Band(3, 5), window="2026-Q3")])

    assert [column.is_told for column in series.columns] == [True, False]
    assert [column.year for column in series.columns] == ["2026", ""]


@pytest.mark.parametrize("value", [NOT_ENOUGH, Days(3)])
def test_what_has_no_place_between_none_and_all_is_not_drawn(value: Value) -> None:
    assert Series([told(value)]).columns == []


CURVE = Curve((Reached(5, Fraction(1, 4), Fraction(1, 2)), Reached(10, Fraction(1, 2), Fraction(3, 4))))


def test_a_curve_runs_between_what_is_told_and_nowhere_else() -> None:
    curve = Series([told(NOT_ENOUGH), told(CURVE, window="2026-Q3")]).curve

    assert curve is not None
    assert [(bar.label, bar.left, bar.top, bar.height) for bar in curve.told] == [
        ("5 d", 38, 36, 18),
        ("10 d", 78, 18, 18),
    ]
    assert [(bar.left, bar.width, bar.top, bar.height) for bar in curve.between] == [(0, 40, 36, 36), (40, 40, 18, 36)]
    assert curve.width == 80


def test_a_curve_is_on_the_screen_and_in_words() -> None:
    series = Series([told(CURVE)])
    shown_ = render_to_string("metrics/includes/series.html", {"series": series})

    assert shown_.count("series__between") == 2
    assert "within 5 working days: 25 to 50 %, within 10 working days: 50 to 75 %" in shown_
    assert Series([told(Days(3))]).curve is None


def test_a_team_alone_and_one_among_others_are_not_one_series() -> None:
    [measure] = shown([told(Band(0, 2)), told(Band(3, 5), window="2026-Q3", is_gathered=True)])

    assert [len(series.told) for series in measure.series] == [1, 1]


def test_a_figure_of_a_measure_that_is_gone_is_shown_by_its_key() -> None:
    [measure] = shown([Told(NAME, "Z9", "", 9, False, False, Band(0, 2))])

    assert (measure.key, measure.described) == ("Z9", None)
