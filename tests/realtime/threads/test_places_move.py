"""Those who look at a place are told that something moved there, never what, and not for each message."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.models import Team
from realtime.spaces.mentions import TEAM, Target, written
from realtime.spaces.models import Space
from realtime.spaces.telling import tell_spaces
from realtime.streams.models import Stream, StreamEvent
from realtime.threads import services
from realtime.threads.begun import standing_of
from realtime.threads.models import Thread
from realtime.threads.services import begin_private, begin_thread, edit_message
from realtime.threads.services.moving import merge_thread, move_messages, split_thread
from tests.intranet.people.factories import TeamFactory
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("M4")]


def moves(*spaces: Space) -> list[int]:
    """How often something moved in each of some places."""
    return [StreamEvent.objects.filter(stream__kind="space", stream__key=space.pk).count() for space in spaces]


@contextmanager
def one_move(*spaces: Space) -> Iterator[None]:
    """Something that moves in `spaces`, and in no other place."""
    before = dict(moves_by_space())
    yield
    after = dict(moves_by_space())
    assert {pk for pk in after if after[pk] != before.get(pk, 0)} == {space.pk for space in spaces}


def moves_by_space() -> list[tuple[int, int]]:
    return list(Stream.objects.filter(kind="space").values_list("key", "head"))


def begin(space: Space, by: User, kind: str = Thread.Kind.DISCUSSION) -> Thread:
    return begin_thread(
        space=space,
        title="Qui vient ?",
        body="Dites-le ici.",
        by=by,
        at=timezone.now(),
        kind=kind,
        audience=Thread.Audience.INTERNAL,
        client_id=uuid.uuid4(),
    )


def test_every_space_has_its_stream(house: House) -> None:
    begin_private(
        people=[house.moussa], title="", body="Un mot.", client_id=uuid.uuid4(), by=house.valerie, at=timezone.now()
    )
    assert set(Stream.objects.filter(kind="space").values_list("key", flat=True)) == set(
        Space.objects.values_list("pk", flat=True)
    )


def test_the_spaces_that_exist_are_given_theirs(house: House) -> None:
    Stream.objects.filter(kind="space", key__in=[house.open.pk, house.closed.pk]).delete()
    migration = import_module("realtime.spaces.migrations.0002_streams_of_spaces")

    migration.open_streams(apps, None)

    streams = Stream.objects.filter(kind="space")
    assert streams.count() == Space.objects.count()
    assert streams.get(key=house.closed.pk).head == 0


def test_a_space_of_before_is_given_one_when_something_moves(house: House) -> None:
    """A process that still runs the code of before makes spaces while the others are upgraded."""
    Stream.objects.filter(kind="space").delete()
    assert standing_of(house.closed, house.moussa).head == 0

    tell_spaces({house.closed.pk}, at=timezone.now())

    assert standing_of(house.closed, house.moussa).head == 1


def test_a_conversation_is_begun(house: House) -> None:
    with one_move(house.closed):
        begin(house.closed, house.moussa)
    assert moves(house.closed) == [1]


def test_what_is_told_holds_nothing(house: House) -> None:
    begin(house.closed, house.moussa)

    told = StreamEvent.objects.get(stream__kind="space")

    assert (told.kind, told.payload) == ("space.moved", {})


def test_a_private_conversation_moves_no_place(house: House) -> None:
    with one_move():
        thread = begin_private(
            people=[house.moussa], title="", body="Un mot.", client_id=uuid.uuid4(), by=house.valerie, at=timezone.now()
        )
        say(thread, house.moussa)


def test_the_first_words_beside_a_page_begin_its_conversation(house: House) -> None:
    thread = make_thread(house.open, origin_url="/pages/ouvert/")
    assert moves(house.open) == [0]
    with one_move(house.open):
        say(thread, house.moussa)


def calling(team: Team) -> str:
    return f"{written(team.name, Target(TEAM, team.pk))} qui prend ?"


def test_a_team_is_called_or_called_by_an_edit(house: House) -> None:
    team = TeamFactory(name="Atelier")
    thread = begin(house.open, house.valerie)
    with one_move(house.open):
        say(thread, house.moussa, calling(team))
    plain = say(thread, house.moussa, "Personne ?")
    with one_move(house.open):
        edit_message(message=plain, body=calling(team), at=timezone.now())
    with one_move():
        edit_message(message=plain, body=f"{calling(team)} Vite.", at=timezone.now())


def test_ordinary_words_move_no_place_and_cost_nothing_more(house: House) -> None:
    """Not for each message: the one row of a place would be waited for by everybody who speaks in it."""
    asked, team = begin(house.closed, house.valerie, Thread.Kind.QUESTION), TeamFactory(name="Atelier")

    def of_places(words: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            say(asked, house.moussa, words)
        return len([sql for sql in statements(queries) if "'space'" in sql])

    say(asked, house.moussa)
    with one_move():
        assert of_places("Et encore.") == 0
        assert of_places(f"@[{house.valerie.name}](person:{house.valerie.pk}) Oui.") == 0
    assert of_places(calling(team)) == 1  # the others of the three name the stream by its number


def locked_in_turn(queries: CaptureQueriesContext) -> list[str]:
    """The kinds of the streams that were locked, each where it was first."""
    found = [re.findall(r"FROM streams_stream WHERE kind = '(\w+)'", sql) for sql in statements(queries)]
    return list(dict.fromkeys(kind for kinds in found for kind in kinds))


def test_streams_are_locked_in_one_order_by_kind(house: House) -> None:
    """Threads, spaces, inboxes: else two who tell of both would wait for one another."""
    team = TeamFactory(name="Atelier")
    asked = begin(house.open, house.valerie, Thread.Kind.QUESTION)
    plain = say(asked, house.moussa, "Personne ?")
    words = f"{calling(team)} @[{house.rosa.name}](person:{house.rosa.pk})"
    acts: list[Callable[[], Any]] = [
        lambda: say(asked, house.moussa, words),
        lambda: edit_message(message=plain, body=words, at=timezone.now()),
        lambda: services.hide_message(message=plain, by=house.valerie, reason="Non.", at=timezone.now()),
    ]
    for act in acts:
        with CaptureQueriesContext(connection) as queries:
            act()
        assert locked_in_turn(queries) == ["thread", "space", "inbox"]


ACTS: dict[str, Callable[[Thread, House], Any]] = {
    "accepted": lambda t, h: services.accept_answer(message=answer(t), by=h.valerie, at=timezone.now()),
    "solved": lambda t, h: services.solve_question(thread=t, by=h.valerie, at=timezone.now()),
    "closed": lambda t, h: services.close_thread(thread=t, reason="Assez.", by=h.valerie, at=timezone.now()),
    "withdrawn": lambda t, h: services.withdraw_question(thread=t, by=h.valerie, at=timezone.now()),
    "aside": lambda t, h: services.mark_aside(message=answer(t), is_aside=True, at=timezone.now()),
    "taken back": lambda t, h: services.delete_message(message=answer(t), at=timezone.now()),
    "hidden": lambda t, h: services.hide_message(message=answer(t), by=h.valerie, reason="Non.", at=timezone.now()),
}


def answer(thread: Thread) -> Any:
    return thread.messages.order_by("seq").last()


@pytest.mark.parametrize("act", ACTS)
def test_a_question_stands_otherwise(house: House, act: str) -> None:
    asked = begin(house.open, house.valerie, Thread.Kind.QUESTION)
    say(asked, house.moussa)
    with one_move(house.open):
        ACTS[act](asked, house)


def test_a_question_is_open_again_and_words_are_shown_again(house: House) -> None:
    asked = begin(house.open, house.valerie, Thread.Kind.QUESTION)
    services.solve_question(thread=asked, by=house.valerie, at=timezone.now())
    with one_move(house.open):
        services.reopen_thread(thread=asked, by=house.valerie, at=timezone.now())
    hidden = say(asked, house.moussa)
    services.hide_message(message=hidden, by=house.valerie, reason="Non.", at=timezone.now())
    with one_move(house.open):
        services.show_message(message=hidden, by=house.valerie, reason="Si.", at=timezone.now())


def test_words_that_are_taken_back_elsewhere_move_nothing(house: House) -> None:
    said = say(begin(house.open, house.valerie), house.moussa)
    with one_move():
        services.delete_message(message=said, at=timezone.now())


def test_messages_move_between_places(house: House) -> None:
    source, target = begin(house.open, house.valerie), begin(house.closed, house.valerie)
    moved = say(source, house.moussa)
    with one_move(house.open, house.closed):
        move_messages(source=source, target=target, messages=[moved.pk], by=house.valerie, at=timezone.now())
    moved = say(source, house.moussa)
    with one_move(house.open):
        split_thread(source=source, title="À part", messages=[moved.pk], by=house.valerie, at=timezone.now())
    with one_move(house.open, house.closed):
        merge_thread(source=source, target=target, by=house.valerie, at=timezone.now())


# --- the list of a place ------------------------------------------------------------------------


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def begun(user: User, space: Space, **asked: Any) -> str:
    answer = browser(user).get(reverse("threads:space_begun", args=[space.slug]), asked)
    assert answer.status_code == 200
    return str(answer.content.decode()).strip()


def test_the_list_follows_its_place_from_where_it_stands(house: House) -> None:
    last = begin(house.closed, house.valerie)
    shown = browser(house.moussa).get(house.closed.get_absolute_url()).content.decode()

    assert f'data-begun-stream-value="space:{house.closed.pk}" data-begun-head-value="1"' in shown
    assert f"?after={last.pk}" in shown


def test_the_list_of_a_guest_follows_nothing(house: House) -> None:
    shown = browser(house.agnes).get(house.shared.get_absolute_url()).content.decode()
    assert "data-begun" not in shown


def test_a_line_says_how_many_others_began(house: House) -> None:
    last = begin(house.open, house.valerie)
    assert begun(house.moussa, house.open, after=last.pk) == ""
    begin(house.open, house.valerie, Thread.Kind.QUESTION)
    begin(house.open, house.moussa)  # one's own is no news
    make_thread(house.open, origin_url="/pages/ouvert/")  # nobody has said anything there
    assert "1 new conversation: show" in begun(house.moussa, house.open, after=last.pk)
    begin(house.open, house.rosa)

    assert "2 new conversations: show" in begun(house.moussa, house.open, after=last.pk)
    only = begun(house.moussa, house.open, after=last.pk, kind="question")
    assert "1 new conversation: show" in only
    assert f'href="{house.open.get_absolute_url()}?kind=question"' in only


def test_a_guest_is_not_told_of_what_is_begun_among_us(house: House) -> None:
    begin(house.shared, house.valerie)
    assert begun(house.agnes, house.shared, after=0) == ""


def test_nobody_outside_asks_of_a_place(house: House) -> None:
    address = reverse("threads:space_begun", args=[house.closed.slug])
    assert browser(house.rosa).get(address).status_code == 404


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 40])
def test_nonsense_is_taken_for_the_beginning_or_finds_nothing(house: House, after: str) -> None:
    begin(house.open, house.valerie)
    begun(house.moussa, house.open, after=after)


def test_asking_costs_the_same_however_much_was_begun(house: House) -> None:
    def cost() -> int:
        client = browser(house.moussa)
        address = reverse("threads:space_begun", args=[house.open.slug])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"after": 0})
        return len(statements(queries))

    begin(house.open, house.valerie)
    few = cost()
    for _ in range(5):
        begin(house.open, house.valerie)
    assert cost() == few <= 7
