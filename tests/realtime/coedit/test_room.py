"""A room from inside, where a commit can be held up or fail and yrs can be made to panic."""

import asyncio
import gc
import json
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from django.db import OperationalError

from intranet.accounts.models import User
from realtime.coedit import attendance, limits, room, services
from realtime.coedit import rooms as rooms_module
from realtime.coedit.access import rights_of
from realtime.coedit.copy import Broken, Copy
from realtime.coedit.editor import Editor
from realtime.coedit.models import Document, Update
from realtime.coedit.owners import WRITE
from realtime.coedit.room import Room
from realtime.coedit.rooms import Rooms, rooms_of
from realtime.coedit.store import append, stands
from realtime.coedit.wire import Reader
from realtime.live.database import close_database_threads
from realtime.live.frames import unframed
from realtime.live.people import admit
from realtime.live.process import end_hub, the_hub
from tests.realtime.coedit.cast import kept_shape, notebook
from tests.realtime.coedit.tab import eventually
from tests.realtime.coedit.writing import new_doc, paragraph, shape, typed, updates_of
from tests.realtime.live.cast import person, session_of

EMPTY = b"\x00"


class Wire:
    """An outlet that remembers: the frames in JSON, and the updates of the text."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.updates: list[bytes] = []
        self.code: int | None = None
        self.is_full = False
        self.drained: Callable[[], None] = lambda: None
        self.held: Callable[[], None] = lambda: None

    def keep(self, data: bytes) -> None:
        self.write(data)

    def straight(self) -> None:
        return None

    def write(self, data: bytes) -> bool:
        for frame in unframed(data):
            if isinstance(frame, str):
                self.frames.append(json.loads(frame))
            elif frame[0] == 0 and frame[1] in (1, 2):
                self.updates.append(Reader(frame[2:]).bytes())
        return True

    def wait_for_room(self) -> None: ...

    def close(self, code: int) -> None:
        self.code = code

    def cut(self) -> None:
        self.code = -1

    def acks(self) -> list[int]:
        return [frame["n"] for frame in self.frames if frame["is"] == "ack"]

    def text(self) -> Any:
        doc = new_doc()
        for update in self.updates:
            doc.apply_update(update)
        return shape(doc["prosemirror"])


@pytest.fixture
async def rooms(database: str) -> AsyncIterator[Rooms]:
    """The rooms of this process, ended and forgotten afterwards."""
    yield rooms_of(the_hub())
    await end_hub(1000)
    await asyncio.to_thread(close_database_threads)


@pytest.fixture
def ada(database: str) -> User:
    return person()


@pytest.fixture
def document(ada: User) -> Document:
    return notebook(ada, state=typed("To begin with", 4))


async def enter(rooms: Rooms, document: Document, user: User) -> tuple[Room, Editor, Wire]:
    """A connection to the document, synced."""
    key = session_of(user)
    visitor = admit([key])[key]
    assert visitor
    wire = Wire()
    editor = Editor(visitor, wire, WRITE)
    assert rooms.hub.join(editor)
    found = await rooms.open(document.pk)
    found.join(editor, visitor.epoch)
    found.ask(editor, EMPTY)
    await eventually(lambda: editor.is_synced)
    return found, editor, wire


def words(text: str, client: int) -> bytes:
    return updates_of(new_doc(client), lambda body: body.children.append(paragraph(text)))[0]


async def test_what_is_to_be_kept_while_something_is_being_kept_is_kept_after_it(
    rooms: Rooms, document: Document, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, begun, keep = threading.Event(), threading.Event(), services.keep_document

    def slow(**of: Any) -> Any:
        kept = keep(**of)
        begun.set()
        assert held.wait(20)
        return kept

    monkeypatch.setattr(rooms_module, "keep_document", slow)
    monkeypatch.setattr(limits, "IDLE", 600.0)  # nor is it kept by itself
    room_, editor, wire = await enter(rooms, document, ada)
    room_.put(editor, words("first", 7))
    await eventually(lambda: wire.acks() == [1])
    rooms.keep(room_)
    await asyncio.to_thread(begun.wait, 20)
    room_.put(editor, words("second", 8))
    await eventually(lambda: wire.acks() == [1, 2])

    rooms.keep(room_)
    held.set()

    await eventually(lambda: [frame["is"] for frame in wire.frames].count("saved") == 2)
    assert len(kept_shape(document)[2]) == 3


async def test_documents_that_take_long_to_be_kept_hold_nobody_up(
    rooms: Rooms, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many they are: who comes and who writes meanwhile is answered."""
    held = threading.Event()

    def keep(**of: Any) -> None:
        assert held.wait(60)

    monkeypatch.setattr(rooms_module, "keep_document", keep)
    for number in range(5):
        room_, editor, wire = await enter(rooms, notebook(ada, state=typed("To begin with", 4)), ada)
        room_.put(editor, words("words", 20 + number))
        await eventually(wire.acks)
        rooms.keep(room_)
    try:
        await asyncio.sleep(0.2)
        room_, editor, wire = await enter(rooms, notebook(ada, state=typed("To begin with", 4)), ada)
        room_.put(editor, words("at once", 30))
        await eventually(lambda: wire.acks() == [1])
        assert not held.is_set()
    finally:
        held.set()


async def test_nothing_is_told_or_acknowledged_before_its_commit(
    rooms: Rooms, document: Document, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to the writer, nor to the others, nor to whoever comes meanwhile."""
    held, begun = threading.Event(), threading.Event()

    def slow(*args: Any, **more: Any) -> Any:
        begun.set()
        assert held.wait(timeout=20)
        return append(*args, **more)

    found, first, wire = await enter(rooms, document, ada)
    _, _, other = await enter(rooms, document, ada)
    monkeypatch.setattr(room, "append", slow)
    found.put(first, words("held up", 21))
    await asyncio.to_thread(begun.wait, 20)
    late = Editor(first.visitor, late_wire := Wire(), WRITE)
    rooms.hub.join(late)
    found.join(late, first.visitor.epoch)
    found.ask(late, EMPTY)
    await asyncio.sleep(0.3)
    assert wire.acks() == []
    assert len(other.updates) == 1
    assert late_wire.updates == []
    assert not Update.objects.filter(document=document).exists()
    held.set()
    await eventually(lambda: wire.acks() == [1] and len(other.updates) == 2 and late.is_synced)
    assert other.text() == late_wire.text() == kept_shape(document)


async def test_whoever_comes_while_the_others_are_asked_about_is_asked_about_too(
    rooms: Rooms, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is not shown the door because nobody had asked yet."""
    held, begun, bea = threading.Event(), threading.Event(), person()
    document = notebook(ada, bea, state=typed("To begin with", 4))

    def slow(document_id: int, people: set[int]) -> Any:
        asked = rights_of(document_id, people)
        begun.set()
        assert held.wait(timeout=20)
        return asked

    found, _, _ = await enter(rooms, document, ada)
    monkeypatch.setattr(attendance, "rights_of", slow)
    found.hear_access()
    await asyncio.to_thread(begun.wait, 20)
    coming = asyncio.create_task(enter(rooms, document, bea))
    await eventually(lambda: len(found.editors) == 2)
    held.set()
    _, editor, wire = await coming
    found.put(editor, words("here I am", 21))
    await eventually(lambda: wire.acks() == [1])
    assert wire.code is None


async def test_a_panic_costs_the_copy_and_nothing_else(
    rooms: Rooms, document: Document, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """yrs fails on one update in the middle of a batch: that one is refused, the others are kept, the copy is new."""

    class Panic(BaseException):
        """No Exception, as yrs's own is none."""

    apply = Copy._apply

    def panics(self: Copy, update: bytes) -> list[bytes]:
        if b"poison" in update:
            self.doc = None  # type: ignore[assignment]  # of no use any more
            raise Broken("panic") from Panic()
        return apply(self, update)

    found, good, wire = await enter(rooms, document, ada)
    _, bad, other = await enter(rooms, document, ada)
    before = found.copy
    monkeypatch.setattr(Copy, "_apply", panics)
    found.put(good, words("before", 21))
    found.put(bad, words("poison", 22))
    found.put(good, words("after", 23))
    await eventually(lambda: wire.acks() == [2])
    assert other.code == 4400
    assert other.frames[-2:] == [
        {"is": "nack", "n": 1, "why": "malformed"},
        {"is": "bye", "code": 4400, "reason": "refused"},
    ]
    assert found.copy is not before
    assert not found.is_over
    monkeypatch.undo()
    assert len(kept_shape(document)[2]) == 3


def test_whatever_yrs_raises_is_broken() -> None:
    class Panic(BaseException): ...

    def fail() -> bytes:
        raise Panic

    with pytest.raises(Broken):
        Copy._guarded(fail)


async def test_while_the_database_is_away_nothing_is_acknowledged(
    rooms: Rooms, document: Document, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody is asked to come back later, with their words."""

    def away(*args: Any, **more: Any) -> Any:
        raise OperationalError("away")

    found, editor, wire = await enter(rooms, document, ada)
    monkeypatch.setattr(room, "append", away)
    found.put(editor, words("not yet", 21))
    await eventually(lambda: wire.code)
    assert wire.code == 4412
    assert wire.acks() == []
    monkeypatch.undo()
    again, editor, wire = await enter(rooms, document, ada)
    assert again is not found
    again.put(editor, words("now", 21))
    await eventually(lambda: wire.acks() == [1])
    assert len(kept_shape(document)[2]) == 2


async def test_a_room_that_ends_gives_its_memory_back(rooms: Rooms, document: Document, ada: User) -> None:
    found, editor, wire = await enter(rooms, document, ada)
    found.put(editor, words("words", 21))
    await eventually(lambda: wire.acks() == [1])
    gone = weakref.ref(found.copy)
    await asyncio.sleep(2 * limits.AWARENESS_GATHER)  # whoever looks at all rooms has seen it
    await found.end(1000)
    assert rooms.rooms == {}
    del found, editor

    def is_gone() -> bool:
        gc.collect()
        return gone() is None

    await eventually(is_gone)  # a thread lets go of its last question a little later


async def test_who_comes_while_the_rooms_are_looked_at_stays(
    rooms: Rooms, document: Document, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was asked about the other rooms only: that says nothing about this one."""
    asked, held = threading.Event(), threading.Event()

    def slow(documents: list[int]) -> Any:
        found = stands(documents)
        if document.pk not in documents:
            asked.set()
            assert held.wait(20)
        return found

    await enter(rooms, notebook(ada, state=typed("Another", 4)), ada)
    monkeypatch.setattr(rooms_module, "stands", slow)
    assert await asyncio.to_thread(asked.wait, 20)
    found, editor, wire = await enter(rooms, document, ada)
    held.set()
    await asyncio.sleep(3 * rooms_module.LOOK)
    assert not found.is_over
    found.put(editor, words("words", 21))
    await eventually(lambda: wire.acks() == [1])


async def test_a_room_that_ended_while_it_was_opened_is_opened_again(
    rooms: Rooms, document: Document, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[Room] = []

    async def enter_and_end(document_id: int) -> None:
        if not ended:
            ended.append(rooms.rooms[document_id])
            await ended[0].end(limits.AWAY)

    monkeypatch.setattr(rooms.courier, "enter", enter_and_end)
    found, _, _ = await enter(rooms, document, ada)
    assert ended[0].is_over
    assert found is not ended[0]


async def test_an_empty_room_is_closed_after_a_while(
    rooms: Rooms, document: Document, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ROOM_LINGERS", 0.2)
    found, editor, wire = await enter(rooms, document, ada)
    found.put(editor, words("words", 21))
    await eventually(lambda: wire.acks() == [1])
    await asyncio.sleep(0.8)
    assert not found.is_over
    rooms.hub.dismiss(editor, 1000)
    found.leave(editor)
    await eventually(lambda: found.is_over)
    assert not Update.objects.filter(document=document).exists()


async def test_what_was_sent_by_somebody_who_then_left_is_kept(rooms: Rooms, document: Document, ada: User) -> None:
    found, editor, _ = await enter(rooms, document, ada)
    found.put(editor, words("and goodbye", 21))
    rooms.hub.leave(editor)
    found.leave(editor)
    await eventually(lambda: Document.objects.get(pk=document.pk).head == 1)
    assert len(kept_shape(document)[2]) == 2


async def test_a_room_is_opened_once_for_all_who_come_at_once(rooms: Rooms, document: Document, ada: User) -> None:
    found = await asyncio.gather(*(rooms.open(document.pk) for _ in range(5)))
    assert len(set(found)) == 1


async def test_a_bell_that_lies_costs_a_look(rooms: Rooms, document: Document, ada: User) -> None:
    found, editor, wire = await enter(rooms, document, ada)
    found.hear(999)
    found.put(editor, words("words", 21))
    await eventually(lambda: wire.acks() == [1])
    assert found.copy.seq == 1


async def test_what_a_reader_lets_pile_up_is_bounded(rooms: Rooms, document: Document, ada: User) -> None:
    """Who does not read is cut, and gets what they lack when they come back."""
    found, editor, _ = await enter(rooms, document, ada)
    _, slow, stuck = await enter(rooms, document, ada)
    stuck.is_full = True
    client = 100
    while stuck.code is None and client < 140:
        found.put(editor, words("x" * 100_000, client))
        client += 1
        await eventually(lambda: not editor.waiting)
    assert stuck.code == -1
    assert 20 <= client - 100 <= 23
    assert slow.is_closed
