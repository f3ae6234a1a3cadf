"""Letters: what was not read, a few together, once, with the rights of the moment they leave."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intranet.accounts.models import User
from intranet.accounts.services import deactivate_user
from intranet.people.models import Profile
from realtime.notifications.mail.sending import claim_soon, write_digests, write_soon
from realtime.notifications.models import Category, Notification, Preference, Rhythm
from realtime.notifications.preferences import wishes_of
from realtime.notifications.services import read_all
from realtime.spaces.models import Level, SpaceMember
from realtime.spaces.services import remove_member
from realtime.threads.models import Subscription, Thread
from realtime.threads.services import choose_level, choose_space_level
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 27, 10, tzinfo=UTC)  # 11:00 in Paris, where everyone is
LATER = FRIDAY + timedelta(minutes=11)
NIGHT = datetime(2026, 11, 27, 19, tzinfo=UTC)
SATURDAY = FRIDAY + timedelta(days=1)
MONDAY = datetime(2026, 11, 30, 7, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_daily(house: House) -> None:
    """Nobody receives a daily letter in these tests unless they ask for one."""
    Preference.objects.bulk_create(
        Preference(user=user, category=category, channel="mail", pace="never")
        for user in User.objects.all()
        for category in (Category.ANNOUNCEMENT, Category.FOLLOWED)
    )


def answer(house: House, words: str = "La cause est là.", *, at: datetime = FRIDAY, space: str = "open") -> Thread:
    """Moussa is answered by Valérie."""
    thread = make_thread(getattr(house, space), at=at)
    say(thread, house.valerie, words, reply_to=say(thread, house.moussa, at=at), at=at)
    return thread


def wants(user: User, category: str, pace: str) -> None:
    Preference.objects.update_or_create(user=user, category=category, channel="mail", defaults={"pace": pace})


def only() -> EmailMultiAlternatives:
    """The one letter that left."""
    [letter] = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    return letter


def html(letter: EmailMultiAlternatives) -> str:
    return str(letter.alternatives[0][0])


# --- soon ---------------------------------------------------------------------------------------


@pytest.mark.feature("A4")
def test_a_letter_waits_ten_minutes_and_gathers(house: House) -> None:
    answer(house, "Première réponse.")
    answer(house, "Seconde réponse.", at=FRIDAY + timedelta(minutes=8))

    assert write_soon(at=FRIDAY + timedelta(minutes=9)) == 0
    assert write_soon(at=LATER) == 1

    letter = only()
    assert letter.to == [house.moussa.email]
    for part in (letter.body, html(letter)):
        assert "Première réponse." in part
        assert "Seconde réponse." in part


@pytest.mark.feature("A4")
def test_what_was_read_meanwhile_is_not_sent(house: House) -> None:
    answer(house)
    read_all(user=house.moussa, at=FRIDAY + timedelta(minutes=5))

    assert write_soon(at=LATER) == 0


@pytest.mark.feature("A6")
def test_each_thing_is_sent_once_however_often_the_task_runs(house: House) -> None:
    answer(house)

    assert [write_soon(at=LATER + timedelta(minutes=n)) for n in range(5)] == [1, 0, 0, 0, 0]


@pytest.mark.feature("A6")
def test_a_process_killed_after_its_claim_sends_nothing_twice(house: House) -> None:
    answer(house)
    assert claim_soon(house.moussa, wishes_of([house.moussa.pk])[house.moussa.pk], at=LATER)  # and then it is killed

    assert write_soon(at=LATER) == 0
    assert Notification.objects.of(house.moussa).unread().exists()  # it stands in the inbox


class Unreachable(BaseEmailBackend):
    def open(self) -> bool:
        raise ConnectionRefusedError


class Refusing(EmailBackend):
    """Refuses Moussa's letters alone."""

    def send_messages(self, email_messages: Any) -> int:
        if email_messages[0].to == ["moussa@exemple.example"]:
            raise ConnectionResetError
        return super().send_messages(email_messages)


@pytest.mark.feature("A6")
def test_while_the_mail_server_is_away_all_waits(house: House, settings: Any) -> None:
    answer(house)
    here, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Unreachable"
    with pytest.raises(ConnectionRefusedError):
        write_soon(at=LATER)

    settings.EMAIL_BACKEND = here
    assert write_soon(at=LATER) == 1


def test_a_letter_that_is_refused_keeps_nobody_from_theirs(house: House, settings: Any) -> None:
    answer(house)
    thread = make_thread(house.open)
    say(thread, house.valerie, reply_to=say(thread, house.rosa, at=FRIDAY), at=FRIDAY)
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"

    assert write_soon(at=LATER) == 1
    assert only().to == [house.rosa.email]
    assert not Notification.objects.unmailed().exists()


@pytest.mark.feature("A5")
@pytest.mark.parametrize("moment", [NIGHT, SATURDAY, SATURDAY + timedelta(days=1)])
def test_nothing_leaves_in_quiet_hours_and_all_of_it_right_after(house: House, moment: datetime) -> None:
    answer(house)

    assert write_soon(at=moment) == 0
    assert write_soon(at=MONDAY) == 1


@pytest.mark.feature("A5")
def test_a_pause_holds_everything_back(house: House) -> None:
    Rhythm.objects.create(user=house.moussa, paused_until=date(2026, 11, 30))
    answer(house)

    assert write_soon(at=LATER) == 0
    assert write_soon(at=MONDAY) == 1


@pytest.mark.feature("A2")
@pytest.mark.parametrize("pace", ["never", "daily", "weekly"])
def test_what_is_not_wanted_soon_is_not_sent_soon(house: House, pace: str) -> None:
    wants(house.moussa, Category.REPLY, pace)
    answer(house)

    assert write_soon(at=LATER) == 0


@pytest.mark.feature("A2")
@pytest.mark.parametrize("pace", ["soon", "daily"])
def test_what_came_while_no_letter_was_wanted_is_never_sent(house: House, pace: str) -> None:
    wants(house.moussa, Category.REPLY, "never")
    answer(house, at=FRIDAY - timedelta(hours=20))
    wants(house.moussa, Category.REPLY, pace)

    assert write_soon(at=FRIDAY) + write_digests(at=FRIDAY) == 0
    answer(house, "Depuis.", at=FRIDAY + timedelta(hours=1))
    assert write_soon(at=FRIDAY + timedelta(hours=2)) + write_digests(at=MONDAY) == 1
    assert only().body.count("Valerie answered you") == 1


def test_what_is_two_weeks_old_is_no_news(house: House) -> None:
    answer(house)

    assert write_soon(at=FRIDAY + timedelta(days=17)) == 0


# --- rights at the moment of sending --------------------------------------------------------------


@pytest.mark.feature("A4")
def test_who_left_the_space_meanwhile_receives_nothing_of_it(house: House) -> None:
    answer(house, "Le secret de l’atelier.", space="closed")
    answer(house, "Ouvert à tous.")
    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=FRIDAY)

    assert write_soon(at=LATER) == 1

    letter = only()
    assert "Ouvert à tous." in letter.body
    for part in (letter.body, html(letter), str(letter.message())):
        assert "secret" not in part
        assert "Ferme" not in part


def test_a_letter_with_nothing_left_to_say_does_not_leave(house: House) -> None:
    answer(house, space="closed")
    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=FRIDAY)

    assert write_soon(at=LATER) == 0


def test_a_guest_is_written_only_what_is_shared(house: House) -> None:
    shared = make_thread(house.shared, audience=Thread.Audience.SHARED, title="Le devis", at=FRIDAY)
    say(shared, house.valerie, "Le voici.", reply_to=say(shared, house.agnes, at=FRIDAY), at=FRIDAY)

    assert write_soon(at=LATER) == 1
    assert "Le voici." in only().body
    Thread.objects.filter(pk=shared.pk).update(audience=Thread.Audience.INTERNAL)
    Notification.objects.update(mailed_at=None)
    assert write_soon(at=LATER) == 0


@pytest.mark.feature("A3", "A4")
@pytest.mark.parametrize("pace", ["soon", "daily"])
def test_what_was_muted_before_the_letter_leaves_is_not_in_it(house: House, pace: str) -> None:
    wants(house.moussa, Category.REPLY, pace)
    thread = answer(house, "Tu.", at=FRIDAY - timedelta(minutes=20))
    answer(house, "Entendu.", space="shared", at=FRIDAY - timedelta(minutes=20))
    choose_level(thread=thread, user=house.moussa, level=Level.MUTED, at=FRIDAY)

    assert write_soon(at=FRIDAY) + write_digests(at=FRIDAY) == 1
    assert "Entendu." in only().body
    assert "Tu." not in only().body
    choose_space_level(space=house.open, user=house.moussa, level=Level.MUTED, at=FRIDAY)
    choose_level(thread=thread, user=house.moussa, level="", at=FRIDAY)
    assert write_soon(at=LATER) == 0


@pytest.mark.feature("A3", "A4")
def test_a_muted_space_is_silent_but_for_ones_own_name(house: House) -> None:
    answer(house, "Tu.")
    say(make_thread(house.open, at=FRIDAY), house.valerie, f"@[Moussa](person:{house.moussa.pk}) Ici.", at=FRIDAY)
    choose_space_level(space=house.open, user=house.moussa, level=Level.MUTED, at=FRIDAY)
    Subscription.objects.filter(user=house.moussa).delete()  # writing and being called are following

    assert write_soon(at=LATER) == 1
    assert "called you by name" in only().body
    assert "Tu." not in only().body


def test_a_letter_asks_the_same_however_much_it_says(house: House) -> None:
    def cost(number: int) -> int:
        for _ in range(number):
            answer(house)
        with CaptureQueriesContext(connection) as queries:
            assert write_soon(at=LATER) == 1
        return len(statements(queries))

    assert cost(1) == cost(12) <= 16


@pytest.mark.parametrize("fate", ["left", "expired"])
def test_nobody_gone_is_written_to(house: House, fate: str) -> None:
    answer(house)
    if fate == "left":
        deactivate_user(user=house.moussa, at=FRIDAY)
    else:
        User.objects.filter(pk=house.moussa.pk).update(expires_at=FRIDAY)

    assert write_soon(at=LATER) == 0


# --- the letter itself ----------------------------------------------------------------------------


def test_a_letter_speaks_the_language_and_tells_the_time_of_its_reader(house: House) -> None:
    Profile.objects.filter(user=house.moussa).update(language="fr", zone="America/Montreal")
    answer(house, at=FRIDAY + timedelta(hours=4))

    write_soon(at=FRIDAY + timedelta(hours=5))

    letter = only()
    assert letter.body.startswith("Bonjour Moussa,")
    assert "27/11/2026 09:00" in html(letter)


def test_a_french_letter_is_typeset_as_french(house: House) -> None:
    Profile.objects.filter(user=house.moussa).update(language="fr")
    answer(house)

    write_soon(at=LATER)

    assert "vous répond\N{NO-BREAK SPACE}: La cause est là." in only().body


def test_an_english_letter_takes_no_day_for_a_month(house: House) -> None:
    Profile.objects.filter(user=house.moussa).update(zone="Europe/Dublin")
    monday = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    answer(house, at=monday)
    write_soon(at=monday + timedelta(minutes=11))

    assert ">2 March 2026, 09:05</a>" in html(only())


@pytest.mark.feature("A6")
def test_a_title_puts_no_header_into_a_letter(house: House) -> None:
    thread = make_thread(house.open, title="Tri\r\nBcc: all@elsewhere.example\x1f\u2028<b>", at=FRIDAY)
    say(thread, house.valerie, "Oui.", reply_to=say(thread, house.moussa, at=FRIDAY), at=FRIDAY)

    write_soon(at=LATER)

    letter = only()
    assert "\n" not in letter.subject
    assert letter.message()["Bcc"] is None
    assert letter.recipients() == [house.moussa.email]
    assert "<b>" not in html(letter).split("Tri", 1)[1].split("</a>")[0]


@pytest.mark.feature("A6")
def test_the_headers_let_programs_sort_thread_and_stop_it(house: House) -> None:
    thread = answer(house)
    write_soon(at=LATER)
    first = only().message()
    mail.outbox.clear()
    say(thread, house.valerie, "Encore.", reply_to=thread.last_message, at=FRIDAY)
    say(thread, house.valerie, "Encore.", reply_to=thread.messages.earliest("seq"), at=FRIDAY)
    write_soon(at=LATER)
    second = only().message()

    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Precedence"] == "bulk"
    assert re.fullmatch(r"<notifications\.[\w.-]+>", first["List-Id"])
    assert re.fullmatch(r"<https?://[^>]+/unsubscribe/[^>]+/>", first["List-Unsubscribe"])
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert first["References"] == second["References"] == first["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]


def test_a_letter_watches_nobody(house: House) -> None:
    answer(house)
    write_soon(at=LATER)

    assert re.search(r"<img|https?://(?!localhost)", html(only())) is None


def test_every_address_in_a_letter_is_whole(house: House) -> None:
    answer(house)
    write_soon(at=LATER)

    addresses = re.findall(r'href="([^"]+)"', html(only()))
    assert addresses
    assert all(address.startswith("http") for address in addresses)
    assert "data-look" not in html(only())
