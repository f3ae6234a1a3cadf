"""The writer: groups, one answer each, nobody hurt by a neighbor, a clear no when there is too much."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, OperationalError, transaction

from realtime.live.mail import Mail
from realtime.live.writer import Writer, WriterBusy
from realtime.streams.services import append, open_stream


@pytest.fixture
def writer(settings: LazySettings, transactional_db: None) -> Iterator[Writer]:
    settings.PARVIS_WRITER = "thread"
    made = Writer(waiting=300)
    yield made
    made.stop()


class Book:
    """A batch function that keeps its batches, and waits at the door while it is shut."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []
        self.door = threading.Event()
        self.inside = threading.Event()
        self.door.set()

    def __call__(self, drafts: Sequence[Any], /, *, at: datetime) -> list[Any]:
        self.inside.set()
        self.door.wait(10)
        self.batches.append(list(drafts))
        if "spoils" in drafts:
            raise IntegrityError
        if "away" in drafts:
            raise OperationalError
        return [ValueError(draft) if draft == "bad" else f"{draft}!" for draft in drafts]


def test_each_gets_its_answer(writer: Writer) -> None:
    assert writer.submit(Book(), "a").result(5) == "a!"


def test_what_waits_is_written_together_in_order(writer: Writer) -> None:
    book = Book()
    book.door.clear()
    first = writer.submit(book, 0)
    book.inside.wait(5)
    others = [writer.submit(book, number) for number in range(1, 280)]
    book.door.set()
    assert [promise.result(5) for promise in [first, *others]] == [f"{number}!" for number in range(280)]
    assert [len(batch) for batch in book.batches] == [1, 256, 23]


def test_a_refusal_is_its_own(writer: Writer) -> None:
    book = Book()
    book.door.clear()
    promises = [writer.submit(book, draft) for draft in ("hold", "a", "bad", "b")]
    book.door.set()
    assert [promises[place].result(5) for place in (1, 3)] == ["a!", "b!"]
    with pytest.raises(ValueError, match="bad"):
        promises[2].result(5)


def test_one_that_spoils_its_batch_fails_alone(writer: Writer) -> None:
    book = Book()
    book.door.clear()
    promises = [writer.submit(book, draft) for draft in ("hold", "a", "spoils", "b")]
    book.door.set()
    assert [promises[place].result(5) for place in (1, 3)] == ["a!", "b!"]
    with pytest.raises(IntegrityError):
        promises[2].result(5)


def test_a_database_that_is_away_is_tried_twice_then_said(writer: Writer) -> None:
    book = Book()
    with pytest.raises(OperationalError):
        writer.submit(book, "away").result(5)
    assert len(book.batches) == 2
    assert writer.submit(book, "back").result(5) == "back!"


def test_too_much_is_refused_at_the_door(writer: Writer) -> None:
    book = Book()
    book.door.clear()
    writer.submit(book, "hold")
    book.inside.wait(5)
    for number in range(300):
        writer.submit(book, number)
    with pytest.raises(WriterBusy):
        writer.submit(book, "one more")
    book.door.set()


def test_stopping_writes_what_waits(writer: Writer) -> None:
    book = Book()
    book.door.clear()
    promises = [writer.submit(book, number) for number in range(50)]
    threading.Timer(0.1, book.door.set).start()
    writer.stop()
    assert all(promise.done() for promise in promises)
    assert writer.submit(book, "again").result(5) == "again!"


@pytest.mark.django_db
def test_in_a_test_it_writes_at_once(settings: LazySettings) -> None:
    assert settings.PARVIS_WRITER == "inline"
    promise = Writer().submit(Book(), "a")
    assert promise.done()
    assert promise.result() == "a!"


class Loop:
    """Does what it is asked when it is told to turn."""

    def __init__(self, *, is_closed: bool = False) -> None:
        self.is_closed = is_closed
        self.calls: list[Callable[[], None]] = []

    def call_soon_threadsafe(self, call: Callable[[], None]) -> None:
        if self.is_closed:
            raise RuntimeError("closed")
        self.calls.append(call)

    def turn(self) -> None:
        for call in self.calls:
            call()


def moving(drafts: Sequence[str], /, *, at: datetime) -> list[Any]:
    """A batch function that lets a stream move once for each draft."""
    with transaction.atomic():
        for draft in drafts:
            append("thread", 7, kind="message.posted", payload={"body": draft}, at=at)
    return list(drafts)


Listening = Callable[[Loop], tuple[Mail, list[str]]]


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Listening:
    """Puts a hub on a loop into the process: its mail, and the list of what it hears."""
    settings.PARVIS_DIRECT_BELL = True

    def begin(loop: Any) -> tuple[Mail, list[str]]:
        mail, heard = Mail(loop), list[str]()
        hub = SimpleNamespace(
            mail=mail,
            hear=lambda moved: heard.append(f"moved {moved}"),
            hear_committed=lambda frames, _epoch: heard.append(f"told {[told.seq for told in frames['thread:7']]}"),
        )
        monkeypatch.setattr("realtime.live.writer.running_hub", lambda: hub)
        open_stream(kind="thread", key=7)
        return mail, heard

    return begin


def test_who_spoke_is_answered_before_the_others_are_told(writer: Writer, listening: Listening) -> None:
    """And the loop is woken once for both: telling many people takes a while."""
    loop = Loop()
    mail, heard = listening(loop)
    book = Book()
    book.door.clear()
    writer.submit(book, "hold")
    promise = writer.submit(moving, "a")
    promise.add_done_callback(lambda _done: mail.post(lambda: heard.append("answered")))
    book.door.set()
    writer.stop()

    loop.turn()

    assert (heard, len(loop.calls)) == (["answered", "told [1]"], 1)


def test_without_the_epoch_the_hub_is_told_to_read(
    writer: Writer, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = Loop()
    _mail, heard = listening(loop)

    def away() -> int:
        raise OperationalError

    monkeypatch.setattr("realtime.live.writer.current_epoch", away)
    assert writer.submit(moving, "a").result(5) == "a"
    writer.stop()

    loop.turn()

    assert heard == ["moved {'thread:7': 1}"]


def test_promises_are_kept_while_the_loop_ends(writer: Writer, listening: Listening) -> None:
    listening(Loop(is_closed=True))
    assert writer.submit(moving, "a").result(5) == "a"
    assert writer.submit(moving, "b").result(5) == "b"
