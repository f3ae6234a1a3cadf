"""Whatever people do to messages: one place each, the screen equals a fresh load, and nobody sees more than before."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from realtime.streams.models import StreamEvent
from realtime.threads import services
from realtime.threads.access import allowed_watchers
from realtime.threads.models import Message, Thread
from realtime.threads.moving import MoveRefused
from realtime.threads.posting import Draft, post_message
from realtime.threads.reading import Row, TraceRow, rows_of, with_pages
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Shown:
    """A row as somebody who did not write it sees it."""

    html: str
    is_edited: bool
    answers: tuple[int, str] | None
    signs: tuple[str, ...]
    cover: str = ""
    is_deleted: bool = False


def row_shown(row: Row) -> Shown:
    """What the template shows of a row to somebody else than its author."""
    message, gone = row.message, row.is_gone
    glance = row.reply_to
    return Shown(
        html="" if gone else message.html,
        is_edited=bool(message.edited_at) and not gone,
        answers=None if glance is None or message.deleted_at else (glance["id"], glance["excerpt"]),
        signs=() if gone else tuple(sign["emoji"] for sign in row.reactions),
        cover=row.cover.act.reason if row.cover else "",
        is_deleted=message.deleted_at is not None,
    )


def fresh(thread_id: int) -> dict[int, Any]:
    """The whole conversation as a load of its page shows it now: rows and traces by place."""
    messages = list(Message.objects.for_reading().filter(thread=thread_id))
    traces = Thread.objects.get(pk=thread_id).traces.for_reading()
    found: dict[int, Any] = {}
    for row in rows_of([*with_pages(messages), *traces]):
        if isinstance(row, TraceRow):
            found[row.seq] = (row.trace.kind, row.trace.count)
        else:
            found[row.seq] = (row.message.pk, row_shown(row))
    return found


class Screen:
    """What a browser holds of one conversation, moved on by events alone, as client/src/threads does."""

    def __init__(self, thread_id: int) -> None:
        self.thread_id = thread_id
        self.head = 0
        self.rows: dict[int, Any] = {}

    def catch_up(self) -> None:
        told = StreamEvent.objects.filter(stream__kind="thread", stream__key=self.thread_id, seq__gt=self.head)
        for event in told.order_by("seq"):
            getattr(self, "on_" + event.kind.replace(".", "_"), self.ignore)(event.seq, event.payload)
            self.head = event.seq

    def ignore(self, seq: int, payload: Any) -> None:
        """What does not change the rows."""

    def place(self, pk: int) -> int | None:
        return next((seq for seq, row in self.rows.items() if row[0] == pk), None)

    def change(self, pk: int, **more: Any) -> None:
        seq = self.place(pk)
        if seq is not None:
            shown = self.rows[seq][1]
            self.rows[seq] = (pk, Shown(**{**vars(shown), **more}))

    def glances(self, pk: int, words: str | None) -> None:
        for seq, row in self.rows.items():
            if isinstance(row[1], Shown) and row[1].answers and row[1].answers[0] == pk:
                self.rows[seq] = (row[0], Shown(**{**vars(row[1]), "answers": None if words is None else (pk, words)}))

    def redraw(self, pk: int) -> None:
        """Asks the server for one row."""
        seq = self.place(pk)
        message = Message.objects.for_reading().filter(pk=pk).first()
        if seq is not None and message is not None:
            [row] = rows_of([message])
            assert isinstance(row, Row)
            self.rows[seq] = (pk, row_shown(row))

    def on_message_posted(self, seq: int, told: Any) -> None:
        answered = told["reply_to"]
        glance = (answered["id"], answered["excerpt"]) if answered else None
        self.rows[seq] = (told["id"], Shown(told["html"], False, glance, ()))

    def on_message_edited(self, seq: int, told: Any) -> None:
        self.glances(told["id"], told["excerpt"])
        self.change(told["id"], html=told["html"], is_edited=True)

    def on_message_deleted(self, seq: int, told: Any) -> None:
        self.glances(told["id"], None)
        gone = {"html": "", "is_edited": False, "answers": None, "signs": (), "cover": "", "is_deleted": True}
        self.change(told["id"], **gone)

    def on_message_hidden(self, seq: int, told: Any) -> None:
        self.glances(told["id"], "")
        self.change(told["id"], html="", is_edited=False, signs=(), cover=told["reason"])

    def on_message_shown(self, seq: int, told: Any) -> None:
        self.glances(told["id"], told["excerpt"])
        self.redraw(told["id"])

    def on_reactions_changed(self, seq: int, told: Any) -> None:
        self.change(told["id"], signs=tuple(sign["emoji"] for sign in told["reactions"]))

    def on_trace_left(self, seq: int, told: Any) -> None:
        self.rows[seq] = (told["kind"], told["count"])

    def on_messages_moved(self, seq: int, told: Any) -> None:
        for pk in told["ids"]:
            self.glances(pk, None)
            place = self.place(pk)
            if place is not None:
                del self.rows[place]
        self.rows[told["seq"]] = (told["trace"]["kind"], told["trace"]["count"])

    def on_message_arrived(self, seq: int, told: Any) -> None:
        """Its row is asked for: there is none when it went on meanwhile."""
        message = Message.objects.for_reading().filter(pk=told["id"], thread=self.thread_id, seq=seq).first()
        if message is not None:
            [row] = rows_of([message])
            assert isinstance(row, Row)
            self.rows[seq] = (message.pk, row_shown(row))
        for pk in told["answers"]:
            self.redraw(pk)


class Talking(RuleBasedStateMachine):
    """Two people and a guest talk in three places that Valérie runs; she moves, hides and shows what they say."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.clock = timezone.now() - timedelta(days=1)
        house = self.house
        self.threads = [
            make_thread(house.closed),
            make_thread(house.shared),
            make_thread(house.shared, audience=Thread.Audience.SHARED),
            make_thread(house.open),
        ]
        self.people = [house.valerie, house.moussa, house.rosa, house.agnes]
        self.screens = {thread.pk: Screen(thread.pk) for thread in self.threads}
        self.seen: dict[int, set[int]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def now(self) -> Any:
        self.clock += timedelta(seconds=1)
        return self.clock

    def message(self, data: st.DataObject) -> Message:
        return data.draw(st.sampled_from(list(Message.objects.order_by("pk"))))

    def thread(self, data: st.DataObject) -> Thread:
        return Thread.objects.get(pk=data.draw(st.sampled_from([thread.pk for thread in self.threads])))

    def seers(self, thread_id: int) -> set[int]:
        return allowed_watchers(thread_id, [person.pk for person in self.people])

    @rule(data=st.data())
    def say(self, data: st.DataObject) -> None:
        thread, author = self.thread(data), self.house.moussa
        if thread.merged_into_id is not None:
            return
        answered = data.draw(
            st.sampled_from([None, *thread.messages.filter(deleted_at=None).values_list("pk", flat=True)])
        )
        words = Draft(author.pk, thread.pk, uuid.uuid4(), f"parole {Message.objects.count()}", answered)
        self.seen[post_message(words, at=self.now()).pk] = self.seers(thread.pk)

    has_messages = precondition(lambda self: Message.objects.exists())

    @has_messages
    @rule(data=st.data(), words=st.sampled_from(["autrement", "encore autrement"]))
    def edit(self, data: st.DataObject, words: str) -> None:
        self.attempt(services.edit_message, message=self.message(data), body=words)

    @has_messages
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        self.attempt(services.delete_message, message=self.message(data))

    @has_messages
    @rule(data=st.data())
    def react(self, data: st.DataObject) -> None:
        self.attempt(services.react, message=self.message(data), user=self.house.valerie, emoji="👍")

    @has_messages
    @rule(data=st.data())
    def hide(self, data: st.DataObject) -> None:
        self.attempt(services.hide_message, message=self.message(data), by=self.house.valerie, reason="Parce que.")

    @has_messages
    @rule(data=st.data())
    def show(self, data: st.DataObject) -> None:
        self.attempt(services.show_message, message=self.message(data), by=self.house.valerie, reason="Après tout.")

    @has_messages
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        first, target = self.message(data), self.thread(data)
        others = list(Message.objects.filter(thread=first.thread_id).values_list("pk", flat=True))
        picked = {first.pk, *data.draw(st.lists(st.sampled_from(others), max_size=3))}
        verb = services.move_messages
        self.attempt(verb, source=first.thread, target=target, messages=picked, by=self.house.valerie)

    @has_messages
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        message, by = self.message(data), self.house.valerie
        made = self.attempt(services.split_thread, source=message.thread, title="À part", messages=[message.pk], by=by)
        if made is not None:
            self.threads.append(made)
            self.screens[made.pk] = Screen(made.pk)

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        source, target = self.thread(data), self.thread(data)
        self.attempt(services.merge_thread, source=source, target=target, by=self.house.valerie)

    def attempt(self, verb: Any, **given: Any) -> Any:
        """Does it, or finds that it cannot be done now: then nothing may have changed."""
        try:
            with transaction.atomic():
                return verb(**given, at=self.now())
        except (services.MessageTakenBack, services.NothingToDecide, MoveRefused):
            return None

    @invariant()
    def the_screens_are_those_of_a_fresh_load(self) -> None:
        for thread_id, screen in self.screens.items():
            screen.catch_up()
            assert screen.rows == fresh(thread_id)
            late = Screen(thread_id)
            late.catch_up()
            assert late.rows == fresh(thread_id)

    @invariant()
    def nobody_sees_more_than_before(self) -> None:
        for pk, thread_id in Message.objects.values_list("pk", "thread_id"):
            now = self.seers(thread_id)
            assert now <= self.seen[pk]
            self.seen[pk] = now

    @invariant()
    def the_threads_know_their_last_message(self) -> None:
        for thread in Thread.objects.filter(pk__in=self.screens):
            last = thread.messages.order_by("-seq").first()
            assert (thread.last_message_id, thread.last_seq) == ((last.pk, last.seq) if last else (None, 0))
            seqs = [*thread.messages.values_list("seq", flat=True), *thread.traces.values_list("seq", flat=True)]
            assert len(seqs) == len(set(seqs))

    @invariant()
    def the_logs_hold_no_hidden_and_no_deleted_words(self) -> None:
        for message in Message.objects.exclude(hidden_at=None):
            told = StreamEvent.objects.filter(payload__id=message.pk)
            assert all(not event.payload.get("body") for event in told)


@pytest.mark.feature("T10", "T20")
def test_whatever_happens_to_messages(house: House) -> None:
    machine = type("TalkingHere", (Talking,), {"house": house})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
