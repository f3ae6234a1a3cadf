"""Events as files that calendars read, and as a month on the screen."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from cms.events import services
from cms.events.month import asked_month
from cms.services import publish_page
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms.events.conftest import ENDS, STARTS, an_event
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P22")]


def file_of(client: Client, event: Any) -> Any:
    answer = client.get(f"/events/{event.pk}/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (entry,) = Calendar.from_ical(answer.content).walk("VEVENT")
    return entry


# --- a file -------------------------------------------------------------------------------------


def test_an_event_goes_into_a_calendar(space: Space, member: User) -> None:
    event = an_event(space, "Visite, ligne 1; à deux", intro="Casque obligatoire.")

    entry = file_of(signed_in(member), event)

    assert entry["SUMMARY"] == "Visite, ligne 1; à deux"
    assert entry["LOCATION"] == "Hall, porte B"
    assert entry["DESCRIPTION"] == "Casque obligatoire."
    assert entry["URL"] == f"http://testserver{event.url}"
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (STARTS, ENDS)


def test_its_moments_are_in_utc_and_its_words_escaped(space: Space, member: User) -> None:
    event = an_event(space, "Visite, ligne 1; à deux", intro="<b>Casque</b>\r\nATTENDEE:x\x07")

    words = signed_in(member).get(f"/events/{event.pk}/calendar.ics").content.decode()

    assert "DTSTART:20311120T133000Z" in words
    assert "DTEND:20311120T150000Z" in words
    assert "SUMMARY:Visite\\, ligne 1\\; à deux" in words
    assert "\nATTENDEE" not in words
    assert "\x07" not in words
    assert all(len(line.encode()) <= 75 for line in words.split("\r\n"))


def test_one_without_an_end_lasts_an_hour(space: Space, member: User) -> None:
    assert file_of(signed_in(member), an_event(space, ends_at=None))["DTEND"].dt == STARTS + timedelta(hours=1)


def test_it_stays_the_same_event_for_a_calendar(event: Any, member: User) -> None:
    client = signed_in(member)
    before = file_of(client, event)["UID"]

    event.title, event.slug, event.starts_at, event.ends_at = "Autre nom", "autre", STARTS + timedelta(days=1), None
    publish_page(page=event, by=None, at=timezone.now())

    assert file_of(client, event)["UID"] == before


def test_it_says_nothing_of_who_comes(event: Any, member: User) -> None:
    services.answer_event(event=event, user=member, answer="coming", at=timezone.now())

    words = signed_in(member).get(f"/events/{event.pk}/calendar.ics").content.decode()

    assert "Béa" not in words
    assert "ATTENDEE" not in words


def test_all_that_one_sees_goes_into_one_file(space: Space, member: User, guest: User) -> None:
    an_event(space, "Visite")
    an_event(space, "Avec les invités", shared_with_guests=True)
    an_event(space, "Brouillon", is_published=False)
    an_event(SpaceFactory(members_only=True), "Ailleurs")
    an_event(SpaceFactory(), "Pour tous")
    an_event(space, "Il y a longtemps", starts_at=timezone.now() - timedelta(days=800), ends_at=None)

    def titles(user: User) -> set[str]:
        content = signed_in(user).get("/events/calendar.ics").content
        return {str(entry["SUMMARY"]) for entry in Calendar.from_ical(content).walk("VEVENT")}

    assert titles(member) == {"Visite", "Avec les invités", "Pour tous"}
    assert titles(guest) == {"Avec les invités"}
    assert titles(UserFactory()) == {"Pour tous"}


def test_the_file_of_all_costs_the_same_for_many(space: Space, member: User) -> None:
    client = signed_in(member)

    def cost(number: int) -> int:
        for n in range(number):
            an_event(space, f"Visite {number} {n}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/events/calendar.ics").status_code == 200
        return len(statements(queries))

    cost(1)
    few = cost(2)

    assert cost(20) == few
    assert few <= 6


# --- a month ------------------------------------------------------------------------------------


def month(client: Client, asked: str) -> str:
    return client.get("/events/", {"month": asked}).content.decode()


def table(screen: str) -> str:
    return screen.split('<table class="month"')[1].split("</table>")[0]


def test_a_month_shows_its_events_and_leads_to_the_others(event: Any, member: User) -> None:
    shown = month(signed_in(member), "2031-11")

    assert event.title in table(shown)
    assert "November 2031" in shown
    assert 'href="?month=2031-10"' in shown
    assert 'href="?month=2031-12"' in shown
    assert event.title not in month(signed_in(member), "2031-10")


def test_an_event_of_some_days_is_on_each_of_them(space: Space, member: User) -> None:
    an_event(
        space, "Salon", starts_at=datetime(2031, 11, 18, 8, tzinfo=UTC), ends_at=datetime(2031, 11, 20, 16, tzinfo=UTC)
    )

    assert table(month(signed_in(member), "2031-11")).count("Salon") == 3


def test_an_event_that_ends_at_midnight_is_not_on_the_next_day(space: Space) -> None:
    reader = UserFactory(zone="Europe/Paris")
    midnight = datetime(2031, 11, 20, 23, tzinfo=UTC)
    an_event(SpaceFactory(), "Veillée", starts_at=midnight - timedelta(hours=3), ends_at=midnight)

    assert table(month(signed_in(reader), "2031-11")).count("Veillée") == 1


@pytest.mark.parametrize(("zone", "is_there"), [("Europe/Paris", False), ("America/Martinique", True)])
def test_a_month_is_that_of_the_readers_zone(zone: str, is_there: bool) -> None:
    """Half past eleven of the last evening in Paris is still the afternoon in Fort-de-France."""
    an_event(SpaceFactory(), "Réveillon", starts_at=datetime(2031, 12, 31, 23, 30, tzinfo=UTC), ends_at=None)
    shown = table(month(signed_in(UserFactory(zone=zone)), "2031-12"))

    inside = [cell for cell in shown.split("<td ") if "Réveillon" in cell]
    assert [("month__day--outside" not in cell) for cell in inside] == [is_there]


@pytest.mark.parametrize(
    "asked", ["", "2031", "2031-13", "2031-00", "demain", "2031-11-02", "9999-12", "2031-1１", "<b>"]
)
def test_a_month_that_is_none_is_this_one(asked: str, member: User) -> None:
    assert asked_month(asked, date(2026, 11, 26)) == date(2026, 11, 1)
    assert signed_in(member).get("/events/", {"month": asked}).status_code == 200


@pytest.mark.parametrize("asked", ["1970-01", "2199-12"])
def test_the_first_and_the_last_month_are_shown(asked: str, member: User) -> None:
    assert signed_in(member).get("/events/", {"month": asked}).status_code == 200


def test_a_month_says_nothing_of_what_one_does_not_see(event: Any, guest: User) -> None:
    assert event.title not in month(signed_in(UserFactory()), "2031-11")
    assert signed_in(guest).get("/events/", {"month": "2031-11"}).status_code == 403


def test_a_month_costs_the_same_for_many(space: Space, member: User) -> None:
    client = signed_in(member)

    def cost(number: int) -> int:
        for n in range(number):
            an_event(space, f"Visite {number} {n}")
        with CaptureQueriesContext(connection) as queries:
            month(client, "2031-11")
        return len(statements(queries))

    cost(1)
    few = cost(2)

    assert cost(20) == few
    assert few <= 8
