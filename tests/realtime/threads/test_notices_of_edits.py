"""An edit that takes a call away tells nobody of it any more, and calls nobody twice."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from intranet.accounts.models import User
from realtime.notifications.mail.sending import write_soon
from realtime.notifications.models import Category, Notification, Preference
from realtime.notifications.services import read_all
from realtime.spaces.models import Level
from realtime.streams.models import StreamEvent
from realtime.threads.models import Message, Thread
from realtime.threads.services import choose_level, edit_message
from tests.realtime.notifications.test_letters import FRIDAY, LATER
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.realtime.threads.test_notices import told

pytestmark = pytest.mark.django_db


def call(user: User) -> str:
    return f"@[{user.name}](person:{user.pk}) "


def edit(message: Message, body: str) -> None:
    edit_message(message=message, body=body, at=timezone.now())


@pytest.mark.feature("A1")
def test_whoever_is_not_called_any_more_is_told_no_more(house: House) -> None:
    message = say(make_thread(house.open), house.valerie, call(house.moussa) + call(house.rosa))

    edit(message, call(house.rosa))

    assert told(house.moussa) == []
    assert told(house.rosa) == ["called"]
    shown = StreamEvent.objects.filter(stream__kind="inbox", stream__key=house.moussa.pk).latest("seq")
    assert shown.payload == {"unread": 0}


@pytest.mark.feature("A4")
def test_no_letter_says_that_somebody_is_called_who_is_not(house: House) -> None:
    message = say(make_thread(house.open, at=FRIDAY), house.valerie, call(house.moussa), at=FRIDAY)
    edit_message(message=message, body="Rien.", at=FRIDAY + timedelta(minutes=2))

    assert write_soon(at=LATER) == 0
    assert mail.outbox == []


def test_what_is_left_to_tell_is_told(house: House) -> None:
    thread = make_thread(house.open)
    answer = say(thread, house.valerie, call(house.moussa), reply_to=say(thread, house.moussa))
    news = make_thread(house.open, kind=Thread.Kind.ANNOUNCEMENT)
    announced = say(news, house.valerie, call(house.moussa))
    say(news, house.valerie)

    edit(answer, "Rien.")
    edit(announced, "Rien.")

    assert told(house.moussa) == ["replied", "announced"]


def test_what_is_left_is_not_told_to_whom_mutes_it(house: House) -> None:
    thread = make_thread(house.open)
    answer = say(thread, house.valerie, call(house.moussa), reply_to=say(thread, house.moussa))
    choose_level(thread=thread, user=house.moussa, level=Level.MUTED, at=timezone.now())

    edit(answer, "Rien.")

    assert told(house.moussa) == []


@pytest.mark.feature("A6")
@pytest.mark.parametrize("fate", ["read", "mailed"])
def test_what_was_read_or_sent_stays_so_that_nobody_is_told_twice(house: House, fate: str) -> None:
    message = say(make_thread(house.open), house.valerie, call(house.moussa))
    if fate == "read":
        read_all(user=house.moussa, at=timezone.now())
    else:
        Notification.objects.update(mailed_at=timezone.now())
    known = Notification.objects.get()

    edit(message, "Rien.")
    edit(message, call(house.moussa))

    assert Notification.objects.get() == known


def test_who_wants_no_letter_is_told_no_more_either(house: House) -> None:
    Preference.objects.create(user=house.moussa, category=Category.MENTION, channel="mail", pace="never")
    message = say(make_thread(house.open), house.valerie, call(house.moussa))

    edit(message, "Rien.")

    assert told(house.moussa) == []


def test_an_edit_that_calls_somebody_announces_nothing_anew(house: House) -> None:
    news = make_thread(house.open, kind=Thread.Kind.ANNOUNCEMENT)
    announced = say(news, house.valerie)
    Notification.objects.all().delete()  # as for somebody who came since

    edit(announced, call(house.rosa))

    assert told(house.moussa) == []
    assert told(house.rosa) == ["called"]
