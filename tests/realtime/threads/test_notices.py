"""What is said tells the right people, once, at the level they chose, and nobody who may not see it."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intranet.accounts.models import User
from intranet.accounts.services import deactivate_user
from intranet.people.services import create_team, join_team
from realtime.notifications.models import Notification
from realtime.spaces.models import Level, Space, SpaceMember, SpaceSubscription
from realtime.spaces.services import add_member, create_space, remove_member
from realtime.streams.models import StreamEvent
from realtime.threads.models import Mention, Message, Subscription, Thread
from realtime.threads.notices import tell_of
from realtime.threads.posting import Draft, post_messages
from realtime.threads.services import create_thread, mark_read
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    """Why somebody was told, in order."""
    return list(Notification.objects.of(user).order_by("pk").values_list("reason", flat=True))


def call(message: Message, **who: object) -> int:
    """Mentions somebody in a message already said, and tells it as posting does."""
    message.body += " @"
    Mention.objects.create(message=message, **who)
    return tell_of([message], at=timezone.now())


@pytest.mark.feature("A1")
def test_an_answer_is_told_to_whom_it_answers_and_to_nobody_else(house: House) -> None:
    thread = make_thread(house.open)
    asked = say(thread, house.moussa)

    answer = say(thread, house.valerie, reply_to=asked)

    [note] = Notification.objects.all()
    assert (note.user, note.reason, note.actor) == (house.moussa, "replied", house.valerie)
    assert (note.key, note.topic, note.seq) == (f"message:{answer.pk}", thread.stream, answer.seq)


def test_nobody_is_told_of_their_own_words(house: House) -> None:
    thread = make_thread(house.open, by=house.moussa, kind=Thread.Kind.QUESTION)
    mine = say(thread, house.moussa)

    say(thread, house.moussa, reply_to=mine)
    call(say(thread, house.moussa), user=house.moussa)

    assert not Notification.objects.exists()


def test_who_asked_is_told_of_what_is_said_under_the_question(house: House) -> None:
    thread = make_thread(house.open, by=house.rosa, kind=Thread.Kind.QUESTION)
    say(thread, house.rosa)

    say(thread, house.valerie)

    assert told(house.rosa) == ["answered"]


def test_the_strongest_reason_wins_and_one_message_is_told_once(house: House) -> None:
    thread = make_thread(house.open, by=house.rosa, kind=Thread.Kind.QUESTION)
    asked = say(thread, house.rosa)
    answer = say(thread, house.valerie, reply_to=asked)
    Notification.objects.all().delete()

    call(answer, user=house.rosa)

    assert told(house.rosa) == ["called"]


@pytest.mark.feature("A6")
def test_told_again_it_is_the_same_notification(house: House) -> None:
    thread = make_thread(house.open)
    answer = say(thread, house.valerie, reply_to=say(thread, house.moussa))
    events = StreamEvent.objects.filter(stream__kind="inbox").count()

    assert tell_of([answer], at=timezone.now()) == 0
    assert told(house.moussa) == ["replied"]
    assert StreamEvent.objects.filter(stream__kind="inbox").count() == events


@pytest.mark.feature("A6")
def test_a_retried_draft_tells_once(house: House) -> None:
    thread = make_thread(house.open)
    asked = say(thread, house.moussa)
    draft = Draft(house.valerie.pk, thread.pk, uuid.uuid4(), "Oui", asked.pk)

    for _ in range(3):
        post_messages([draft, draft], at=timezone.now())

    assert told(house.moussa) == ["replied"]


def test_a_team_and_a_space_are_the_people_in_them(house: House) -> None:
    above = create_team(name="Atelier", slug="atelier", parent=None)
    team = create_team(name="Soudure", slug="soudure", parent=above)
    join_team(user=house.rosa, team=team, at=timezone.now() - timedelta(days=2))
    thread = make_thread(house.open)

    call(say(thread, house.valerie), team=above)
    call(say(thread, house.valerie), space=house.open)

    assert told(house.rosa) == ["team_called"]  # she is in the team below, and passes by in the space
    assert told(house.moussa) == ["space_called"]


def test_a_call_reaches_only_those_who_see_the_thread(house: House) -> None:
    thread = make_thread(house.closed)
    message = say(thread, house.valerie)
    away = person("away")
    add_member(space=house.closed, member=away, role=SpaceMember.Role.MEMBER, at=timezone.now())
    deactivate_user(user=away, at=timezone.now())

    for user in (house.rosa, house.agnes, house.moussa, away):
        call(message, user=user)

    assert set(Notification.objects.values_list("user__name", flat=True)) == {"Moussa"}


def test_a_guest_is_told_of_what_is_shared_and_of_nothing_else(house: House) -> None:
    among_us = make_thread(house.shared)
    shared = make_thread(house.shared, audience=Thread.Audience.SHARED)

    call(say(among_us, house.valerie), user=house.agnes)
    call(say(shared, house.valerie), user=house.agnes)

    assert list(Notification.objects.of(house.agnes).values_list("topic", flat=True)) == [shared.stream]


def test_an_announcement_is_told_to_the_members_once(house: House) -> None:
    thread = make_thread(house.open, by=house.valerie, kind=Thread.Kind.ANNOUNCEMENT)

    say(thread, house.valerie)
    say(thread, house.valerie, "Une précision.")

    assert told(house.moussa) == ["announced"]
    assert told(house.rosa) == []


def test_a_private_conversation_is_told_to_those_in_it(house: House) -> None:
    room = create_space(
        name="Rosa et Moussa", kind=Space.Kind.PRIVATE, audience="members", by=house.rosa, at=timezone.now()
    )
    add_member(space=room, member=house.moussa, role=SpaceMember.Role.MEMBER, at=timezone.now())
    thread = make_thread(room, by=house.rosa, kind=Thread.Kind.PRIVATE)

    say(thread, house.rosa)

    assert told(house.moussa) == ["wrote"]
    assert not Subscription.objects.exists()  # it is always heard


def test_a_practice_ground_tells_nobody(house: House) -> None:
    ground = create_space(
        name="Essai", kind=Space.Kind.PRACTICE, audience="organisation", by=house.valerie, at=timezone.now()
    )
    thread = make_thread(ground)

    say(thread, house.valerie, reply_to=say(thread, house.moussa))

    assert not Notification.objects.exists()


def test_words_brought_from_elsewhere_tell_nobody(house: House) -> None:
    thread = make_thread(house.open)
    asked = say(thread, house.moussa)
    old = Draft(house.valerie.pk, thread.pk, uuid.uuid4(), "Oui", asked.pk, timezone.now() - timedelta(days=400))

    post_messages([old], at=timezone.now())

    assert not Notification.objects.exists()


# --- levels -------------------------------------------------------------------------------------

MUTED, NORMAL, FOLLOWED = Level.MUTED, Level.NORMAL, Level.FOLLOWED


@pytest.mark.feature("T7", "A3")
@pytest.mark.parametrize(
    ("space", "thread", "reason", "is_heard"),
    [
        (None, None, "called", True),
        (None, None, "replied", True),
        (None, None, "team_called", True),
        (None, None, "space_called", True),
        (MUTED, None, "called", True),  # one's own name is heard everywhere
        (MUTED, None, "replied", False),
        (MUTED, None, "team_called", False),
        (MUTED, None, "space_called", False),
        (None, MUTED, "called", True),
        (None, MUTED, "replied", False),
        (None, MUTED, "team_called", False),
        (None, MUTED, "space_called", False),
        (FOLLOWED, MUTED, "replied", False),  # the thread's level wins
        (MUTED, NORMAL, "replied", True),
        (MUTED, FOLLOWED, "space_called", True),
        (NORMAL, None, "replied", True),
        (FOLLOWED, None, "replied", True),
    ],
)
def test_what_is_heard_at_each_level(
    house: House, space: str | None, thread: str | None, reason: str, is_heard: bool
) -> None:
    team = create_team(name="Atelier", slug="atelier", parent=None)
    join_team(user=house.moussa, team=team, at=timezone.now() - timedelta(days=2))
    found = make_thread(house.open)
    asked = say(found, house.moussa)
    Subscription.objects.all().delete()
    if space:
        SpaceSubscription.objects.create(user=house.moussa, space=house.open, level=space)
    if thread:
        Subscription.objects.create(user=house.moussa, thread=found, level=thread, since=timezone.now())

    message = say(found, house.valerie, reply_to=asked if reason == "replied" else None)
    if reason != "replied":
        call(message, **CALLS[reason](house, team))

    assert told(house.moussa) == ([reason] if is_heard else [])


CALLS = {
    "called": lambda house, team: {"user": house.moussa},
    "team_called": lambda house, team: {"team": team},
    "space_called": lambda house, team: {"space": house.open},
}


@pytest.mark.feature("T7")
def test_whoever_writes_or_is_called_by_name_follows_from_then_on(house: House) -> None:
    thread = make_thread(house.open)

    call(say(thread, house.moussa), user=house.rosa)

    assert level(house.moussa, thread) == level(house.rosa, thread) == FOLLOWED


@pytest.mark.feature("T7")
def test_following_by_itself_does_not_undo_a_choice(house: House) -> None:
    thread = make_thread(house.open)
    Subscription.objects.create(user=house.moussa, thread=thread, level=NORMAL, since=timezone.now())
    SpaceSubscription.objects.create(user=house.rosa, space=house.open, level=MUTED)

    call(say(thread, house.moussa), user=house.rosa)

    assert level(house.moussa, thread) == NORMAL
    assert level(house.rosa, thread) is None


def level(user: User, thread: Thread) -> str | None:
    return Subscription.objects.filter(user=user, thread=thread).values_list("level", flat=True).first()


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.feature("A1")
def test_reading_a_thread_reads_what_was_told_of_it_up_to_there(house: House) -> None:
    thread = make_thread(house.open)
    asked = say(thread, house.moussa)
    first = say(thread, house.valerie, reply_to=asked)
    say(thread, house.rosa, reply_to=asked)

    mark_read(thread=thread, user=house.moussa, seq=first.seq)

    assert list(unread(house.moussa)) == ["Rosa"]
    last = StreamEvent.objects.filter(stream__kind="inbox", stream__key=house.moussa.pk).latest("seq")
    assert last.payload == {"unread": 1}


def unread(user: User) -> list[str]:
    return list(Notification.objects.of(user).unread().values_list("actor__name", flat=True))


# --- what it costs ------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow_with_the_batch(house: House) -> None:
    colleagues = [person(f"collegue{n}") for n in range(12)]
    for colleague in colleagues:
        add_member(space=house.closed, member=colleague, role=SpaceMember.Role.MEMBER, at=timezone.now())

    def cost(number: int) -> int:
        threads = [make_thread(house.closed) for _ in range(number)]
        asked = [say(thread, colleagues[place]) for place, thread in enumerate(threads)]
        drafts = [Draft(house.valerie.pk, message.thread_id, uuid.uuid4(), "Oui", message.pk) for message in asked]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            post_messages(drafts, at=timezone.now())
        return len(statements(queries))

    assert cost(2) == cost(12)


def test_a_plain_message_in_a_thread_one_follows_costs_one_question_more(house: House) -> None:
    thread = make_thread(house.open)
    message = say(thread, house.moussa)

    with CaptureQueriesContext(connection) as queries:
        tell_of([message], at=timezone.now())

    assert len(statements(queries)) == 1


def test_a_thousand_followers_are_not_a_thousand_rows(house: House) -> None:
    thread = make_thread(house.open)
    say(thread, house.valerie)
    followers = User.objects.bulk_create(User(email=f"f{n}@x.example", name=f"F{n}") for n in range(300))
    Subscription.objects.bulk_create(
        Subscription(user=user, thread=thread, level=FOLLOWED, since=timezone.now()) for user in followers
    )

    say(thread, house.valerie)

    assert not Notification.objects.exists()


def test_who_left_between_is_not_told(house: House) -> None:
    thread = create_thread(space=house.closed, title="Tri", by=house.valerie, at=timezone.now())
    asked = say(thread, house.moussa)
    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=timezone.now())

    say(thread, house.valerie, reply_to=asked)

    assert told(house.moussa) == []
