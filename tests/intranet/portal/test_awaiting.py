"""What awaits a team, beside its figures: as each reader sees it, and again by itself."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.care.archive import archive_page
from cms.care.keeping import ask_for_work, choose_keepers
from cms.services import mark_reviewed
from intranet.accounts.models import User
from intranet.metrics.services import record_holidays
from intranet.portal.awaiting import Awaiting, awaiting_of
from realtime.spaces.mentions import TEAM, Target, written
from realtime.streams.models import Stream
from realtime.threads.models import Thread
from tests.intranet.portal.conftest import Company, visitor
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.realtime.threads.factories import say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("M4")]


def waiting(company: Company, user: User) -> Awaiting:
    return awaiting_of(company.workshop, user, at=timezone.now(), on=timezone.localdate())


def called(company: Company) -> str:
    return f"{written(company.workshop.name, Target(TEAM, company.workshop.pk))} qui prend ?"


def screen(company: Company, user: User) -> str:
    return visitor(user).get(reverse("metrics:team", args=[company.workshop.slug])).content.decode()


def test_a_question_awaits_until_somebody_answers(company: Company) -> None:
    asked = company.thread("Quel gaz pour l’inox ?", "Argon ?", kind=Thread.Kind.QUESTION)
    company.thread("Une simple conversation", "Bonjour.")
    assert [open_.thread for open_ in waiting(company, company.lea).questions] == [asked]
    assert "Quel gaz pour l’inox ?" in screen(company, company.lea)

    say(asked, company.paul, "Argon, oui.")

    assert waiting(company, company.lea).questions == []
    assert "Nothing awaits the team" in screen(company, company.lea)


def test_a_question_says_for_how_many_working_days_it_is_open(company: Company) -> None:
    cache.clear()
    today = timezone.localdate()
    for year in {today.year, today.year - 1}:
        record_holidays(year=year, days=[], at=timezone.now())
    company.thread("Vieille question", "?", kind=Thread.Kind.QUESTION, at=timezone.now() - timedelta(days=14))

    [open_] = waiting(company, company.lea).questions

    assert open_.days == 10
    assert "open for 10 working days" in screen(company, company.lea)
    cache.clear()


def test_where_a_team_is_called_and_what_it_is_to_read_again(company: Company) -> None:
    thread = company.thread("Peinture", "La cabine chauffe.", called(company))
    old = timezone.now() - timedelta(days=40)
    company.thread("Autrefois", called(company), at=old)
    page = company.page("Consigner", steward=company.workshop, review_on=date(2026, 1, 5))

    found = waiting(company, company.lea)

    assert list(found.calls) == [thread]
    assert [one.pk for one in found.reviews] == [page.pk]
    shown = screen(company, company.lea)
    assert shown.index("Where the team was called") < shown.index("Peinture") < shown.index("Consigner")


def test_what_is_closed_to_a_reader_does_not_show_through(company: Company) -> None:
    kept = SpaceFactory(name="À huis clos", members_only=True, team=company.workshop, by=company.ines)
    company.thread("Rien que nous", called(company), space=kept, kind=Thread.Kind.QUESTION)
    company.page("Nos secrets", space=kept, steward=company.workshop, review_on=timezone.localdate())

    assert not waiting(company, company.lea)
    hers = visitor(company.lea).get(reverse("portal:awaiting", args=[company.workshop.slug])).content.decode()
    assert "Rien que nous" not in hers
    assert "Nos secrets" not in hers
    assert "Rien que nous" in screen(company, company.paul)


def test_it_follows_what_it_names_and_the_readers_inbox(company: Company) -> None:
    asked = company.thread("Quel gaz ?", "Argon ?", kind=Thread.Kind.QUESTION)
    head = Stream.objects.get(kind="thread", key=asked.pk).head

    shown = visitor(company.paul).get(reverse("portal:awaiting", args=[company.workshop.slug])).content.decode()

    assert f'data-stream="thread:{asked.pk}" data-head="{head}"' in shown
    assert f'data-stream="inbox:{company.paul.pk}"' in shown
    assert "<html" not in shown


def test_it_follows_the_places_it_looks_at_as_far_as_the_reader_sees_them(company: Company) -> None:
    kept = SpaceFactory(name="À huis clos", members_only=True, team=company.workshop, by=company.ines)
    SpaceMemberFactory(space=kept, user=company.paul)
    company.page("Consigner", space=company.closed, steward=company.workshop)
    company.thread("Rien à voir", "Bonjour.", space=SpaceFactory(name="Ailleurs"))
    company.thread("Quel gaz ?", "Argon ?", kind=Thread.Kind.QUESTION)

    assert waiting(company, company.paul).places == {
        f"space:{company.floor.pk}": 1,
        f"space:{company.closed.pk}": 0,
        f"space:{kept.pk}": 0,
    }
    assert waiting(company, company.lea).places == {f"space:{company.floor.pk}": 1}
    assert f'data-stream="space:{company.floor.pk}" data-head="1"' in screen(company, company.lea)


def test_it_follows_so_many_places_and_no_more(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intranet.portal.awaiting.MOST_PLACES", 3)
    for _ in range(4):
        SpaceFactory(team=company.workshop)

    assert len(waiting(company, company.lea).places) == 3


def test_a_page_read_again_moves_the_place_it_is_in(company: Company) -> None:
    page = company.page("Consigner", steward=company.workshop, review_on=timezone.localdate())
    at, later = timezone.now(), timezone.localdate() + timedelta(days=99)
    kept: dict[str, Any] = {"steward": company.workshop, "contact": None, "review_on": later}
    acts: list[Callable[[], object]] = [
        lambda: mark_reviewed(page=page, by=company.ines, at=at, review_on=later),
        lambda: choose_keepers(page=page, at=at, **kept),
        lambda: ask_for_work(page=page, by=company.ines, at=at),
        lambda: archive_page(page=page, by=company.ines, at=at),
    ]
    for act in acts:
        before = waiting(company, company.lea).places[f"space:{company.floor.pk}"]
        act()
        assert Stream.objects.get(kind="space", key=company.floor.pk).head == before + 1


def test_a_guest_finds_nothing(company: Company) -> None:
    assert visitor(company.oscar).get(reverse("portal:awaiting", args=[company.workshop.slug])).status_code == 403


def test_it_costs_the_same_however_much_awaits(company: Company) -> None:
    asked: list[int] = []
    for _ in range(2):
        for number in range(7):
            company.thread(f"Question {number}", called(company), kind=Thread.Kind.QUESTION)
            company.page(f"Page {number}", steward=company.workshop, review_on=timezone.localdate())
        client = visitor(company.lea)
        client.get(reverse("portal:awaiting", args=[company.workshop.slug]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("portal:awaiting", args=[company.workshop.slug]))
        asked.append(len(statements(queries)))
    assert asked[0] == asked[1] <= 11
