"""Choosing what one is told: a plain form that says what is wrong and keeps what was typed."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from intranet.people.models import Profile
from realtime.notifications.models import Category, Preference, Rhythm
from realtime.notifications.preferences import USUAL_MAIL, wishes_of
from tests.realtime.threads.conftest import House

pytestmark = pytest.mark.django_db
ADDRESS = "/me/notifications/"


def as_moussa(house: House) -> Client:
    client = Client()
    client.force_login(house.moussa)
    return client


def words(**changes: Any) -> dict[str, Any]:
    """The form as it first stands, with changes; None leaves a field out."""
    usual: dict[str, Any] = {"quiet_from": "18:30", "quiet_until": "08:00", "days": list("12345"), "paused_until": ""}
    for category in Category:
        usual |= {f"{category}_screen": "on", f"{category}_mail": USUAL_MAIL[category]}
    return {name: value for name, value in (usual | changes).items() if value is not None}


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

    wishes = wishes_of([house.moussa.pk])[house.moussa.pk]
    assert wishes.mail(Category.REPLY) == "weekly"
    assert not wishes.on_screen(Category.ANNOUNCEMENT)
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

    assert wishes_of([house.moussa.pk])[house.moussa.pk].on_screen(Category.MODERATION)


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
    script = client.post(ADDRESS, words(**changes), headers={"X-Requested-With": "fetch"})

    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert '<option value="daily" selected>' in page.content.decode()
    assert script.status_code == 422
    assert script.json()["message"]
    assert not Preference.objects.exists()


def test_a_script_saves_in_passing(house: House) -> None:
    answer = as_moussa(house).post(ADDRESS, words(reply_mail="never"), headers={"X-Requested-With": "fetch"})

    assert answer.json() == {"message": "Saved."}
    assert wishes_of([house.moussa.pk])[house.moussa.pk].mail(Category.REPLY) == "never"


def test_a_guest_chooses_too(house: House) -> None:
    client = Client()
    client.force_login(house.agnes)

    assert client.post(ADDRESS, words(private_mail="never")).status_code == 302
