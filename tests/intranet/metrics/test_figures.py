"""The figures of a window against a second, plain computation of them; on either database they are the same."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from intranet.accounts.models import User
from intranet.metrics.access import figures_of_house, figures_of_team
from intranet.metrics.core.bands import Band
from intranet.metrics.core.figures import NOT_ENOUGH, Places, Share, Value
from intranet.metrics.services import close_window
from intranet.people.models import Profile
from tests.intranet.metrics import naive
from tests.intranet.metrics.houses import NAME, SETTLED, House, close, invent_facts, open_house, say, thread_of
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory
from tests.support.queries import statements

pytestmark = pytest.mark.django_db

BLOCKS = {
    "Equipe a": ["equipe-a"],
    "Equipe b": ["equipe-b"],
    "Equipe c": ["equipe-c"],
    "Maison": ["maison", "equipe-d"],
}


def told(house: House, measure: str) -> dict[str, Value]:
    """What is told of each block by its name, as somebody of the house sees it."""
    found: dict[str, Value] = {}
    for team in house.teams.values():
        for each in figures_of_team(UserFactory(), team, way="json", at=SETTLED):
            if each.measure == measure and not each.is_sum:
                found[each.about] = each.value
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_is_that_of_a_plain_computation(seed: int) -> None:
    house, _ = open_house()
    invent_facts(house, seed=seed, threads=170)
    Profile.objects.filter(user__in=[house.people["a"][0], house.people["b"][3]]).update(is_counted=False)

    close()

    plain = naive.Naive(naive.homes(BLOCKS))
    assert told(house, "A2") == plain.a2()
    assert told(house, "B1") == plain.b1()
    assert told(house, "B3") == plain.b3()
    assert told(house, "C1") == plain.c1()
    assert told(house, "D1") == plain.d1()
    whole = {each.measure: each.value for each in figures_of_house(UserFactory())}
    assert whole["B2"] == Places(plain.b2(), None)
    middles = [band.middle for band in plain.b1().values() if isinstance(band, Band)]
    assert whole["B3"] == Share(naive.share(middles))


def test_the_invented_facts_tell_something_of_every_measure() -> None:
    """Else the comparison above would compare silence with silence."""
    house, _ = open_house()
    invent_facts(house, seed=1, threads=170)

    close()

    for measure in ("A2", "B1", "B3", "D1"):
        assert len({str(value) for value in told(house, measure).values()}) > 1, measure
    assert NOT_ENOUGH not in told(house, "C1").values()


def test_who_is_not_to_be_counted_is_a_zero_and_stays_in_the_size() -> None:
    house, _ = open_house("B1")
    speak_on_days(house.people["c"], days=2)
    Profile.objects.filter(user__in=house.people["c"][:3]).update(is_counted=False)

    close()

    [row] = figures_of_team(UserFactory(), house.teams["c"], way="json", at=SETTLED)
    assert (row.n, row.value) == (8, Band(3, 5))


def speak_on_days(people: list[User], days: int) -> None:
    noon = datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("Europe/Paris"))
    thread = thread_of(SpaceFactory(), people[0], noon)
    for number in range(days):
        for user in people:
            say(thread, user, noon + timedelta(days=number))


def test_the_number_of_statements_does_not_follow_the_number_of_people_or_facts() -> None:
    small = queries_of_closing({"a": 9, "b": 8}, threads=5)
    big = queries_of_closing({"a": 20, "b": 30, "c": 25, "d": 12, "e": 9}, threads=60)

    assert big == small <= 30


def queries_of_closing(sizes: dict[str, int], *, threads: int) -> int:
    with transaction.atomic():
        house, _ = open_house(sizes=sizes)
        invent_facts(house, seed=3, threads=threads)
        with CaptureQueriesContext(connection) as queries:
            close_window(name=NAME, at=SETTLED)
        transaction.set_rollback(True)
    return len([sql for sql in statements(queries) if "DECLARE" not in sql and "FETCH" not in sql])


def test_a_house_of_nobody_closes_with_nothing_of_anybody() -> None:
    house, _ = open_house(sizes={"a": 3}, heads=0)

    window = close()

    assert window.blocks == []
    assert figures_of_team(UserFactory(), house.teams["a"], way="json", at=SETTLED) == []
