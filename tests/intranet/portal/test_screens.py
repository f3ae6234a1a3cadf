"""Home, your turn, a team and the frame around them, as people see them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import EventPage, NewsPage, SpacePage
from cms.services import appoint_editor, create_page
from intranet.accounts.models import User
from intranet.people.models import Membership
from intranet.portal.context_processors import Frame
from realtime.spaces.models import Space
from realtime.streams.models import Stream
from realtime.threads.models import Message, ReadMark, Thread
from realtime.threads.services import mark_read
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.intranet.portal.conftest import Company, visitor
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.realtime.threads.factories import say
from tests.support.queries import statements


def html(user: User, address: str) -> str:
    response = visitor(user).get(address)
    assert response.status_code == 200
    return response.content.decode()


def answered(company: Company, title: str = "Une question de Paul") -> Thread:
    """A thread that Paul began and read, and in which Inès answered since."""
    thread = company.thread(title, by=company.paul)
    say(thread, company.paul, "Qui sait ?", at=company.at)
    mark_read(thread=thread, user=company.paul, seq=thread.last_seq)
    say(thread, company.ines, "Moi.", at=company.at + timedelta(hours=1))
    return thread


# --- the frame ----------------------------------------------------------------------------------


def test_the_frame_shows_ones_own_places_and_what_is_new_there(company: Company) -> None:
    answered(company)
    frame = Frame(company.paul)
    assert [(space.name, space.unread) for space in frame.spaces] == [("L’atelier", 1), ("Le CSE", 0)]
    assert frame.turn_count == 1
    assert [space.name for space in Frame(company.lea).spaces] == []


@pytest.fixture
def other_numbers(db: None) -> None:
    """From here on no two rows of different tables have the same number."""
    for number, model in enumerate((User, Space, Thread, Message, ReadMark), start=1):
        table, pk = model._meta.db_table, 1_000 * number
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, pk])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, pk])


def test_the_frame_knows_a_place_from_a_conversation(other_numbers: None, company: Company) -> None:
    answered(company)
    assert [(space.name, space.unread) for space in Frame(company.paul).spaces] == [("L’atelier", 1), ("Le CSE", 0)]


def test_the_frame_of_a_guest_holds_their_rooms_alone(company: Company) -> None:
    frame = Frame(company.oscar)
    assert [space.name for space in frame.spaces] == ["La Sarvenne"]
    assert not frame.is_editor


def test_the_frame_costs_three_queries(company: Company) -> None:
    for number in range(5):
        answered(company, f"Question {number}")
        SpaceMemberFactory(space=SpaceFactory(), user=company.paul)
    frame = Frame(User.objects.select_related("profile").get(pk=company.paul.pk))
    with CaptureQueriesContext(connection) as queries:
        assert (len(frame.spaces), frame.turn_count, frame.is_editor) == (7, 5, False)
    assert len(statements(queries)) == 3


def test_editors_find_the_cms_in_their_menu(company: Company) -> None:
    assert not Frame(company.lea).is_editor
    appoint_editor(user=company.lea)
    assert Frame(User.objects.get(pk=company.lea.pk)).is_editor


def test_somebody_not_signed_in_is_sent_to_sign_in() -> None:
    assert Client().get("/").status_code == 302


# --- home ---------------------------------------------------------------------------------------


def test_home_puts_the_blocks_in_the_order_of_ones_role(company: Company) -> None:
    def order(user: User) -> list[str]:
        page = html(user, "/")
        return sorted(["turn", "voices", "moving-title", "our-team"], key=lambda name: page.index(f'id="{name}"'))

    assert order(company.ines) == ["turn", "our-team", "voices", "moving-title"]
    assert order(company.paul) == ["turn", "voices", "moving-title", "our-team"]


def test_home_says_what_awaits_and_what_moves(company: Company) -> None:
    thread = answered(company)
    question = company.thread("Qui a la clé ?", by=company.ines, kind=Thread.Kind.QUESTION)
    page = html(company.paul, "/")
    assert page.index(thread.title) < page.index(question.title) < page.index('id="moving-title"')
    assert f'data-stream="thread:{thread.pk}" data-head="2"' in page


def test_a_question_that_somebody_answered_awaits_nobody(company: Company) -> None:
    question = company.thread("Qui a la clé ?", "J’ai cherché.", by=company.ines, kind=Thread.Kind.QUESTION)
    assert question.title in html(company.paul, "/your-turn/")
    say(question, UserFactory(), "Moi.")
    assert question.title not in html(company.paul, "/your-turn/")


def test_customers_words_are_theirs(company: Company) -> None:
    thread = company.thread("Trémie", "On regarde.", space=company.customers, audience=Thread.Audience.SHARED)
    say(thread, company.oscar, "Cela coince encore.")
    say(thread, company.ines, "Nous venons jeudi.")
    page = html(company.ines, "/")
    assert "quote--customer" in page
    assert "Cela coince encore." in page
    assert "Cela coince encore." not in html(company.lea, "/")


def test_news_events_team_and_places(company: Company) -> None:
    parent = SpacePage.objects.get(space=company.floor)
    at = timezone.now()
    create_page(parent=parent, model=NewsPage, title="Le four est réparé", body=[], by=None, at=at)
    create_page(
        parent=parent,
        model=EventPage,
        title="Portes ouvertes",
        body=[],
        by=None,
        at=at,
        starts_at=at + timedelta(days=3),
    )
    create_page(
        parent=parent, model=EventPage, title="C’était hier", body=[], by=None, at=at, starts_at=at - timedelta(days=1)
    )
    SpaceFactory(name="Jardin partagé")
    page = html(company.paul, "/")
    assert all(
        words in page for words in ["Le four est réparé", "Portes ouvertes", "Atelier soudure", "Inès Morel", "Jardin"]
    )
    assert "C’était hier" not in page


def test_an_empty_home_says_the_next_act(db: None) -> None:
    page = html(UserFactory(), "/")
    assert "Nothing awaits you" in page
    assert "Nothing is moving in your spaces yet" in page
    assert "You are in no team yet" in page


def test_a_guests_home_is_their_rooms(company: Company) -> None:
    shared = company.thread("Trémie", "Bonjour.", space=company.customers, audience=Thread.Audience.SHARED)
    internal = company.thread("Entre nous", "Le prix.", space=company.customers)
    page = html(company.oscar, "/")
    assert shared.title in page
    assert internal.title not in page
    assert company.floor.name not in page


def test_what_moves_can_be_asked_for_alone(company: Company) -> None:
    company.thread("Peinture", "La cabine chauffe.")
    page = html(company.paul, "/moving/")
    assert "Peinture" in page
    assert "<html" not in page
    assert visitor(company.oscar).get("/moving/").status_code == 403


def test_home_costs_the_same_whatever_the_data(company: Company) -> None:
    parent = SpacePage.objects.get(space=company.floor)
    counts: list[int] = []
    for _ in range(2):
        for number in range(5):
            answered(company, f"Question {number}")
            company.page(f"À relire {number}", steward=company.workshop, review_on=timezone.localdate())
            thread = company.thread(f"Client {number}", space=company.customers, audience=Thread.Audience.SHARED)
            say(thread, company.oscar, "Bonjour.")
            MembershipFactory(team=company.workshop)
            SpaceFactory()
            create_page(parent=parent, model=NewsPage, title=f"N {number}", body=[], by=None, at=company.at)
        client = visitor(company.paul)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1] <= 20


# --- your turn ----------------------------------------------------------------------------------


def test_the_list_behind_the_count(company: Company) -> None:
    thread = answered(company)
    company.page("Consigner", steward=company.workshop, review_on=timezone.localdate())
    company.page("Plus tard", steward=company.workshop, review_on=timezone.localdate() + timedelta(days=99))
    page = html(company.paul, "/your-turn/")
    assert thread.title in page
    assert "Consigner" in page
    assert "Plus tard" not in page
    assert "Consigner" not in html(company.lea, "/your-turn/")


def test_reading_ends_ones_turn(company: Company) -> None:
    thread = answered(company)
    visitor(company.paul).get(thread.get_absolute_url())
    assert Frame(company.paul).turn_count == 0
    assert "Nothing awaits you" in html(company.paul, "/your-turn/")


def test_a_guests_turn_holds_shared_words_alone(company: Company) -> None:
    thread = company.thread("Trémie", space=company.customers, audience=Thread.Audience.SHARED)
    said = say(thread, company.oscar, "Cela coince.")
    mark_read(thread=thread, user=company.oscar, seq=said.seq)
    say(thread, company.ines, "Nous venons.")
    page = html(company.oscar, "/your-turn/")
    assert "Trémie" in page
    assert Frame(company.oscar).turn_count == 1
    assert page.count("<span data-turn-number>1</span>") == 3  # in the rail, in the bar of a phone, on the tab


@pytest.mark.feature("A1")
def test_the_list_follows_the_inbox_the_places_and_the_questions_it_names(company: Company) -> None:
    asked = company.thread("Quel gaz ?", "Argon ?", kind=Thread.Kind.QUESTION)
    heads = {str(stream): stream.head for stream in Stream.objects.filter(kind__in=["space", "thread", "inbox"])}

    shown = html(company.paul, "/your-turn/lists/")
    guests = html(company.oscar, "/your-turn/lists/")

    assert "<html" not in shown
    for stream in (f"inbox:{company.paul.pk}", f"space:{company.floor.pk}", f"thread:{asked.pk}"):
        assert f'data-stream="{stream}" data-head="{heads[stream]}"' in shown
    assert re.findall(r'data-stream="(\w+:\d+)"', guests) == [f"inbox:{company.oscar.pk}"]  # places tell guests nothing


@pytest.mark.feature("A1")
def test_the_list_costs_the_same_however_much_awaits(company: Company) -> None:
    client, counts = visitor(company.paul), []
    for round_ in range(2):
        for number in range(4):
            answered(company, f"Question {round_} {number}")
            company.thread(f"Ouverte {round_} {number}", "Qui ?", kind=Thread.Kind.QUESTION)
            company.page(f"Page {round_} {number}", steward=company.workshop, review_on=timezone.localdate())
        client.get("/your-turn/lists/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/your-turn/lists/")
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1] <= 9


# --- a team -------------------------------------------------------------------------------------


@pytest.mark.feature("H3")
def test_a_team_shows_who_does_what_and_where_it_talks(company: Company) -> None:
    below = TeamFactory(name="Cordons", parent=company.workshop)
    company.page("Consigner", steward=company.workshop, review_on=timezone.localdate())
    company.thread("Peinture", "La cabine chauffe.")
    page = html(company.lea, company.workshop.get_absolute_url())
    assert page.index("Manager") < page.index("Inès Morel") < page.index("Paul Keane")
    assert all(words in page for words in [below.name, "Consigner", "Peinture", company.floor.name])
    assert "/members/" not in page
    assert "/members/" in html(company.ines, company.workshop.get_absolute_url())


def test_a_teams_page_keeps_what_is_kept(company: Company) -> None:
    kept = SpaceFactory(name="À huis clos", members_only=True, team=company.workshop, by=company.ines)
    company.thread("Rien que nous", "Voilà.", space=kept)
    page = html(company.lea, company.workshop.get_absolute_url())
    assert "À huis clos" not in page
    assert "Rien que nous" not in page
    assert "Rien que nous" in html(company.paul, company.workshop.get_absolute_url())


def test_a_guest_knows_of_no_team(company: Company) -> None:
    assert visitor(company.oscar).get(company.workshop.get_absolute_url()).status_code == 403


def test_a_team_that_is_not_there(company: Company) -> None:
    response = visitor(company.lea).get("/teams/nowhere/")
    assert response.status_code == 404
    assert "There is nothing here for you" in response.content.decode()


def test_a_teams_page_costs_the_same_whatever_the_data(company: Company) -> None:
    counts: list[int] = []
    for _ in range(2):
        for number in range(4):
            MembershipFactory(team=company.workshop, role=Membership.Role.DELEGATE)
            TeamFactory(parent=company.workshop)
            SpaceFactory(team=company.workshop)
            company.page(f"Page {number}", steward=company.workshop, review_on=timezone.localdate())
            company.thread(f"Fil {number}", "Oui.", kind=Thread.Kind.QUESTION)
        client = visitor(company.lea)
        client.get(company.workshop.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(company.workshop.get_absolute_url())
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1] <= 20


# --- help ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["paul", "oscar"])
def test_help_says_what_things_are_called(company: Company, who: str) -> None:
    page = html(getattr(company, who), "/help/")
    assert "Who sees what" in page
    assert ("steward team" in page) == (who == "paul")
