"""What is new to a person: in a thread, in a place, and after they declared it read. Nobody else is told."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.services import create_team, join_team
from intranet.portal.context_processors import Frame
from realtime.spaces.models import Level, Space, SpaceMember, SpaceSubscription
from realtime.spaces.services import add_member
from realtime.threads.indexing import index_conversations
from realtime.threads.models import Message, ReadMark, Subscription, Thread
from realtime.threads.services import begin_private, choose_level, delete_message, mark_read
from realtime.threads.unread import MOST_MESSAGES, MOST_THREADS, unread_by, with_unread, with_unread_threads
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T8")]


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def new_in(thread: Thread, user: User) -> int:
    """How many messages of `thread` are new to `user`, asked afresh; the two ways of asking agree."""
    reader = User.objects.get(pk=user.pk)
    number: int = with_unread(Thread.objects.filter(pk=thread.pk), reader).get().unread
    assert unread_by(Thread.objects.filter(pk=thread.pk), reader).exists() == (number > 0)
    return number


def new_at(space: Space, user: User) -> int:
    """How many conversations of `space` have something new to `user`, asked afresh."""
    reader = User.objects.get(pk=user.pk)
    number: int = with_unread_threads(Space.objects.filter(pk=space.pk), reader).get().unread
    return number


def read_now(thread: Thread, user: User) -> None:
    thread.refresh_from_db()
    mark_read(thread=thread, user=user, seq=thread.last_seq)


def test_what_others_said_since_is_new(house: House) -> None:
    thread = make_thread(house.closed)
    say(thread, house.valerie)
    read_now(thread, house.moussa)
    assert new_in(thread, house.moussa) == 0

    say(thread, house.valerie)
    say(thread, house.valerie)

    assert (new_in(thread, house.moussa), new_at(house.closed, house.moussa)) == (2, 1)


def test_ones_own_words_are_not_new(house: House) -> None:
    thread = make_thread(house.closed)
    say(thread, house.valerie)
    read_now(thread, house.moussa)

    say(thread, house.moussa)

    assert new_in(thread, house.moussa) == 0


@pytest.mark.parametrize("how", ["taken back", "hidden"])
def test_what_nobody_can_read_any_more_is_not_new(house: House, how: str) -> None:
    thread = make_thread(house.closed)
    message = say(thread, house.valerie)
    assert new_in(thread, house.moussa) == 1

    if how == "hidden":
        Message.objects.filter(pk=message.pk).update(hidden_at=timezone.now())
    else:
        delete_message(message=message, at=timezone.now())

    assert (new_in(thread, house.moussa), new_at(house.closed, house.moussa)) == (0, 0)


def test_a_conversation_never_opened_is_new_to_those_of_the_place(house: House) -> None:
    thread = make_thread(house.open)
    say(thread, house.valerie)

    assert (new_in(thread, house.moussa), new_at(house.open, house.moussa)) == (1, 1)
    assert new_in(thread, house.rosa) == 0, "who passes by is told of nothing"


def test_all_that_was_said_in_one_moment_is_new(house: House) -> None:
    """However the database keeps those of the same moment: here not in the order of their places."""
    thread, at = make_thread(house.closed), timezone.now()
    said = [say(thread, house.valerie, at=at).pk for _ in range(3)]
    for pk, seq in ((said[0], 9), (said[2], 1), (said[0], 3)):
        Message.objects.filter(pk=pk).update(seq=seq)

    assert new_in(thread, house.moussa) == 3


def test_one_who_passes_by_is_told_of_what_they_opened_once(house: House) -> None:
    thread = make_thread(house.open)
    say(thread, house.valerie)
    read_now(thread, house.rosa)

    say(thread, house.valerie)

    assert new_in(thread, house.rosa) == 1


def test_what_was_said_before_one_came_is_not_new(house: House) -> None:
    now = timezone.now()
    thread = make_thread(house.closed, at=now - timedelta(hours=5))
    say(thread, house.valerie, at=now - timedelta(hours=5))
    add_member(space=house.closed, member=house.rosa, role=SpaceMember.Role.MEMBER, at=now - timedelta(hours=2))
    assert new_in(thread, house.rosa) == 0

    say(thread, house.valerie, at=now - timedelta(hours=1))

    assert new_in(thread, house.rosa) == 1
    assert new_in(thread, house.moussa) == 2


def test_who_came_with_their_team_came_when_they_joined_it(house: House) -> None:
    now = timezone.now()
    team = create_team(name="Quai", slug="quai", parent=None, purpose="")
    add_member(space=house.closed, member=team, role=SpaceMember.Role.MEMBER, at=now - timedelta(days=30))
    late = person("lucie")
    thread = make_thread(house.closed, at=now - timedelta(days=9))
    say(thread, house.valerie, at=now - timedelta(days=9))
    join_team(user=late, team=team, at=now)
    assert new_in(thread, late) == 0

    say(thread, house.valerie, at=now + timedelta(minutes=1))

    assert new_in(thread, late) == 1


@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Auckland", "America/Los_Angeles", "UTC"])
def test_their_day_begins_where_the_house_is(house: House, settings: Any, zone: str) -> None:
    settings.TIME_ZONE = zone
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    team = create_team(name="Quai", slug="quai", parent=None, purpose="")
    add_member(space=house.closed, member=team, role=SpaceMember.Role.MEMBER, at=midnight - timedelta(days=30))
    late = person("lucie")
    thread = make_thread(house.closed, at=midnight - timedelta(days=9))
    join_team(user=late, team=team, at=midnight + timedelta(minutes=1))

    say(thread, house.valerie, at=midnight - timedelta(minutes=2))
    assert new_in(thread, late) == 0

    say(thread, house.valerie, at=midnight + timedelta(minutes=2))
    assert new_in(thread, late) == 1


LEVELS = [
    (None, None, 1),
    (Level.MUTED, None, 0),
    (Level.FOLLOWED, None, 1),
    (None, Level.MUTED, 0),
    (Level.MUTED, Level.NORMAL, 1),
    (Level.MUTED, Level.FOLLOWED, 1),
    (Level.FOLLOWED, Level.MUTED, 0),
    (Level.MUTED, Level.MUTED, 0),
]


@pytest.mark.parametrize(("of_space", "of_thread", "expected"), LEVELS)
def test_muted_nothing_is_new(house: House, of_space: str | None, of_thread: str | None, expected: int) -> None:
    thread = make_thread(house.closed)
    say(thread, house.valerie)
    if of_space:
        SpaceSubscription.objects.create(user=house.moussa, space=house.closed, level=of_space)
    if of_thread:
        Subscription.objects.create(user=house.moussa, thread=thread, level=of_thread, since=timezone.now())

    assert (new_in(thread, house.moussa), new_at(house.closed, house.moussa)) == (expected, expected)


def test_a_guest_is_told_of_what_is_shared_with_them(house: House) -> None:
    for audience in Thread.Audience.values:
        say(make_thread(house.shared, audience=audience), house.valerie)

    assert new_at(house.shared, house.agnes) == 1
    assert new_at(house.shared, house.moussa) == 2


def test_a_number_stops_counting_where_it_says(house: House) -> None:
    thread = make_thread(house.closed)
    for _ in range(MOST_MESSAGES):
        say(thread, house.valerie)
    assert new_in(thread, house.moussa) == MOST_MESSAGES
    for _ in range(5):
        say(thread, house.valerie)
    assert new_in(thread, house.moussa) == MOST_MESSAGES + 1

    for _ in range(MOST_THREADS + 3):
        say(make_thread(house.closed), house.valerie)
    assert new_at(house.closed, house.moussa) == MOST_THREADS + 1

    assert "99+" in as_(house.moussa).get(house.closed.get_absolute_url()).content.decode()


# --- what a look at it reads ----------------------------------------------------------------------


def long_talk(house: House) -> tuple[Thread, list[Message]]:
    """A conversation of 75 messages, of which Moussa has read five."""
    thread = make_thread(house.closed)
    said = [say(thread, house.valerie, f"ligne {n}") for n in range(75)]
    mark_read(thread=thread, user=house.moussa, seq=said[4].seq)
    return thread, said


@pytest.mark.parametrize("going", ["message", "day", "words", "earlier", "a place", "later than what is unread"])
def test_going_somewhere_reads_nothing_of_what_stands_before(house: House, going: str) -> None:
    thread, said = long_talk(house)
    index_conversations.func()
    here, parts = thread.get_absolute_url(), reverse("threads:messages", args=[thread.pk])
    address = {
        "message": said[60].get_absolute_url(),
        "day": f"{here}?on={timezone.localdate():%Y-%m-%d}",
        "words": f"{here}?find=ligne&at={said[60].pk}",
        "earlier": f"{parts}?before={said[60].seq}",
        "a place": f"{parts}?from={said[60].seq}",
        "later than what is unread": f"{parts}?after={said[60].seq}",
    }[going]

    assert as_(house.moussa).get(address).status_code == 200

    assert new_in(thread, house.moussa) == 70
    assert ReadMark.objects.get(user=house.moussa).seq == said[4].seq


def test_without_a_script_one_reads_on_page_by_page(house: House) -> None:
    thread, said = long_talk(house)
    client = as_(house.moussa)

    client.get(thread.get_absolute_url())
    assert ReadMark.objects.get(user=house.moussa).seq == said[44].seq

    client.get(reverse("threads:messages", args=[thread.pk]), {"after": said[44].seq})
    assert ReadMark.objects.get(user=house.moussa).seq == said[74].seq


def test_where_a_script_runs_it_tells_what_was_in_sight(house: House) -> None:
    thread, said = long_talk(house)
    client = as_(house.moussa)
    client.cookies["parvis_script"] = "1"

    html = client.get(thread.get_absolute_url()).content.decode()

    assert ReadMark.objects.get(user=house.moussa).seq == said[4].seq
    assert f'data-thread-read-value="{said[4].seq}"' in html


# --- declaring it read --------------------------------------------------------------------------


def test_declaring_a_place_read_and_taking_it_back(house: House) -> None:
    thread, other = make_thread(house.closed), make_thread(house.open)
    for one in (thread, other):
        say(one, house.valerie)
    say(thread, house.valerie)
    read_now(other, house.moussa)
    say(other, house.valerie)
    client = as_(house.moussa)

    html = client.post(reverse("threads:space_read", args=[house.closed.slug]), follow=True).content.decode()

    assert reverse("threads:read_undo") in html
    assert (new_in(thread, house.moussa), new_in(other, house.moussa)) == (0, 1)
    later = say(thread, house.valerie)
    assert new_in(thread, house.moussa) == 1
    html = client.get(thread.get_absolute_url()).content.decode()
    assert html.index('id="unread"') < html.index(f'id="m-{later.pk}"')

    SpaceSubscription.objects.filter(user=house.moussa).update(level=Level.FOLLOWED)
    client.post(reverse("threads:read_undo"))
    assert SpaceSubscription.objects.get(user=house.moussa).level == Level.FOLLOWED
    assert SpaceSubscription.objects.get(user=house.moussa).read_at is None


def test_declaring_everything_read_reaches_every_place_and_the_undo_gives_each_its_own_back(house: House) -> None:
    places = [house.open, house.closed, house.shared]
    threads = [make_thread(space) for space in places]
    for thread in threads:
        say(thread, house.valerie)
    client = as_(house.moussa)
    client.post(reverse("threads:space_read", args=[house.open.slug]))

    client.post(reverse("threads:all_read"))
    assert [new_in(thread, house.moussa) for thread in threads] == [0, 0, 0]

    client.post(reverse("threads:read_undo"))
    assert [new_in(thread, house.moussa) for thread in threads] == [0, 1, 1]
    client.post(reverse("threads:read_undo"))  # once more: nothing is left to take back
    assert [new_in(thread, house.moussa) for thread in threads] == [0, 1, 1]


def test_everything_is_everywhere_and_the_undo_brings_back_all_of_it(house: House) -> None:
    """The private conversations too, and what one was told of what is read; not what one was told of anything else."""
    thread, elsewhere = make_thread(house.closed), make_thread(house.open, by=house.rosa)
    whisper(house.valerie, house.rosa)
    for one in (thread, elsewhere):
        say(one, house.valerie, f"@[Rosa](person:{house.rosa.pk})")
    say(thread, house.valerie, f"@[Moussa](person:{house.moussa.pk})")
    whisper(house.valerie, house.moussa)

    before = standing_of(house.moussa), standing_of(house.rosa)
    assert before == ((True, 2), (True, 2))
    client, passing = as_(house.moussa), as_(house.rosa)
    assert reverse("threads:all_read") in passing.get("/spaces/").content.decode()
    for browser in (client, passing):
        browser.post(reverse("threads:all_read"))
    assert (standing_of(house.moussa), standing_of(house.rosa)) == ((False, 0), (False, 1))

    for browser in (client, passing):
        browser.post(reverse("threads:read_undo"))
    assert (standing_of(house.moussa), standing_of(house.rosa)) == before


def whisper(by: User, *people: User) -> Thread:
    return begin_private(people=people, title="", body="Entre nous.", client_id=uuid.uuid4(), by=by, at=timezone.now())


def standing_of(user: User) -> tuple[bool, int]:
    """Whether the dot of private conversations is lit for `user`, and how much waits for them."""
    frame = Frame(User.objects.get(pk=user.pk))
    return frame.has_private_news, frame.told_count


def test_declaring_everything_read_costs_the_same_whatever_waits(house: House) -> None:
    counts = []
    for number in (1, 2, 9):  # of a place never declared read before, a row is made
        for _ in range(number):
            say(make_thread(house.closed), house.valerie, f"@[Moussa](person:{house.moussa.pk})")
            whisper(house.valerie, house.moussa)
        client = as_(house.moussa)
        client.get("/spaces/")
        with CaptureQueriesContext(connection) as queries:
            client.post(reverse("threads:all_read"))
        counts.append(len(statements(queries)))
    assert counts[1] == counts[2] <= 20


def test_what_one_declares_read_stays_new_to_the_others(house: House) -> None:
    thread = make_thread(house.closed)
    say(thread, house.valerie)
    add_member(space=house.closed, member=house.rosa, role=SpaceMember.Role.READER, at=timezone.now() - timedelta(1))

    as_(house.moussa).post(reverse("threads:all_read"))

    assert (new_in(thread, house.moussa), new_in(thread, house.rosa)) == (0, 1)


def test_a_place_one_does_not_see_cannot_be_declared_read(house: House) -> None:
    answer = as_(house.rosa).post(reverse("threads:space_read", args=[house.closed.slug]))

    assert answer.status_code == 404
    assert not SpaceSubscription.objects.exists()


# --- what browsers ask for ----------------------------------------------------------------------


def test_the_state_names_the_places_of_the_person_and_what_to_watch(house: House) -> None:
    mine, elsewhere = make_thread(house.closed), make_thread(house.open)
    say(mine, house.valerie)
    say(mine, house.valerie)
    say(elsewhere, house.valerie)

    told = as_(house.moussa).get(reverse("threads:unread")).json()
    passing = as_(house.rosa).get(reverse("threads:unread")).json()

    numbers = {space["pk"]: space["unread"] for space in told["spaces"]}
    assert numbers == {house.open.pk: 1, house.closed.pk: 1, house.shared.pk: 0}
    threads = {thread["pk"]: (thread["space"], thread["head"], thread["unread"]) for thread in told["threads"]}
    assert threads == {mine.pk: (house.closed.pk, 2, 2), elsewhere.pk: (house.open.pk, 1, 1)}
    assert passing == {"spaces": [], "threads": [], "turn": 0}


@pytest.mark.feature("A1")
def test_the_state_says_where_an_answer_awaits_the_person(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.threads.views.unread.WATCHED", 1)
    muted, answered, others = make_thread(house.closed), make_thread(house.closed), make_thread(house.closed)
    for thread in (muted, answered):
        mark_read(thread=thread, user=house.moussa, seq=say(thread, house.moussa).seq)
    choose_level(thread=muted, user=house.moussa, level=Level.MUTED, at=timezone.now())
    for thread in (muted, answered, others):
        say(thread, house.valerie)

    told = as_(house.moussa).get(reverse("threads:unread")).json()

    assert told["turn"] == Frame(house.moussa).turn_count == 1
    assert {thread["pk"]: thread["awaits"] for thread in told["threads"]} == {others.pk: False, answered.pk: True}


@pytest.mark.parametrize(("of_space", "of_thread", "expected"), LEVELS)
def test_what_is_muted_is_not_followed_and_its_row_says_so(
    house: House, of_space: str | None, of_thread: str | None, expected: int
) -> None:
    thread = make_thread(house.closed)
    say(thread, house.valerie)
    if of_space:
        SpaceSubscription.objects.create(user=house.moussa, space=house.closed, level=of_space)
    if of_thread:
        Subscription.objects.create(user=house.moussa, thread=thread, level=of_thread, since=timezone.now())
    client = as_(house.moussa)

    told = client.get(reverse("threads:unread")).json()
    rows = re.findall(r"<li data-unread-row=[^>]*>", client.get(house.closed.get_absolute_url()).content.decode())

    assert [one["pk"] for one in told["threads"]] == [thread.pk] * expected
    assert ["data-muted" not in row for row in rows] == [bool(expected)]


def test_the_dot_of_a_place_says_how_many_to_those_who_hover_or_listen(house: House) -> None:
    for _ in range(2):
        say(make_thread(house.closed), house.valerie)

    html = as_(house.moussa).get("/spaces/").content.decode()

    assert f'title="{house.closed.name} · 2 conversations with something new"' in html
    assert reverse("threads:all_read") in html
    assert reverse("threads:all_read") not in as_(house.rosa).get("/spaces/").content.decode()


def grow(house: House, number: int, at: datetime) -> None:
    for _ in range(number):
        thread = make_thread(house.closed, at=at)
        say(thread, house.valerie, at=at)
        say(thread, house.moussa, at=at)
    say(make_thread(house.open, at=at), house.valerie, at=at)


@pytest.mark.parametrize("address", ["/unread/", "/spaces/"])
def test_it_costs_the_same_whatever_is_new(house: House, address: str) -> None:
    counts = []
    for number in (1, 12):
        grow(house, number, timezone.now())
        client = as_(house.moussa)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1] <= 8
