"""What Parvis keeps about oneself, as one reads it, downloads it, and chooses not to be counted."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from intranet.accounts.models import User
from intranet.metrics.models import Reading
from intranet.metrics.roster import not_counted
from intranet.people.models import Profile, ProfileChange
from realtime.spaces.models import Level, SpaceSubscription
from realtime.threads.models import Message, Subscription
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.intranet.portal.conftest import Company
from tests.support.queries import statements

pytestmark = pytest.mark.django_db


def visitor(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User) -> str:
    text: str = visitor(user).get("/me/data/").content.decode()
    return text


def file_of(user: User) -> Any:
    return json.loads(visitor(user).get("/me/data/mine.json").content)


@pytest.mark.feature("G5")
def test_a_person_downloads_what_is_kept_of_them(company: Company) -> None:
    thread = company.thread("Joints", "On change les joints.", "Demain.")
    Subscription.objects.get_or_create(
        user=company.ines, thread=thread, defaults={"level": Level.FOLLOWED, "since": company.at}
    )
    Reading.objects.create(team=TeamFactory(name="Quai"), reader=company.ines, way="screen", at=company.at)

    found = file_of(company.ines)

    assert found["account"]["email"] == company.ines.email
    assert [row["team__name"] for row in found["teams"]] == ["Atelier soudure"]
    [said] = [row for row in found["messages"] if row["conversation"] == "Joints"]
    assert (said["words"], said["space"]) == ("On change les joints.", company.floor.name)
    assert "Joints" in [row["thread__title"] for row in found["followed_conversations"]]
    assert [row["team__name"] for row in found["team_figures_opened"]] == ["Quai"]
    assert found["settings"]["is_counted"] is True


def test_the_file_holds_no_words_of_somebody_else(company: Company) -> None:
    company.thread("Joints", "On change les joints.", "Paroles de Paul.")

    assert "Paroles de Paul" not in json.dumps(file_of(company.ines), ensure_ascii=False)


def test_a_place_one_sees_no_more_is_not_named_and_ones_words_are_there(company: Company) -> None:
    thread = company.thread("Sujet clos", "Ce que j’ai dit.", space=company.closed)
    Message.objects.filter(thread=thread).update(author=company.lea)  # she is not in that place
    Subscription.objects.create(user=company.lea, thread=thread, level=Level.FOLLOWED, since=company.at)
    SpaceSubscription.objects.create(user=company.lea, space=company.closed, level=Level.FOLLOWED)

    text = json.dumps(file_of(company.lea), ensure_ascii=False)

    assert "Ce que j’ai dit." in text
    assert "Sujet clos" not in text
    assert company.closed.name not in text


def test_what_was_taken_back_is_not_in_the_file(company: Company) -> None:
    thread = company.thread("Joints", "Un mot.")
    Message.objects.filter(thread=thread).update(body="", html="", deleted_at=company.at + timedelta(hours=1))

    assert [row for row in file_of(company.ines)["messages"] if row["conversation"] == "Joints"] == []


def test_the_file_is_kept_by_no_browser_on_the_way(company: Company) -> None:
    response = visitor(company.ines).get("/me/data/mine.json")

    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'


def test_the_file_costs_the_same_however_much_is_in_it(company: Company) -> None:
    company.thread("Un", "Mot.")
    client = visitor(company.ines)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/data/mine.json")
        return len(statements(queries))

    client.get("/me/data/mine.json")
    before = cost()
    for number in range(4):
        company.thread(f"Sujet {number}", "Un mot.", "Un autre.", "Un troisième.")
        MembershipFactory(user=company.ines, team=TeamFactory(), is_home=False)

    assert cost() == before <= 16


@pytest.mark.feature("M12")
def test_one_click_has_a_person_no_longer_counted_and_another_counted_again() -> None:
    user = UserFactory()

    for wanted, words in [("no", "You are no longer counted."), ("yes", "You are counted again.")]:
        response = visitor(user).post("/me/data/counted/", {"counted": wanted}, follow=True)

        assert words in response.content.decode()
        assert (user.pk in not_counted()) is (wanted == "no")


@pytest.mark.parametrize("wanted", ["", "maybe", "1"])
def test_another_answer_changes_nothing(wanted: str) -> None:
    user = UserFactory()

    visitor(user).post("/me/data/counted/", {"counted": wanted})

    assert user.pk not in not_counted()


@pytest.mark.feature("M12")
def test_nothing_shows_who_chose_not_to_be_counted(company: Company) -> None:
    addresses = [f"/people/{company.ines.pk}/", f"/people/{company.ines.pk}/history/", "/people/", "/teams/"]
    readers: list[User] = [company.paul, UserFactory(administrator=True)]

    def seen() -> list[str]:
        return [main_of(visitor(user).get(address).content.decode()) for user in readers for address in addresses]

    before = seen()
    visitor(company.ines).post("/me/data/counted/", {"counted": "no"})

    assert seen() == before
    assert not Profile.objects.get(pk=company.ines.pk).is_counted
    assert not ProfileChange.objects.filter(profile=company.ines.pk, field="is_counted").exists()


def main_of(text: str) -> str:
    """The page without its frame, whose tokens differ each time."""
    return text.partition("<main")[2].partition("</main>")[0]


def test_looking_changes_nothing() -> None:
    user = UserFactory()

    assert visitor(user).get("/me/data/counted/").status_code == 405
    assert "You are counted." in page(user)


@pytest.mark.parametrize("address", ["/me/data/", "/me/data/mine.json"])
def test_a_guest_and_a_stranger_find_nothing_here(address: str) -> None:
    assert visitor(UserFactory(guest=True)).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert visitor(UserFactory(guest=True)).post("/me/data/counted/", {"counted": "no"}).status_code == 404


def test_the_settings_and_the_menu_lead_to_it() -> None:
    user, guest = UserFactory(), UserFactory(guest=True)

    assert visitor(user).get("/people/settings/").content.decode().count('href="/me/data/"') == 2
    assert "/me/data/" not in visitor(guest).get("/people/settings/").content.decode()


def test_ones_data_costs_few_statements() -> None:
    client = visitor(UserFactory())
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/me/data/").status_code == 200

    assert len(statements(queries)) <= 20
