"""Letters of the day and of the week: once each, with what is new in what one follows, and nothing that is gone."""

from datetime import timedelta

import pytest
from django.core import mail

from realtime.notifications.mail.sending import write_digests
from realtime.notifications.models import Category, Rhythm
from realtime.spaces.models import Level, SpaceMember, SpaceSubscription
from realtime.spaces.services import remove_member
from realtime.threads.models import Message, Thread
from realtime.threads.services import choose_level, delete_message
from tests.realtime.notifications.test_letters import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    answer,
    html,
    nothing_daily,
    only,
    wants,
)
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say

__all__ = ["nothing_daily"]
pytestmark = pytest.mark.django_db


@pytest.mark.feature("A4")
def test_the_letter_of_the_day_comes_once_a_morning(house: House) -> None:
    wants(house.moussa, Category.REPLY, "daily")
    answer(house, at=FRIDAY - timedelta(hours=20))

    assert write_digests(at=FRIDAY - timedelta(hours=5)) == 0  # 6:00
    assert write_digests(at=FRIDAY) == 1
    answer(house)
    assert write_digests(at=FRIDAY + timedelta(hours=2)) == 0
    assert write_digests(at=SATURDAY) == 0
    assert write_digests(at=MONDAY) == 1


@pytest.mark.feature("A4", "T7")
def test_the_letter_of_the_week_tells_what_is_new_in_what_one_follows(house: House) -> None:
    wants(house.rosa, Category.FOLLOWED, "weekly")
    Rhythm.objects.create(user=house.rosa, daily_at=FRIDAY, weekly_at=FRIDAY)
    thread = make_thread(house.open, title="Le four à cuire", at=FRIDAY)
    choose_level(thread=thread, user=house.rosa, level=Level.FOLLOWED, at=FRIDAY)
    say(thread, house.valerie, "Du nouveau.", at=FRIDAY + timedelta(hours=1))

    assert write_digests(at=MONDAY) == 1

    letter = only()
    assert letter.subject == "Your week on Parvis, 30 November 2026"
    assert "Le four à cuire" in letter.body
    assert "Du nouveau." in html(letter)
    mail.outbox.clear()
    assert write_digests(at=MONDAY + timedelta(days=7)) == 0  # nothing new since


def test_a_followed_space_one_lost_is_not_in_the_letter(house: House) -> None:
    wants(house.moussa, Category.FOLLOWED, "daily")
    SpaceSubscription.objects.create(
        user=house.moussa, space=house.closed, level=Level.FOLLOWED, since=FRIDAY - timedelta(days=5)
    )
    say(make_thread(house.closed, title="Le secret", at=FRIDAY), house.valerie, at=FRIDAY)
    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=FRIDAY)

    assert write_digests(at=MONDAY) == 0


def followed_daily(house: House) -> Thread:
    """A conversation that Rosa follows; her last letter of the day was FRIDAY's."""
    wants(house.rosa, Category.FOLLOWED, "daily")
    Rhythm.objects.create(user=house.rosa, daily_at=FRIDAY, weekly_at=FRIDAY)
    thread = make_thread(house.open, at=FRIDAY)
    choose_level(thread=thread, user=house.rosa, level=Level.FOLLOWED, at=FRIDAY)
    return thread


@pytest.mark.feature("T7")
@pytest.mark.parametrize("fate", ["deleted_at", "hidden_at"])
def test_words_that_nobody_may_read_any_more_are_no_news(house: House, fate: str) -> None:
    thread = followed_daily(house)
    oops = say(thread, house.valerie, "Oups.", at=FRIDAY + timedelta(hours=1))
    Message.objects.filter(pk=oops.pk).update(**{fate: FRIDAY}, body="", html="")

    assert write_digests(at=MONDAY) == 0


@pytest.mark.feature("T7")
def test_what_stands_before_words_taken_back_is_what_is_told(house: House) -> None:
    thread = followed_daily(house)
    say(thread, house.valerie, "Le four est là.", at=FRIDAY + timedelta(hours=1))
    delete_message(message=say(thread, house.valerie, "Oups.", at=FRIDAY + timedelta(hours=2)), at=FRIDAY)

    assert write_digests(at=MONDAY) == 1
    assert "Le four est là." in only().body
    mail.outbox.clear()
    delete_message(message=say(thread, house.valerie, "Oups.", at=MONDAY + timedelta(hours=1)), at=MONDAY)
    assert write_digests(at=MONDAY + timedelta(days=1)) == 0  # nothing new since


def test_a_day_without_news_has_no_letter(house: House) -> None:
    wants(house.moussa, Category.REPLY, "daily")

    assert write_digests(at=FRIDAY) == 0
