"""What is published is written once: the database refuses to change or delete it, whoever asks."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from intranet.accounts.models import User
from intranet.metrics.access import figures_of_house, figures_of_team, readings_of_team
from intranet.metrics.frozen import lay
from intranet.metrics.models import Reading, Window
from tests.intranet.metrics.houses import OPENED, SETTLED, close, open_house
from tests.intranet.people.factories import UserFactory

pytestmark = pytest.mark.django_db

STATEMENTS = [
    'UPDATE metrics_figure SET value = \'{"kind": "silence"}\'',
    "UPDATE metrics_figure SET block = ''",
    "DELETE FROM metrics_figure",
    "UPDATE metrics_gatereport SET cells = '[]'",
    "DELETE FROM metrics_gatereport",
    "UPDATE metrics_reading SET way = 'csv'",
    "UPDATE metrics_reading SET reader_id = NULL, way = 'csv'",
    "DELETE FROM metrics_reading",
    "UPDATE metrics_window SET closed_at = NULL",
    "UPDATE metrics_window SET trouble = 'gate'",
    "DELETE FROM metrics_window",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses(statement: str) -> None:
    house, _ = open_house()
    close()
    figures_of_team(UserFactory(), house.teams["a"], way="json", at=SETTLED)
    before = figures_of_house(UserFactory())

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert figures_of_house(UserFactory()) == before


@pytest.mark.parametrize("column", ["name", "least", "roster_on", "roster", "units", "blocks", "measures", "opened_at"])
def test_what_an_open_window_froze_stays(column: str) -> None:
    _, window = open_house()
    others = {
        "name": "2031-Q1",
        "least": 9,
        "roster_on": OPENED.date(),
        "roster": "x",
        "units": [],
        "blocks": [],
        "measures": {},
        "opened_at": OPENED + timedelta(days=1),
    }

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Window.objects.filter(pk=window.pk).update(**{column: others[column]})


def test_an_open_window_can_say_why_it_stays_open() -> None:
    _, window = open_house()

    assert Window.objects.filter(pk=window.pk).update(trouble="source", trouble_about="B1", tried_at=SETTLED) == 1


def test_who_left_becomes_a_former_member_and_the_reading_stays() -> None:
    house, _ = open_house()
    close()
    reader = UserFactory()
    figures_of_team(reader, house.teams["a"], way="json", at=SETTLED)

    User.objects.filter(pk=reader.pk).get().delete()

    assert [row.name for row in readings_of_team(house.people["a"][0], house.teams["a"], at=SETTLED)] == [""]


def test_a_reading_is_given_to_nobody_else() -> None:
    house, _ = open_house()
    figures_of_team(UserFactory(), house.teams["a"], way="json", at=SETTLED)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Reading.objects.update(reader=UserFactory())


def test_the_triggers_are_laid_again_without_harm() -> None:
    _, window = open_house()
    lay()

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Window.objects.filter(pk=window.pk).update(roster="")


@pytest.mark.engine("postgresql")
def test_a_table_is_not_emptied() -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE metrics_figure")
