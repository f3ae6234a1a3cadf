"""The inbox: what was said to me, by conversation, read or not, live on every screen, and nothing I may not see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from intranet.portal.context_processors import Frame
from realtime.notifications.models import Category, Notification, Preference
from realtime.notifications.services import Notice, notify, read_all, read_one, unread_again, unread_one
from realtime.spaces.models import Level, Space, SpaceMember, SpaceSubscription
from realtime.spaces.services import remove_member
from realtime.streams.models import Stream, StreamEvent
from realtime.threads.models import Subscription, Thread
from realtime.threads.services import choose_level, choose_space_level, delete_message, mark_read
from realtime.threads.unread import declare_read
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = pytest.mark.django_db
INBOX = "/inbox/"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    """What a page says, its tags gone."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def answered(house: House, words: str = "La cause est là.", space: str = "open") -> Notification:
    """Moussa is answered by Valérie."""
    thread = make_thread(getattr(house, space))
    say(thread, house.valerie, words, reply_to=say(thread, house.moussa))
    note: Notification = Notification.objects.of(house.moussa).latest("pk")
    return note


@pytest.mark.feature("A1")
def test_the_inbox_says_who_did_what_where(house: House) -> None:
    answered(house)

    page = text(as_(house.moussa).get(INBOX))

    assert "Valerie answered you" in page
    assert "La cause est là." in page
    assert "La navette de 14 h" in page
    assert "Ouvert" in page


@pytest.mark.feature("A1")
def test_what_was_said_in_one_conversation_stands_together(house: House) -> None:
    thread = make_thread(house.open)
    mine = say(thread, house.moussa)
    for number in range(7):
        say(thread, house.valerie, f"Réponse {number}.", reply_to=mine)

    page = text(as_(house.moussa).get(INBOX))

    assert page.count("La navette de 14 h") == 1
    assert "Réponse 6." in page
    assert "Réponse 1." not in page
    assert "2 more here" in page


def test_an_empty_inbox_says_what_it_is_for(house: House) -> None:
    assert "Nothing for you at the moment" in text(as_(house.rosa).get(INBOX))


def test_what_one_opens_is_read(house: House) -> None:
    note = answered(house)
    client = as_(house.moussa)

    response = client.get(reverse("notifications:open", args=[note.pk]))

    assert response["Location"] == reverse("threads:message", args=[note.source_key])
    note.refresh_from_db()
    assert note.read_at is not None


def test_one_is_marked_and_taken_back_without_a_script(house: House) -> None:
    note = answered(house)
    client = as_(house.moussa)
    address = reverse("notifications:mark", args=[note.pk])

    client.post(address, {"as": "read"})
    assert Frame(house.moussa).told_count == 0
    client.post(address, {"as": "unread"})

    assert Frame(house.moussa).told_count == 1


@pytest.mark.feature("A1")
def test_everything_is_marked_as_read_and_taken_back(house: House) -> None:
    for _ in range(3):
        answered(house)
    read_before = Notification.objects.of(house.moussa).earliest("pk")
    read_one(notification=read_before, at=timezone.now() - timedelta(hours=1))
    client = as_(house.moussa)

    page = client.post(reverse("notifications:mark_all"), follow=True)
    assert Frame(house.moussa).told_count == 0
    moment = re.search(r'name="at" value="([^"]+)"', page.content.decode())
    assert moment
    client.post(reverse("notifications:mark_all_undo"), {"at": moment[1]})

    assert Frame(house.moussa).told_count == 2


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "yesterday",
        "2026-13-45T99:99:99",
        "2026-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_nonsense_for_a_moment_takes_nothing_back(house: House, nonsense: str) -> None:
    read_one(notification=answered(house), at=timezone.now())

    response = as_(house.moussa).post(reverse("notifications:mark_all_undo"), {"at": nonsense})

    assert response.status_code == 302
    assert as_(house.moussa).get(INBOX, {"undo": nonsense}).status_code == 200
    assert Frame(house.moussa).told_count == 0


@pytest.mark.parametrize("act", ["open", "mark"])
def test_another_persons_notification_is_not_there(house: House, act: str) -> None:
    note = answered(house)
    client = as_(house.rosa)
    address = reverse(f"notifications:{act}", args=[note.pk])

    response = client.get(address) if act == "open" else client.post(address, {"as": "read"})

    assert response.status_code == 404
    note.refresh_from_db()
    assert note.read_at is None


# --- rights of the moment -----------------------------------------------------------------------


@pytest.mark.feature("A1")
def test_what_one_may_no_longer_see_is_neither_shown_nor_waiting(house: House) -> None:
    note = answered(house, "Le secret de l’atelier.", "closed")
    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=timezone.now())
    client = as_(house.moussa)

    page = client.get(INBOX)

    assert "secret" not in page.content.decode()
    assert "La navette de 14 h" not in page.content.decode()
    assert Frame(house.moussa).told_count == 0
    gone = client.get(reverse("notifications:open", args=[note.pk]), follow=True)
    assert "no longer there, or no longer open to you" in text(gone)


@pytest.mark.feature("A1")
def test_more_is_counted_of_what_can_be_shown(house: House) -> None:
    thread = make_thread(house.open)
    mine = say(thread, house.moussa)
    said = [say(thread, house.valerie, f"Réponse {number}.", reply_to=mine) for number in range(8)]
    for taken_back in (said[0], said[6], said[7]):
        delete_message(message=taken_back, at=timezone.now())
    client = as_(house.moussa)

    page = text(client.get(INBOX))
    assert "Réponse 1." in page
    assert "more here" not in page
    say(thread, house.valerie, "Encore.", reply_to=mine)

    assert "1 more here" in text(client.get(INBOX))


@pytest.mark.feature("A1")
def test_of_a_topic_without_end_the_latest_are_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.notifications.inbox.LOOKED_AT", 7)
    thread = make_thread(house.open)
    mine = say(thread, house.moussa)
    for _ in range(9):
        say(thread, house.valerie, reply_to=mine)
    mark_read(thread=thread, user=house.moussa, seq=thread.last_seq)

    assert "2+ more here" in text(as_(house.moussa).get(INBOX))


@pytest.mark.feature("A1")
def test_a_bell_does_not_call_for_what_nobody_shows_however_much_it_is(house: House) -> None:
    thread = make_thread(house.closed)
    mine = say(thread, house.moussa)
    for _ in range(8):
        say(thread, house.valerie, reply_to=mine)
    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=timezone.now())
    client = as_(house.moussa)
    assert client.get(reverse("notifications:count")).json() == {"unread": 8}

    page = text(client.get(INBOX))

    assert "Nothing for you at the moment" in page
    assert "Mark all as read" not in page
    assert client.get(reverse("notifications:count")).json() == {"unread": 0}


@pytest.mark.feature("A1")
def test_what_is_unread_on_another_page_is_reached_and_marked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.notifications.inbox.TOPICS_A_PAGE", 1)
    answered(house, "Au grand jour.")
    answered(house, space="closed")
    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=timezone.now())

    page = text(as_(house.moussa).get(INBOX))

    assert "Page 1 of 2" in page
    assert "Mark all as read" in page
    assert "Au grand jour." in text(as_(house.moussa).get(INBOX, {"page": "2"}))


def test_what_was_taken_back_is_not_shown(house: House) -> None:
    thread = make_thread(house.open)
    answer = say(thread, house.valerie, "Je me trompe.", reply_to=say(thread, house.moussa))
    delete_message(message=answer, at=timezone.now())

    assert "Je me trompe" not in text(as_(house.moussa).get(INBOX))


def test_what_is_not_wanted_is_not_told(house: House) -> None:
    for channel in Preference.Channel.values:
        Preference.objects.create(user=house.moussa, category=Category.REPLY, channel=channel, pace="never")

    thread = make_thread(house.open)
    say(thread, house.valerie, reply_to=say(thread, house.moussa))

    assert not Notification.objects.exists()


def test_what_is_wanted_by_mail_alone_is_not_on_the_screen(house: House) -> None:
    Preference.objects.create(
        user=house.moussa, category=Category.REPLY, channel=Preference.Channel.INBOX, pace="never"
    )

    note = answered(house)

    assert not note.on_screen
    assert Frame(house.moussa).told_count == 0
    assert "answered you" not in text(as_(house.moussa).get(INBOX))
    assert not StreamEvent.objects.filter(stream__kind="inbox").exists()


# --- what is new in what I follow ---------------------------------------------------------------


@pytest.mark.feature("T7")
def test_what_is_new_in_what_one_follows_comes_until_it_is_read(house: House) -> None:
    thread = make_thread(house.open, title="Le four à cuire")
    say(thread, house.valerie)
    choose_level(thread=thread, user=house.rosa, level=Level.FOLLOWED, at=timezone.now())
    assert "Le four à cuire" not in text(as_(house.rosa).get(INBOX))  # it was said before

    last = say(thread, house.valerie, "Du nouveau.")
    assert "Le four à cuire" in text(as_(house.rosa).get(INBOX))
    mark_read(thread=thread, user=house.rosa, seq=last.seq)

    assert "Le four à cuire" not in text(as_(house.rosa).get(INBOX))


@pytest.mark.feature("T7")
def test_what_was_taken_back_or_declared_read_is_not_new(house: House) -> None:
    gone, known = make_thread(house.open, title="Parti"), make_thread(house.open, title="Lu")
    for thread in (gone, known):
        choose_level(thread=thread, user=house.moussa, level=Level.FOLLOWED, at=timezone.now())
        mark_read(thread=thread, user=house.moussa, seq=say(thread, house.valerie).seq)
    say(known, house.valerie)
    declare_read(user=house.moussa, spaces=Space.objects.filter(pk=house.open.pk), at=timezone.now())
    delete_message(message=say(gone, house.valerie), at=timezone.now())

    page = text(as_(house.moussa).get(INBOX)).split()

    assert "Parti" not in page
    assert "Lu" not in page


@pytest.mark.feature("T7")
def test_following_a_space_is_hearing_its_conversations_but_the_muted_ones(house: House) -> None:
    choose_space_level(space=house.open, user=house.rosa, level=Level.FOLLOWED, at=timezone.now())
    heard, muted = make_thread(house.open, title="Entendu"), make_thread(house.open, title="Tu")
    choose_level(thread=muted, user=house.rosa, level=Level.MUTED, at=timezone.now())

    for thread in (heard, muted):
        say(thread, house.valerie)

    page = text(as_(house.rosa).get(INBOX))
    assert "Entendu" in page
    assert "Tu" not in page.split()


def test_one_follows_only_what_one_sees(house: House) -> None:
    thread = make_thread(house.closed, title="Le four à cuire")
    choose_level(thread=thread, user=house.moussa, level=Level.FOLLOWED, at=timezone.now())
    say(thread, house.valerie)
    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=timezone.now())

    assert "Le four à cuire" not in text(as_(house.moussa).get(INBOX))


@pytest.mark.feature("A2", "T7")
def test_what_is_new_in_what_one_follows_can_be_left_out(house: House) -> None:
    thread = make_thread(house.open, title="Le four à cuire")
    choose_level(thread=thread, user=house.rosa, level=Level.FOLLOWED, at=timezone.now())
    say(thread, house.valerie)
    assert "Le four à cuire" in text(as_(house.rosa).get(INBOX))

    Preference.objects.create(
        user=house.rosa, category=Category.FOLLOWED, channel=Preference.Channel.INBOX, pace="never"
    )

    assert "Le four à cuire" not in text(as_(house.rosa).get(INBOX))


# --- live ---------------------------------------------------------------------------------------


def heard_by(user: User) -> list[int]:
    """The counts that this person's screens were told, in order."""
    events = StreamEvent.objects.filter(stream__kind="inbox", stream__key=user.pk).order_by("seq")
    return [event.payload["unread"] for event in events]


@pytest.mark.feature("A1")
def test_after_each_act_screens_were_told_what_a_fresh_load_shows(house: House) -> None:
    thread = make_thread(house.open)
    mine = say(thread, house.moussa)

    def is_true() -> None:
        frame = Frame(house.moussa)
        assert heard_by(house.moussa)[-1] == frame.told_count
        assert Stream.objects.get(kind="inbox", key=house.moussa.pk).head == frame.inbox_head

    first = say(thread, house.valerie, reply_to=mine)
    is_true()
    say(thread, house.rosa, reply_to=mine)
    is_true()
    note = Notification.objects.of(house.moussa).earliest("pk")
    for act in (read_one, unread_one):
        act(notification=note, at=timezone.now())
        is_true()
    mark_read(thread=thread, user=house.moussa, seq=first.seq)
    is_true()
    at = timezone.now()
    read_all(user=house.moussa, at=at)
    is_true()
    unread_again(user=house.moussa, read_at=at, at=timezone.now())
    is_true()
    assert heard_by(house.moussa) == [1, 2, 1, 2, 1, 0, 1]


@pytest.mark.feature("A6")
def test_the_same_notice_told_by_many_is_one_notification(house: House) -> None:
    notice = Notice([house.rosa.pk], Category.MODERATION, "act:1", "message", 1)

    for _ in range(5):
        notify([notice, notice], at=timezone.now())

    assert heard_by(house.rosa) == [1]


def test_whoever_comes_has_an_inbox_that_can_be_watched(house: House) -> None:
    assert Stream.objects.filter(kind="inbox", key=person("nouvelle").pk).exists()


# --- following and muting -----------------------------------------------------------------------


@pytest.mark.feature("T7", "A3")
def test_a_conversation_is_muted_from_its_head_without_a_script(house: House) -> None:
    thread = make_thread(house.open)
    client = as_(house.rosa)
    assert 'aria-checked="true" name="level" value="normal"' in client.get(thread.get_absolute_url()).content.decode()

    response = client.post(
        reverse("threads:thread_level", args=[thread.pk]), {"level": "muted", "next": thread.get_absolute_url()}
    )

    assert response["Location"] == thread.get_absolute_url()
    assert 'aria-checked="true" name="level" value="muted"' in client.get(thread.get_absolute_url()).content.decode()


@pytest.mark.feature("T7", "A3")
def test_a_muted_space_has_no_dot(house: House) -> None:
    thread = make_thread(house.open)
    mark_read(thread=thread, user=house.moussa, seq=say(thread, house.valerie).seq)
    say(thread, house.valerie)
    assert [space.unread for space in Frame(User.objects.get(pk=house.moussa.pk)).spaces if space.name == "Ouvert"] != [
        0
    ]

    as_(house.moussa).post(reverse("threads:space_level", args=[house.open.slug]), {"level": "muted"})

    assert [space.unread for space in Frame(User.objects.get(pk=house.moussa.pk)).spaces if space.name == "Ouvert"] == [
        0
    ]


@pytest.mark.feature("T7")
def test_what_one_chose_is_listed_and_taken_back(house: House) -> None:
    thread = make_thread(house.open, title="Le four à cuire")
    client = as_(house.rosa)
    place = reverse("threads:following")
    choose_level(thread=thread, user=house.rosa, level=Level.FOLLOWED, at=timezone.now())

    page = client.post(
        reverse("threads:thread_level", args=[thread.pk]), {"level": "muted", "next": place}, follow=True
    )
    assert "Your choice for Le four à cuire is kept." in text(page)
    assert 'name="level" value="followed"><input' in page.content.decode()
    client.post(reverse("threads:thread_level", args=[thread.pk]), {"level": "followed", "next": place, "again": "1"})

    assert Subscription.objects.get(user=house.rosa).level == Level.FOLLOWED


@pytest.mark.parametrize(
    "undo",
    ["", "thread", "thread:x:muted", "thread:1:loud", "space:no-such:muted", "thread:99999:", ":::", "thread:²:"],
)
def test_nonsense_in_the_address_offers_nothing(house: House, undo: str) -> None:
    page = as_(house.rosa).get(reverse("threads:following"), {"undo": undo})

    assert page.status_code == 200
    assert "is kept." not in text(page)


def test_a_level_that_does_not_exist_is_refused(house: House) -> None:
    thread = make_thread(house.open)
    client = as_(house.rosa)

    for address in (
        reverse("threads:thread_level", args=[thread.pk]),
        reverse("threads:space_level", args=[house.open.slug]),
    ):
        assert client.post(address, {"level": "loud"}, headers={"X-Requested-With": "fetch"}).status_code == 422

    assert not Subscription.objects.exists()
    assert not SpaceSubscription.objects.exists()


def test_going_back_elsewhere_than_here_is_refused(house: House) -> None:
    thread = make_thread(house.open)
    words = {"level": "muted", "next": "https://elsewhere.example/"}

    response = as_(house.rosa).post(reverse("threads:thread_level", args=[thread.pk]), words)

    assert response["Location"] == thread.get_absolute_url()


# --- what it costs ------------------------------------------------------------------------------


def test_the_inbox_asks_the_same_however_full(house: House) -> None:
    client = as_(house.moussa)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(INBOX).status_code == 200
        return len(statements(queries))

    followed = make_thread(house.open)
    choose_level(thread=followed, user=house.moussa, level=Level.FOLLOWED, at=timezone.now())
    say(followed, house.valerie)
    answered(house)
    few = cost()
    for _ in range(25):
        answered(house, space="closed")
        thread = make_thread(house.open)
        choose_level(thread=thread, user=house.moussa, level=Level.FOLLOWED, at=timezone.now())
        say(thread, house.valerie)

    assert cost() == few <= 15


def test_what_i_follow_asks_the_same_however_long(house: House) -> None:
    client = as_(house.moussa)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("threads:following")).status_code == 200
        return len(statements(queries))

    say(make_thread(house.open), house.moussa)
    few = cost()
    for _ in range(20):
        say(make_thread(house.open, by=house.valerie), house.moussa)

    assert cost() == few <= 12


def test_pages_of_an_inbox(house: House) -> None:
    for number in range(22):
        thread = make_thread(house.open, title=f"Sujet {number}.")
        say(thread, house.valerie, reply_to=say(thread, house.moussa))
    client = as_(house.moussa)

    first, second = text(client.get(INBOX)), text(client.get(INBOX, {"page": 2}))

    assert "Sujet 21." in first
    assert "Sujet 0." in second
    assert "Sujet 0." not in first
    assert client.get(INBOX, {"page": "nonsense"}).status_code == 200


def test_somebody_gone_is_a_former_member(house: House) -> None:
    note = answered(house)
    Notification.objects.filter(pk=note.pk).update(actor=None)

    assert "Former member answered you" in text(as_(house.moussa).get(INBOX))


def test_a_guest_has_an_inbox_too(house: House) -> None:
    thread = make_thread(house.shared, audience=Thread.Audience.SHARED)
    say(thread, house.valerie, "Voici le devis.", reply_to=say(thread, house.agnes))

    assert "Voici le devis." in text(as_(house.agnes).get(INBOX))
