"""The scripted colleague of the demo: she writes while somebody looks, a bounded text, and never over anybody's words."""

from dataclasses import replace
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail import hooks

from cms.base.models import BasePage
from cms.coedit.changes import change
from cms.coedit.shared import read_state
from cms.coedit.tree import Node, Text, node
from cms.models import CollaborativePage
from cms.writing.keeping import materialise
from cms.writing.services import begin_page
from intranet.accounts.models import User
from intranet.demo.colleague import presence, writing
from intranet.demo.colleague.presence import AGAIN, AWAY, Colleague
from intranet.demo.colleague.script import Script, next_line, pieces, the_script
from intranet.demo.colleague.writing import Desk, desk_of
from realtime.coedit import services as coedit
from realtime.coedit.awareness import Awareness
from realtime.coedit.models import Document
from realtime.coedit.store import load
from realtime.spaces.models import Space
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory

pytestmark = pytest.mark.django_db
LINES = ("Une première phrase, assez longue pour deux morceaux.", "La deuxième.", "La troisième.")


class Over(BaseException):
    """The test has seen enough."""


class FakeRooms:
    """The rooms of a process in which time passes when somebody sleeps, and `visit` says who is there by then."""

    def __init__(self, document_id: int, visit: Any, until: float) -> None:
        self.now, self.until, self.visit = 0.0, until, visit
        self.awareness = Awareness()
        self.editors: dict[str, None] = {}
        self.rooms = {document_id: self}
        self.hub = self.loop = self
        self.come()

    def time(self) -> float:
        return self.now

    def come(self) -> None:
        self.editors = dict.fromkeys(["somebody"]) if self.visit(self.now) else {}

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.come()
        if self.now > self.until:
            raise Over

    @staticmethod
    def uniform(least: float, most: float) -> float:
        return least


@pytest.fixture
def ludmila() -> User:
    return UserFactory(email=the_script().email, name="Ludmila")


@pytest.fixture
def place(ludmila: User) -> Space:
    space = SpaceFactory(slug=the_script().space)
    SpaceMemberFactory(space=space, user=ludmila)
    return space


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    short = replace(the_script(), lines=LINES)
    monkeypatch.setattr(presence, "the_script", lambda: short)
    monkeypatch.setattr(presence, "in_database", in_this_thread)
    return short


async def in_this_thread(work: Any, *args: Any) -> Any:
    return await sync_to_async(work)(*args)


@pytest.fixture
def page(place: Space, ludmila: User, script: Script) -> CollaborativePage:
    body = [{"type": "paragraph", "value": f"<h2>{script.heading}</h2><p>Quelqu’un d’autre.</p>"}]
    made: CollaborativePage = begin_page(
        space=place, title="Ce qui monte", body=body, by=ludmila, at=timezone.now(), slug=script.slug
    )
    return made


def document() -> int:
    return Document.objects.get().pk


def said() -> list[str]:
    text = read_state(coedit.folded(load(document())))
    return [child.words() for child in text.children if isinstance(child, Node)][1:]


def make_say(*lines: str) -> None:
    """Somebody else has the text say this under its heading."""
    text = read_state(coedit.folded(load(document())))
    wanted = node("doc", text.children[0], *(node("paragraph", Text(line)) for line in lines))
    update, _state = change(coedit.folded(load(document())), wanted)
    coedit.write(document_id=document(), update=update, author=None, at=timezone.now())


def work(visit: Any, until: float) -> tuple[Colleague, FakeRooms]:
    """What she does for so long, while `visit` says of each moment whether somebody is there."""
    rooms = FakeRooms(document(), visit, until)
    colleague: Any = Colleague(rooms, chance=rooms, sleep=rooms.sleep)  # type: ignore[arg-type]
    with pytest.raises(Over):
        async_to_sync(colleague.work)()
    return colleague, rooms


def always(_now: float) -> bool:
    return True


# --- what she writes ------------------------------------------------------------------------------


def test_the_lines_come_one_after_the_other_under_her_heading(page: CollaborativePage) -> None:
    work(always, 60)

    assert said() == [*LINES, "Quelqu’un d’autre."]


def test_nobody_there_nothing_is_written(page: CollaborativePage) -> None:
    with CaptureQueriesContext(connection) as asked:
        work(lambda now: False, 600)

    assert said() == ["Quelqu’un d’autre."]
    assert len(asked) <= 8  # her desk was found once, and nothing was asked since


def test_she_stops_in_the_middle_when_the_last_one_leaves_and_goes_on_when_they_are_back(
    page: CollaborativePage,
) -> None:
    work(lambda now: now < 4.3, 60)

    begun = said()
    assert begun[0] == next(iter(pieces(LINES[0])))

    work(always, 60)
    assert said()[:1] == [LINES[0]]


def test_her_cursor_and_name_stand_behind_her_words(page: CollaborativePage, ludmila: User) -> None:
    colleague, rooms = work(always, 10)

    shown = rooms.awareness.present[colleague.client].state
    assert (shown["user"]["id"], shown["user"]["name"]) == (ludmila.pk, "Ludmila")
    assert shown["cursor"]["head"]["assoc"] == -1
    assert shown["cursor"]["head"]["item"]["clock"] >= 0


def test_what_she_wrote_is_a_version_of_hers(page: CollaborativePage, ludmila: User) -> None:
    work(always, 60)

    materialise(page_id=page.pk, at=timezone.now())

    page.refresh_from_db()
    assert page.latest_revision.user == ludmila
    assert not page.live  # she publishes nothing


# --- and never without end ------------------------------------------------------------------------


def test_after_her_last_line_she_is_silent(page: CollaborativePage) -> None:
    work(always, 3 * AWAY)

    assert said() == [*LINES, "Quelqu’un d’autre."]


def test_the_next_visitor_sees_her_begin_again_and_the_words_of_others_stay(page: CollaborativePage) -> None:
    work(always, 60)
    make_say(*LINES, "Une phrase de quelqu’un.", "Quelqu’un d’autre.")

    work(lambda now: now > AWAY, AWAY + 9)

    now = said()
    assert LINES[1] not in now
    assert "Une phrase de quelqu’un." in now
    assert now[0].startswith("Une première phrase")


def test_what_somebody_takes_out_is_not_written_again(page: CollaborativePage) -> None:
    taken: list[float] = []

    def visit(now: float) -> bool:
        if now > 60 and not taken:
            taken.append(now)
        return True

    rooms = FakeRooms(document(), visit, 300)
    slept = rooms.sleep

    async def sleep(seconds: float) -> None:
        before = len(taken)
        await slept(seconds)
        if len(taken) > before:
            await in_this_thread(make_say, "Quelqu’un d’autre.")

    colleague: Any = Colleague(rooms, chance=rooms, sleep=sleep)  # type: ignore[arg-type]
    with pytest.raises(Over):
        async_to_sync(colleague.work)()

    assert taken
    assert said() == ["Quelqu’un d’autre."]


def test_a_locked_page_is_left_alone(page: CollaborativePage) -> None:
    BasePage.objects.filter(pk=page.pk).update(locked=True)

    work(always, 60)

    assert said() == ["Quelqu’un d’autre."]


def test_without_her_page_or_her_account_she_asks_seldom(place: Space, script: Script, page: CollaborativePage) -> None:
    User.objects.filter(email=script.email).update(is_active=False)

    with CaptureQueriesContext(connection) as asked:
        work(always, 5 * AGAIN)

    assert said() == ["Quelqu’un d’autre."]
    assert len(asked) <= 12


def test_what_fails_is_tried_again_a_while_later(page: CollaborativePage, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter([OSError("away")])
    typing = writing.type_words

    def fails_once(*args: Any, **more: Any) -> Any:
        for failure in failures:
            raise failure
        return typing(*args, **more)

    monkeypatch.setattr(writing, "type_words", fails_once)
    work(always, AGAIN + 60)

    assert said() == [*LINES, "Quelqu’un d’autre."]


def test_she_is_off_in_tests_and_where_the_demo_is() -> None:
    assert not settings.PARVIS_DEMO_COLLEAGUE
    assert not hooks.get_hooks("coedit_rooms_opened")


# --- her script -----------------------------------------------------------------------------------


def test_a_line_grows_by_whole_words() -> None:
    grown = list(pieces(LINES[0]))

    assert grown[-1] == LINES[0]
    assert all(LINES[0].startswith(f"{piece} ") for piece in grown[:-1])


def test_the_next_line_is_the_one_after_the_last_that_stands_there() -> None:
    def text(*lines: str) -> Node:
        return node("doc", *(node("paragraph", Text(line)) for line in lines))

    assert next_line(text(), LINES) == LINES[0]
    assert next_line(text(LINES[1]), LINES) == LINES[2]
    assert next_line(text(LINES[2], LINES[0]), LINES) is None


def test_the_desk_is_hers_alone(page: CollaborativePage, script: Script, ludmila: User) -> None:
    assert desk_of(script, at=timezone.now()) == Desk(document(), ludmila)
    assert writing.desk_of(replace(script, slug="ailleurs"), at=timezone.now()) is None
