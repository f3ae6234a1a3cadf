"""Choosing what one is told: a plain form that says what is wrong and keeps what was typed."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intranet.people.models import Profile
from realtime.notifications.models import Category, Preference, Rhythm
from realtime.notifications.preferences import USUAL_MAIL, Wishes, wishes_of
from realtime.notifications.services import stop_letters
from tests.realtime.threads.conftest import House
from tests.support.queries import statements

pytestmark = pytest.mark.django_db
ADDRESS = "/me/notifications/"


def as_moussa(house: House) -> Client:
    client = Client()
    client.force_login(house.moussa)
    return client


def words(**changes: Any) -> dict[str, Any]:
    """The form as it first stands, with what it showed and with changes; None leaves a field out."""
    usual: dict[str, Any] = {"quiet_from": "18:30", "quiet_until": "08:00", "days": list("12345"), "paused_until": ""}
    for category in Category:
        usual |= {f"{category}_screen": "on", f"{category}_mail": USUAL_MAIL[category]}
    shown = {f"initial-{name}": "True" if value == "on" else value for name, value in usual.items()}
    return {name: value for name, value in (shown | usual | changes).items() if value is not None}


def passing(client: Client, changed: str, **choice: Any) -> Any:
    """What a script is answered that saves one choice as it is made."""
    return client.post(ADDRESS, {"changed": changed, **choice}, headers={"X-Requested-With": "fetch"})


def wishes(house: House) -> Wishes:
    return wishes_of([house.moussa.pk])[house.moussa.pk]


@pytest.mark.feature("A2")
def test_the_form_shows_the_houses_usage_and_saving_it_writes_nothing_down(house: House) -> None:
    client = as_moussa(house)
    assert client.get(ADDRESS).status_code == 200

    assert client.post(ADDRESS, words()).status_code == 302

    assert not Preference.objects.exists()


@pytest.mark.feature("A2")
def test_a_choice_is_kept_and_shown_again(house: House) -> None:
    client = as_moussa(house)

    client.post(ADDRESS, words(reply_mail="weekly", announcement_screen=None))

    assert wishes(house).mail(Category.REPLY) == "weekly"
    assert not wishes(house).on_screen(Category.ANNOUNCEMENT)
    page = client.get(ADDRESS).content.decode()
    assert '<option value="weekly" selected>' in page


@pytest.mark.feature("A5")
def test_quiet_hours_days_and_a_pause_are_kept(house: House) -> None:
    day = timezone.localdate() + timedelta(days=9)

    as_moussa(house).post(
        ADDRESS, words(quiet_from="17:00", quiet_until="09:15", days=["1", "2", "4"], paused_until=day.isoformat())
    )

    profile, rhythm = Profile.objects.get(user=house.moussa), Rhythm.objects.get(user=house.moussa)
    assert (profile.quiet_from, profile.quiet_until) == (time(17), time(9, 15))
    assert (rhythm.days, rhythm.paused_until) == ("124", day)


def test_what_hides_ones_own_message_is_always_told(house: House) -> None:
    as_moussa(house).post(ADDRESS, words(moderation_screen=None))

    assert wishes(house).on_screen(Category.MODERATION)


def test_a_pause_that_is_over_is_none(house: House) -> None:
    as_moussa(house).post(ADDRESS, words(paused_until=date(2020, 1, 1).isoformat()))

    assert Rhythm.objects.get(user=house.moussa).paused_until is None


@pytest.mark.parametrize(
    "changes",
    [
        {"days": []},
        {"quiet_from": "25:00"},
        {"paused_until": "soon"},
        {"reply_mail": "hourly"},
        {"followed_mail": "soon"},
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(house: House, changes: dict[str, Any]) -> None:
    client = as_moussa(house)

    page = client.post(ADDRESS, words(**(changes | {"mention_mail": "daily"})))
    [(name, choice)] = changes.items()
    script = passing(client, name, **{name: choice})

    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert '<option value="daily" selected>' in page.content.decode()
    assert script.status_code == 422
    assert script.json()["message"]
    assert not Preference.objects.exists()


@pytest.mark.feature("A2")
def test_a_script_saves_one_choice_in_passing_whatever_stands_in_the_others(house: House) -> None:
    client = as_moussa(house)

    answer = passing(client, "reply_mail", reply_mail="never", days=[], quiet_from="")
    passing(client, "reply_screen")
    passing(client, "days", days=["1", "3"])
    passing(client, "quiet_from", quiet_from="19:00")

    assert answer.json() == {"message": "Saved."}
    assert wishes(house).mail(Category.REPLY) == "never"
    assert not wishes(house).on_screen(Category.REPLY)
    assert wishes(house).on_screen(Category.MENTION)
    assert Rhythm.objects.get(user=house.moussa).days == "13"
    assert Profile.objects.get(user=house.moussa).quiet_from == time(19)


@pytest.mark.parametrize("name", ["", "password", "initial-days"])
def test_a_script_saves_no_field_that_is_none(house: House, name: str) -> None:
    assert passing(as_moussa(house), name, reply_mail="never").status_code == 400
    assert not Preference.objects.exists()


@pytest.mark.feature("A2", "A6")
def test_an_old_tab_undoes_nothing_of_what_was_chosen_since(house: House) -> None:
    client = as_moussa(house)
    stop_letters(user_id=house.moussa.pk, categories=[Category.MENTION], at=timezone.now())
    client.post(
        ADDRESS, words(announcement_screen=None, paused_until=(timezone.localdate() + timedelta(3)).isoformat())
    )

    client.post(ADDRESS, words(days=["1", "2"]))
    passing(client, "quiet_until", quiet_until="09:00")

    assert wishes(house).mail(Category.MENTION) == "never"
    assert not wishes(house).on_screen(Category.ANNOUNCEMENT)
    rhythm = Rhythm.objects.get(user=house.moussa)
    assert (rhythm.days, rhythm.paused_until) == ("12", timezone.localdate() + timedelta(3))


def test_an_hour_that_is_none_is_said_as_such_where_it_stands(house: House) -> None:
    client = as_moussa(house)

    page = client.post(ADDRESS, words(quiet_from="")).content.decode()
    script = passing(client, "quiet_from", quiet_from="")

    said = "Choose an hour. The same hour twice means no quiet hours."
    assert re.search(rf'id="id_quiet_from_error"><li>{said}', page)
    assert re.search(r'name="quiet_from"[^>]+aria-invalid="true"', page)
    assert script.json() == {"message": said}


def test_the_form_carries_what_it_shows(house: House) -> None:
    client = as_moussa(house)
    client.post(ADDRESS, words(reply_mail="daily", reply_screen=None, days=["2"]))

    page = client.get(ADDRESS).content.decode()

    shown = dict(re.findall(r'<input type="hidden" name="initial-(\w+)" value="(\w+)"', page))
    assert (shown["reply_mail"], shown["reply_screen"], shown["days"]) == ("daily", "False", "2")


def test_a_choice_costs_the_same_whatever_was_chosen_before(house: House) -> None:
    client = as_moussa(house)
    client.post(ADDRESS, words(**{f"{category}_mail": "never" for category in Category}))

    with CaptureQueriesContext(connection) as asked:
        passing(client, "reply_mail", reply_mail="weekly")
    with CaptureQueriesContext(connection) as all_at_once:
        client.post(ADDRESS, words(**{f"{category}_screen": None for category in Category}))

    assert len(statements(asked)) <= 5
    assert len(statements(all_at_once)) <= 7


def test_a_guest_chooses_too(house: House) -> None:
    client = Client()
    client.force_login(house.agnes)

    assert client.post(ADDRESS, words(private_mail="never")).status_code == 302
