"""Processes that write letters at the same instant, each on a connection of its own: each letter is sent once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.db import connection

from intranet.accounts.models import User
from realtime.notifications.mail import sending
from realtime.notifications.models import Category, Notification, Preference, Rhythm
from realtime.notifications.services import Notice, notify
from realtime.spaces.models import Level
from realtime.threads.services import choose_level
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.feature("A6")]
PROCESSES = 4
FRIDAY = datetime(2026, 11, 27, 10, tzinfo=UTC)  # 11:00 in Paris, where everyone is
LATER = FRIDAY + timedelta(minutes=11)


class Meeting(locmem.EmailBackend):
    """Opening the line to the mail server, each waits for the others: all have chosen whom to write to, none has claimed."""

    door = threading.Barrier(PROCESSES)

    def open(self) -> bool:
        self.door.wait(timeout=30)
        return True


@pytest.fixture(autouse=True)
def meeting(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Meeting"
    Meeting.door.reset()


def at_once(act: Callable[[], int]) -> list[int]:
    """What `act` returns in each of the processes, begun together."""

    def alone() -> int:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(PROCESSES) as pool:
        return [done.result() for done in [pool.submit(alone) for _ in range(PROCESSES)]]


def receivers() -> list[str]:
    """To whom each letter went."""
    return sorted(letter.to[0] for letter in mail.outbox)


def answer(house: House) -> None:
    """Moussa and Rosa are answered by Valérie, each twice."""
    for person in (house.moussa, house.rosa):
        for words in ("La cause est là.", "Et le remède."):
            thread = make_thread(house.open, at=FRIDAY)
            say(thread, house.valerie, words, reply_to=say(thread, person, at=FRIDAY), at=FRIDAY)


def test_letters_that_several_write_at_once_are_sent_once_each(house: House) -> None:
    answer(house)

    sent = at_once(lambda: sending.write_soon(at=LATER))

    assert sum(sent) == 2
    assert receivers() == [house.moussa.email, house.rosa.email]
    for letter in mail.outbox:
        assert str(letter.body).count("La cause est là.") == 1
    assert not Notification.objects.unmailed().exists()


def test_letters_of_the_day_that_several_write_at_once_are_sent_once_each(house: House) -> None:
    thread = make_thread(house.open, at=FRIDAY)
    for person in (house.moussa, house.rosa):
        Preference.objects.create(user=person, category=Category.FOLLOWED, channel="mail", pace="daily")
        choose_level(thread=thread, user=person, level=Level.FOLLOWED, at=FRIDAY)
    Rhythm.objects.bulk_create(Rhythm(user=user) for user in User.objects.all())
    say(thread, house.valerie, "Du nouveau.", at=FRIDAY + timedelta(minutes=1))

    sent = at_once(lambda: sending.write_digests(at=LATER))

    assert sum(sent) == 2
    assert receivers() == [house.moussa.email, house.rosa.email]


def test_what_several_tell_at_once_is_told_once(house: House) -> None:
    people = [house.moussa.pk, house.rosa.pk]
    notice = Notice(people, category=Category.REPLY, key="once", source_kind="space", source_key=house.open.pk)

    at_once(lambda: notify([notice], at=FRIDAY))

    assert sorted(Notification.objects.values_list("user", flat=True)) == sorted(people)
