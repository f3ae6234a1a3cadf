"""The line to the mail server may be cut at any word: nobody loses a letter that was not taken, none is sent twice."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest

from intranet.accounts.models import User
from realtime.notifications.mail.line import is_refused_for_now
from realtime.notifications.mail.sending import write_digests, write_soon
from realtime.notifications.models import Category, Notification, Preference, Rhythm
from tests.realtime.notifications.mail_server import CUT, mail_server
from tests.realtime.notifications.test_letters import FRIDAY, LATER, MONDAY, nothing_daily, wants
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say

__all__ = ["nothing_daily"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(house: House) -> list[User]:
    """Three people who are answered, in the order in which they are written to."""
    found = sorted([house.moussa, house.rosa, house.agnes], key=lambda user: user.pk)
    for user in found:
        thread = make_thread(house.shared if user == house.agnes else house.open, audience="shared", at=FRIDAY)
        say(thread, house.valerie, reply_to=say(thread, user, at=FRIDAY), at=FRIDAY)
    return found


def again(times: int) -> list[int]:
    """How many letters leave at each of the next runs."""
    return [write_soon(at=LATER + timedelta(minutes=1 + n)) for n in range(times)]


@pytest.mark.feature("A6")
@pytest.mark.parametrize(
    "fate",
    [
        ("MAIL", CUT),
        ("RCPT", CUT),
        ("DATA", CUT),
        ("MAIL", b"421 too many messages in this connection"),
        ("RCPT", b"421 closing"),
        ("DATA", b"421 closing"),
        ("MAIL", b"450 busy"),
        ("RCPT", b"452 come back"),
        ("DATA", b"451 not now"),
        ("WORDS", b"451 not now"),
        ("WORDS", b"421 closing"),
    ],
)
def test_a_letter_not_taken_leaves_at_the_next_run_and_the_others_at_once(
    house: House, people: list[User], settings: Any, fate: tuple[str, bytes]
) -> None:
    first, second, third = (user.email for user in people)

    with mail_server(settings, ("", CUT), fate) as server:
        assert write_soon(at=LATER) == 2
        assert server.taken == [first, third]
        assert again(2) == [1, 0]
        assert server.taken == [first, third, second]


@pytest.mark.feature("A6")
@pytest.mark.parametrize("fate", [("WORDS", CUT), ("MAIL", b"550 no"), ("RCPT", b"550 no"), ("WORDS", b"554 no")])
def test_what_is_refused_for_good_or_may_have_been_taken_is_not_sent_again(
    house: House, people: list[User], settings: Any, fate: tuple[str, bytes]
) -> None:
    first, _, third = (user.email for user in people)

    with mail_server(settings, ("", CUT), fate) as server:
        assert write_soon(at=LATER) == 2
        assert again(1) == [0]
        assert server.taken == [first, third]
    assert Notification.objects.of(people[1]).unread().exists()  # it stands in the inbox


def test_a_line_cut_between_two_letters_loses_none(house: House, people: list[User], settings: Any) -> None:
    with mail_server(settings, ("AFTER", CUT)) as server:
        assert write_soon(at=LATER) == 2
        assert again(2) == [1, 0]
    assert sorted(server.taken) == sorted(user.email for user in people)
    assert server.lines == 3  # one more where it was cut, one for the next run


def test_a_run_stops_where_no_line_is_left_and_the_rest_waits(house: House, people: list[User], settings: Any) -> None:
    with mail_server(settings, ("", CUT), ("MAIL", CUT), most_lines=1), pytest.raises(smtplib.SMTPConnectError):
        write_soon(at=LATER)

    assert {note.user for note in Notification.objects.unmailed()} == set(people[1:])
    with mail_server(settings):
        assert again(2) == [2, 0]


@pytest.mark.feature("A4", "A6")
def test_a_letter_of_the_day_that_was_not_taken_is_made_again(house: House, settings: Any) -> None:
    wants(house.moussa, Category.REPLY, Preference.Pace.DAILY)
    rhythm = Rhythm.objects.create(user=house.moussa, daily_at=FRIDAY, weekly_at=FRIDAY)
    thread = make_thread(house.open, at=FRIDAY)
    say(thread, house.valerie, reply_to=say(thread, house.moussa, at=FRIDAY), at=FRIDAY)

    with mail_server(settings, ("MAIL", b"421 closing")) as server:
        assert write_digests(at=MONDAY) == 0
        rhythm.refresh_from_db()
        assert (rhythm.daily_at, rhythm.weekly_at) == (FRIDAY, FRIDAY)
        assert write_digests(at=MONDAY + timedelta(minutes=10)) == 1
        assert write_digests(at=MONDAY + timedelta(minutes=20)) == 0
    assert server.taken == [house.moussa.email]


@pytest.mark.parametrize(
    ("error", "may_come_later"),
    [
        (smtplib.SMTPSenderRefused(421, b"", ""), True),
        (smtplib.SMTPDataError(550, b""), False),
        (smtplib.SMTPRecipientsRefused({"a": (550, b""), "b": (450, b"")}), True),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"")}), False),
        (TimeoutError(), False),
    ],
)
def test_an_answer_says_whether_a_letter_may_come_later(error: OSError, may_come_later: bool) -> None:
    assert is_refused_for_now(error) == may_come_later
