"""Searching what was said, from the form: it works without a script and keeps nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from realtime.threads.indexing import index_conversations
from realtime.threads.models import Thread
from tests.intranet.portal.conftest import Company, visitor
from tests.realtime.threads.factories import say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("S1")]
ADDRESS = "/search/messages/"


@pytest.fixture
def told(company: Company) -> Company:
    thread = company.thread("Navette du matin")
    say(thread, company.paul, "La navette est en retard.")
    say(thread, company.ines, "Quelle navette ?")
    say(company.thread("Peinture"), company.ines, "La navette apporte la laque.")
    index_conversations.func()
    return company


def found(company: Company, **asked: str) -> list[str]:
    answer = visitor(company.paul).get(ADDRESS, asked)
    assert answer.status_code == 200
    return ["".join(piece.text for piece in result.words) for result in answer.context["results"]]


def test_the_closest_come_first_or_the_newest(told: Company) -> None:
    assert found(told, q="navette")[-1] == "La navette apporte la laque."
    assert found(told, q="navette", sort="newest")[0] == "La navette apporte la laque."


def test_an_author_is_named_as_one_types(told: Company) -> None:
    assert found(told, q="navette", author="Paul") == ["La navette est en retard."]
    assert len(found(told, author="ines")) == 2
    assert found(told, q="navette", mine="on") == ["La navette est en retard."]


def test_each_filter_is_a_chip_that_takes_it_away(told: Company) -> None:
    html = visitor(told.paul).get(ADDRESS, {"q": "navette", "author": "Paul", "since": "2020-01-01"}).content.decode()

    assert 'href="?q=navette&amp;since=2020-01-01"' in html
    assert 'href="?q=navette&amp;author=Paul"' in html


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"author": "Zzz"}, "Nobody you can see has this name."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "The end comes before the beginning."),
        ({"since": "hier"}, "Enter a valid date."),
        ({"since": "0001-01-01"}, "greater than or equal to"),
        ({"since": "2026-01-01", "until": "9999-12-31"}, "less than or equal to"),
        ({"space": "nowhere"}, "Select a valid choice."),
        ({"kind": "nothing"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_says_why_and_keeps_what_was_typed(told: Company, asked: dict[str, str], words: str) -> None:
    html = visitor(told.paul).get(ADDRESS, {"q": "navette", **asked}).content.decode()

    assert words in html
    assert 'value="navette"' in html


def test_nothing_asked_for_says_what_the_page_is_for(told: Company) -> None:
    html = visitor(told.paul).get(ADDRESS).content.decode()

    assert "Nothing you search for is kept." in html


def test_names_are_suggested_of_those_one_sees(told: Company) -> None:
    names = visitor(told.paul).get("/search/names/", {"q": "in"}).json()["names"]

    assert told.ines.name in names
    assert visitor(told.paul).get("/search/names/", {"q": ""}).json() == {"names": []}
    assert visitor(told.oscar).get("/search/names/", {"q": "in"}).status_code == 403


def test_it_costs_the_same_whatever_is_found(told: Company) -> None:
    counts: list[int] = []
    for _ in range(2):
        thread: Thread = told.thread(f"Fil {len(counts)}")
        for number in range(12 * len(counts) + 1):
            say(thread, told.ines, f"navette {number}", at=timezone.now())
        index_conversations.func()
        client = visitor(told.paul)
        asked = {"q": "navette", "author": "Inès", "since": "2020-01-01"}
        client.get(ADDRESS, asked)
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS, asked)
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1] <= 20
