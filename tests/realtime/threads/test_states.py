"""How a conversation stands: what follows what, who may do what, and what everybody sees of it."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intranet.accounts.models import User
from intranet.portal.turn import open_questions, rooms_of
from realtime.spaces.services import archive_space
from realtime.streams.models import StreamEvent
from realtime.threads import services
from realtime.threads.indexing import index_some
from realtime.threads.models import Message, Thread, Trace
from realtime.threads.posting import Draft, ThreadClosed, post_message
from realtime.threads.services.states import NEXT, Act
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T9")]
State = Thread.State


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(house: House, **more: Any) -> Thread:
    """A question of Moussa, with its first words."""
    thread = make_thread(house.open, by=house.moussa, kind=Thread.Kind.QUESTION, **more)
    say(thread, house.moussa, "Qui a la clé ?")
    return thread


def act(thread: Thread, name: str, message: Message | None, by: User) -> None:
    """One act through its service."""
    at = timezone.now()
    thread.refresh_from_db()
    match name:
        case Act.ACCEPT:
            assert message is not None
            services.accept_answer(message=message, by=by, at=at)
        case Act.SOLVE:
            services.solve_question(thread=thread, by=by, at=at)
        case Act.CLOSE:
            services.close_thread(thread=thread, reason="Réglé.", by=by, at=at)
        case Act.WITHDRAW:
            services.withdraw_question(thread=thread, by=by, at=at)
        case Act.REOPEN:
            services.reopen_thread(thread=thread, by=by, at=at)
    thread.refresh_from_db()


WAYS = {
    State.OPEN: [],
    State.SOLVED: [Act.SOLVE],
    State.CLOSED: [Act.CLOSE],
    State.WITHDRAWN: [Act.WITHDRAW],
}


@pytest.mark.parametrize(("name", "state"), [*product(Act, State)])
def test_each_act_in_each_state_does_what_the_table_says_or_is_refused(house: House, name: Act, state: str) -> None:
    thread = ask(house)
    answer = say(thread, house.rosa)
    for step in WAYS[State(state)]:
        act(thread, step, answer, house.moussa)
    traces = Trace.objects.count()

    if (name, state) in NEXT:
        act(thread, name, answer, house.moussa)
        assert thread.state == NEXT[name, state]
        assert Trace.objects.count() == traces + 1
    else:
        with pytest.raises(services.NotInThisState):
            act(thread, name, answer, house.moussa)
        thread.refresh_from_db()
        assert (thread.state, Trace.objects.count()) == (state, traces)


@pytest.mark.parametrize("kind", ["discussion", "announcement", "live_qa"])
def test_only_a_question_is_solved_or_withdrawn_and_anything_is_closed(house: House, kind: str) -> None:
    thread = make_thread(house.open, by=house.moussa, kind=kind)
    said = say(thread, house.moussa)

    for name in (Act.ACCEPT, Act.SOLVE, Act.WITHDRAW):
        with pytest.raises((services.NotInThisState, services.NotAnAnswer)):
            act(thread, name, said, house.moussa)
    act(thread, Act.CLOSE, None, house.moussa)

    assert (thread.state, thread.state_reason) == ("closed", "Réglé.")


STEPS = st.lists(
    st.tuples(st.sampled_from([*Act, "aside", "delete", "answer"]), st.integers(0, 2), st.booleans()), max_size=14
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_path_leads_to_an_impossible_state(house: House, steps: list[tuple[str, int, bool]]) -> None:
    with transaction.atomic():
        thread = ask(house)
        said = [say(thread, house.rosa), say(thread, house.moussa)]
        for name, which, yes in steps:
            message = said[which % len(said)]
            with suppress(services.NotInThisState, services.NotAnAnswer, services.MessageTakenBack, ThreadClosed):
                if name == "aside":
                    services.mark_aside(message=message, is_aside=yes, at=timezone.now())
                elif name == "delete":
                    services.delete_message(message=message, at=timezone.now())
                elif name == "answer":
                    said.append(say(thread, house.rosa))
                else:
                    act(thread, name, message, house.moussa)
            assert_possible(thread)
        transaction.set_rollback(True)


def assert_possible(thread: Thread) -> None:
    """What is true of every conversation, however it came there."""
    thread.refresh_from_db()
    kept = thread.accepted
    if kept is not None:
        assert thread.state in (State.SOLVED, State.CLOSED)
        assert kept.thread_id == thread.pk
        assert not kept.is_aside
        assert kept.deleted_at is None
    last = Trace.objects.filter(thread=thread).order_by("seq").last()
    expected = {None: "open", "solved": "solved", "closed": "closed", "withdrawn": "withdrawn"}
    if last is not None and last.kind == Trace.Kind.REOPENED:
        assert thread.state in ("open", "solved")
        assert thread.state == "open" or kept is not None
    else:
        assert thread.state == expected[last.kind if last else None]


def test_accepting_the_same_answer_again_says_nothing_and_another_one_replaces_it(house: House) -> None:
    thread = ask(house)
    first, second = say(thread, house.rosa), say(thread, house.valerie)

    for message in (first, first, second):
        act(thread, Act.ACCEPT, message, house.moussa)

    assert thread.accepted == second
    assert Trace.objects.count() == 2


def test_the_question_itself_an_aside_and_words_taken_back_are_no_answers(house: House) -> None:
    thread = ask(house)
    own = thread.messages.get()
    aside, gone = say(thread, house.rosa), say(thread, house.rosa)
    services.mark_aside(message=aside, is_aside=True, at=timezone.now())
    services.delete_message(message=gone, at=timezone.now())

    for message in (own, aside, gone):
        with pytest.raises(services.NotAnAnswer):
            services.accept_answer(message=message, by=house.moussa, at=timezone.now())
    later = say(thread, house.moussa, "Trouvée : dans le tiroir.")
    services.accept_answer(message=later, by=house.moussa, at=timezone.now())

    thread.refresh_from_db()
    assert thread.accepted == later  # who asked may have found it alone


def test_an_answer_taken_back_leaves_the_question_open(house: House) -> None:
    thread = ask(house)
    answer = say(thread, house.rosa)
    act(thread, Act.ACCEPT, answer, house.moussa)

    services.delete_message(message=answer, at=timezone.now())

    thread.refresh_from_db()
    assert (thread.state, thread.accepted) == ("open", None)


def test_a_closed_question_opened_again_is_solved_as_it_was(house: House) -> None:
    thread = ask(house)
    answer = say(thread, house.rosa)
    for step in (Act.ACCEPT, Act.CLOSE, Act.REOPEN):
        act(thread, step, answer, house.valerie)

    assert (thread.state, thread.accepted) == ("solved", answer)


@pytest.mark.parametrize("ending", [Act.CLOSE, Act.WITHDRAW])
def test_nothing_is_said_in_a_conversation_that_is_over_and_the_words_are_kept(house: House, ending: Act) -> None:
    thread = ask(house)
    act(thread, ending, None, house.moussa)

    with pytest.raises(ThreadClosed):
        post_message(Draft(house.valerie.pk, thread.pk, uuid.uuid4(), "Trop tard"), at=timezone.now())
    words = {"body": "Des mots auxquels je tiens", "client_id": str(uuid.uuid4())}
    answer = as_(house.rosa).post(reverse("threads:message_post", args=[thread.pk]), words)

    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Des mots auxquels je tiens" in html
    assert str(ThreadClosed.reason) in html


# --- who may do what -----------------------------------------------------------------------------

MAY: dict[str, set[str]] = {
    "accept": {"asker", "facilitator"},
    "unaccept": {"asker", "facilitator"},
    "aside": {"asker", "facilitator", "answerer"},
    "solve": {"asker", "facilitator"},
    "close": {"asker", "facilitator"},
    "withdraw": {"asker"},
    "reopen solved": {"asker", "facilitator"},
    "reopen closed": {"asker", "facilitator"},
    "reopen withdrawn": {"asker"},
}
WHO = ["asker", "facilitator", "answerer", "passer-by"]
BEFORE = {
    "unaccept": Act.ACCEPT,
    "reopen solved": Act.SOLVE,
    "reopen closed": Act.CLOSE,
    "reopen withdrawn": Act.WITHDRAW,
}


@pytest.mark.parametrize(("what", "who"), [*product(MAY, WHO)])
def test_who_may_do_what(house: House, what: str, who: str) -> None:
    thread = ask(house)
    answer = say(thread, house.rosa)
    if what in BEFORE:
        act(thread, BEFORE[what], answer, house.moussa)
    people = {"asker": house.moussa, "facilitator": house.valerie, "answerer": house.rosa, "passer-by": person("nadia")}

    response = do(as_(people[who]), what, thread, answer)

    thread.refresh_from_db()
    answer.refresh_from_db()
    if who in MAY[what]:
        assert response.status_code == 302
        assert (thread.state, answer.is_aside) == AFTER[what]
    else:
        assert response.status_code == 403


AFTER = {
    "accept": ("solved", False),
    "unaccept": ("open", False),
    "aside": ("open", True),
    "solve": ("solved", False),
    "close": ("closed", False),
    "withdraw": ("withdrawn", False),
    "reopen solved": ("open", False),
    "reopen closed": ("open", False),
    "reopen withdrawn": ("open", False),
}


def do(client: Client, what: str, thread: Thread, answer: Message) -> HttpResponse:
    """The form of an act, as a person sends it."""
    match what.split()[0]:
        case "accept" | "unaccept":
            keep = "yes" if what == "accept" else "no"
            return client.post(reverse("threads:message_accept", args=[answer.pk]), {"keep": keep})  # type: ignore[return-value]  # the test client's own class
        case "aside":
            return client.post(reverse("threads:message_aside", args=[answer.pk]))  # type: ignore[return-value]  # as above
        case name:
            return client.post(reverse(f"threads:thread_{name}", args=[thread.pk]), {"reason": "Réglé."})  # type: ignore[return-value]  # as above


def test_nobody_settles_anything_in_an_archived_space(house: House) -> None:
    thread = ask(house)
    answer = say(thread, house.rosa)
    archive_space(space=house.open, at=timezone.now())

    for what in ("accept", "solve", "close", "withdraw"):
        for user in (house.moussa, house.valerie):
            assert do(as_(user), what, thread, answer).status_code == 403


@pytest.mark.parametrize("ending", [Act.CLOSE, Act.WITHDRAW])
def test_nothing_changes_on_what_was_said_once_it_is_over(house: House, ending: Act) -> None:
    thread = ask(house)
    own, of_another = say(thread, house.moussa, "À huit heures."), say(thread, house.valerie, "À neuf heures.")
    services.react(message=own, user=house.valerie, emoji="👍", at=timezone.now())
    act(thread, ending, None, house.moussa)
    client = as_(house.moussa)

    for name, message, words in (
        ("react", of_another, {"emoji": "👍"}),
        ("helpful", of_another, {"helpful": "1"}),
        ("message_edit", own, {"body": "Autrement"}),
    ):
        answer = client.post(reverse(f"threads:{name}", args=[message.pk]), words)
        assert answer.status_code == (200 if name == "message_edit" else 403)
    assert client.get(reverse("threads:message_edit", args=[own.pk])).status_code == 403
    at = timezone.now()
    for change in (
        lambda: services.react(message=of_another, user=house.moussa, emoji="👍", at=at),
        lambda: services.mark_helpful(message=of_another, user=house.moussa, is_helpful=True, at=at),
        lambda: services.edit_message(message=own, body="Autrement", at=at),
    ):
        with pytest.raises(services.ConversationOver):
            change()
    own.refresh_from_db()
    assert own.body == "À huit heures."
    row = client.get(reverse("threads:message_row", args=[own.pk])).content.decode()
    assert " disabled>👍" in row
    services.delete_message(message=own, at=at)  # one's own words can always be taken back


def test_a_conversation_is_not_closed_without_a_reason(house: House) -> None:
    thread = ask(house)

    answer = as_(house.moussa).post(reverse("threads:thread_close", args=[thread.pk]), {"reason": "  "})

    assert answer.status_code == 200
    thread.refresh_from_db()
    assert thread.state == "open"


# --- what everybody sees --------------------------------------------------------------------------


def test_the_answer_kept_stands_under_the_head_and_leads_to_its_place(house: House) -> None:
    thread = ask(house)
    answer = say(thread, house.rosa, "Dans le **tiroir** du bas.")
    act(thread, Act.ACCEPT, answer, house.moussa)

    html = as_(house.valerie).get(thread.get_absolute_url()).content.decode()

    panel = html.split('class="accepted"')[1].split("</section>")[0]
    assert "Dans le tiroir du bas." in panel
    assert "Rosa" in panel
    assert f'href="/messages/{answer.pk}/"' in panel
    assert "message--accepted" in html


def test_lists_and_chips_tell_how_questions_stand(house: House) -> None:
    open_one, solved, aside, told = (ask(house, title=title) for title in ("Ouverte", "Résolue", "Hors", "Répondue"))
    act(solved, Act.ACCEPT, say(solved, house.rosa), house.moussa)
    services.mark_aside(message=say(aside, house.rosa), is_aside=True, at=timezone.now())
    say(told, house.rosa)
    client = as_(house.rosa)

    def listed(state: str) -> set[str]:
        page = client.get(house.open.get_absolute_url(), {"state": state}).context["page"]
        return {thread.title for thread in page}

    assert listed("unanswered") == {"Ouverte", "Hors"}
    assert listed("open") == {"Ouverte", "Hors", "Répondue"}
    assert listed("solved") == {"Résolue"}
    assert listed("nonsense") == {"Ouverte", "Résolue", "Hors", "Répondue"}
    assert "Solved" in client.get(house.open.get_absolute_url()).content.decode()
    assert open_one.state == "open"


def test_a_question_awaits_an_answer_until_somebody_else_answers_or_it_is_over(house: House) -> None:
    at = timezone.now() + timedelta(minutes=1)
    waiting, answered, aside, solved, closed, withdrawn = (ask(house, title=f"q{n}") for n in range(6))
    say(waiting, house.moussa, "Personne ?")
    say(answered, house.valerie)
    services.mark_aside(message=say(aside, house.valerie), is_aside=True, at=at)
    for thread, name in ((solved, Act.SOLVE), (closed, Act.CLOSE), (withdrawn, Act.WITHDRAW)):
        act(thread, name, None, house.moussa)

    found = set(open_questions(house.valerie, rooms_of(house.valerie), at=at))

    assert found == {waiting, aside}


def test_who_asked_is_asked_whether_it_is_solved_once_somebody_answered(house: House) -> None:
    thread = ask(house)

    def asked(user: User) -> bool:
        html = as_(user).get(thread.get_absolute_url()).content.decode()
        forms = html.split('class="is-solved"')[1:]
        return any("hidden" not in form.split(">")[0] for form in forms)

    assert not asked(house.moussa)
    say(thread, house.rosa)
    assert asked(house.moussa)
    assert not asked(house.rosa)


def test_a_question_shows_its_state_in_a_search_result(house: House) -> None:
    thread = ask(house, title="Où est la clé du portique")
    act(thread, Act.SOLVE, None, house.moussa)
    index_some(at=timezone.now())

    html = as_(house.rosa).get("/search/", {"q": "portique"}).content.decode()

    assert "Solved" in html


# --- what watchers are told is what a fresh load shows -------------------------------------------


def told(thread: Thread) -> dict[str, Any]:
    """The thread as somebody knows it who only followed its stream."""
    known: dict[str, Any] = {"state": "open", "reason": "", "answer": None, "asides": set(), "traces": []}
    for event in StreamEvent.objects.filter(stream__kind="thread", stream__key=thread.pk).order_by("seq"):
        if event.kind == "state.changed":
            known |= event.payload
        elif event.kind == "aside.changed":
            (known["asides"].add if event.payload["is_aside"] else known["asides"].discard)(event.payload["id"])
        elif event.kind == "trace.left":
            known["traces"].append((event.seq, event.payload["kind"]))
    return known


def fresh(thread: Thread) -> dict[str, Any]:
    thread = Thread.objects.get(pk=thread.pk)
    kept = thread.accepted
    shown = kept and {"id": kept.pk, "author": kept.author.name if kept.author else "", "excerpt": kept.body}
    return {
        "state": thread.state,
        "reason": thread.state_reason,
        "answer": shown,
        "asides": set(thread.messages.filter(is_aside=True).values_list("pk", flat=True)),
        "traces": list(thread.traces.order_by("seq").values_list("seq", "kind")),
    }


def steps(house: House, answer: Message, other: Message) -> list[Callable[[], object]]:
    """Everything that changes how a question stands, one after the other."""
    at, thread = timezone.now(), answer.thread
    return [
        *(partial(act, thread, name, answer, house.moussa) for name in (Act.SOLVE, Act.REOPEN, Act.ACCEPT)),
        *(partial(act, thread, name, answer, house.moussa) for name in (Act.CLOSE, Act.REOPEN)),
        partial(services.mark_aside, message=other, is_aside=True, at=at),
        partial(services.mark_aside, message=other, is_aside=False, at=at),
        partial(services.edit_message, message=answer, body="Autrement dit.", at=at),
        partial(services.delete_message, message=answer, at=at),
        partial(act, thread, Act.WITHDRAW, None, house.moussa),
    ]


def test_after_every_act_the_stream_tells_what_a_fresh_load_shows(house: House) -> None:
    thread = ask(house)
    answer, other = say(thread, house.rosa, "Ici."), say(thread, house.valerie, "Bonne question.")

    for step in steps(house, answer, other):
        step()
        assert told(thread) == fresh(thread)


def test_a_question_and_its_space_ask_as_little_however_much_was_said(house: House) -> None:
    thread = ask(house)
    act(thread, Act.ACCEPT, say(thread, house.rosa), house.moussa)
    client = as_(house.moussa)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(statements(queries))

    place = f"{house.open.get_absolute_url()}?state=unanswered"
    cost(thread.get_absolute_url())  # now it is read
    few = cost(thread.get_absolute_url()), cost(place)
    for n in range(15):
        say(thread, house.rosa, f"ligne {n}")
        act(ask(house, title=f"q{n}"), Act.CLOSE, None, house.moussa)
    cost(thread.get_absolute_url())

    assert (cost(thread.get_absolute_url()), cost(place)) == few
    assert max(few) <= 15
