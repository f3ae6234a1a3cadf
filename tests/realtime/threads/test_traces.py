"""Traces stand among the messages, in the order of the stream."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from realtime.streams.models import StreamEvent
from realtime.threads.models import Thread, Trace
from realtime.threads.reading import TRACES, WINDOW, TraceRow, newer, older, open_window
from realtime.threads.services import delete_message, leave_trace
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def leave(thread: Thread, by: User, kind: str = Trace.Kind.CLOSED, **more: object) -> Trace:
    return leave_trace(thread=thread, kind=kind, by=by, at=timezone.now(), **more)  # type: ignore[arg-type]  # fields of a trace


def test_a_trace_stands_between_what_was_said_before_and_after_it(house: House) -> None:
    thread = make_thread(house.open)
    first = say(thread, house.moussa, "avant")
    trace = leave(thread, house.valerie, reason="Réglé au téléphone")
    last = say(thread, house.moussa, "après")

    rows = open_window(thread, user=house.rosa).rows
    html = as_(house.rosa).get(thread.get_absolute_url()).content.decode()

    assert [row.seq for row in rows] == [first.seq, trace.seq, last.seq]
    assert not getattr(rows[2], "goes_on")  # noqa: B009  # a trace ends the run of one person's words
    assert html.index(f"m-{first.pk}") < html.index("Réglé au téléphone") < html.index(f"m-{last.pk}")


def test_what_watchers_are_told_has_the_place_of_the_row(house: House) -> None:
    thread = make_thread(house.open)
    say(thread, house.moussa)

    trace = leave(thread, house.valerie)

    event = StreamEvent.objects.get(kind="trace.left")
    assert event.seq == trace.seq == 2
    assert event.payload["by"] == "Valerie"


def test_every_trace_of_a_long_conversation_is_met_once_whichever_way_one_walks(house: House) -> None:
    thread = make_thread(house.open)
    left = [leave(thread, house.valerie).seq]
    for n in range(WINDOW * 2 + 10):
        say(thread, house.moussa, f"ligne {n}")
        if n % 7 == 0:
            left.append(leave(thread, house.valerie).seq)
    left.append(leave(thread, house.valerie).seq)

    up: list[int] = []
    window = older(thread, before=None)
    while True:
        up = [row.seq for row in window.rows] + up
        if not window.has_older:
            break
        window = older(thread, before=window.first_seq)
    down: list[int] = []
    window = newer(thread, after=0)
    while True:
        down += [row.seq for row in window.rows]
        if not window.has_newer:
            break
        window = newer(thread, after=window.last_seq)

    assert up == down == sorted(up)
    assert set(left) <= set(up)


def test_a_window_holds_a_bounded_number_of_traces_and_asks_as_little(house: House) -> None:
    thread = make_thread(house.open)
    say(thread, house.moussa)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            rows = open_window(thread, user=house.rosa).rows
            [str(row.trace.by) + str(row.trace.other) + str(row.trace.message) for row in rows if row.trace]
        return len(statements(queries))

    leave(thread, house.valerie, other=make_thread(house.open))
    cost()  # where the person stands is asked once
    one = cost()
    for _ in range(TRACES + 20):
        leave(thread, house.valerie, other=make_thread(house.open))

    assert cost() == one
    assert len([r for r in open_window(thread, user=house.rosa).rows if isinstance(r, TraceRow)]) == TRACES


@pytest.mark.parametrize("kind", Trace.Kind.values)
def test_each_kind_says_who_did_what(house: House, kind: str) -> None:
    thread = make_thread(house.open)
    said = say(thread, house.moussa)
    leave(thread, house.valerie, kind, other=make_thread(house.open, title="La suite"), message=said, count=3)

    html = as_(house.rosa).get(thread.get_absolute_url()).content.decode()

    row = html.split('id="t-2"')[1].split("</li>")[0]
    assert "Valerie" in row
    if kind in (Trace.Kind.MOVED_IN, Trace.Kind.MOVED_OUT):
        assert "3 messages" in row
        assert "La suite" in row
    if kind == Trace.Kind.SOLVED:
        assert f'href="/messages/{said.pk}/"' in row
        assert "{" not in row


def test_a_conversation_that_not_everybody_here_sees_is_not_named(house: House) -> None:
    shared = make_thread(house.shared, audience="shared", title="Avec la cliente")
    inside = make_thread(house.shared, title="zqentrenous")
    elsewhere = make_thread(house.closed, title="zqailleurs")
    for thread, other in [(shared, inside), (shared, elsewhere), (inside, elsewhere), (inside, shared)]:
        leave(thread, house.valerie, Trace.Kind.MOVED_OUT, other=other, count=1)

    told = [event.payload["other"]["title"] for event in StreamEvent.objects.filter(kind="trace.left").order_by("pk")]
    guest = as_(house.agnes).get(shared.get_absolute_url()).content.decode()

    assert told == ["", "", "", "Avec la cliente"]
    for thread in (inside, elsewhere):
        assert thread.title not in guest  # the whole of it: a token of a form may hold two letters


def test_a_trace_does_not_lead_to_an_answer_taken_back(house: House) -> None:
    thread = make_thread(house.open)
    said = say(thread, house.moussa)
    leave(thread, house.valerie, Trace.Kind.SOLVED, message=said)

    delete_message(message=said, at=timezone.now())

    html = as_(house.rosa).get(reverse("threads:thread", args=[thread.pk])).content.decode()
    assert f'href="/messages/{said.pk}/"' not in html.split('id="t-2"')[1].split("</li>")[0]


def test_a_trace_alone_makes_nothing_unread(house: House) -> None:
    thread = make_thread(house.open)
    say(thread, house.moussa)
    as_(house.rosa).get(thread.get_absolute_url())

    leave(thread, house.valerie)

    assert not as_(house.rosa).get(house.open.get_absolute_url()).context["unread"]
