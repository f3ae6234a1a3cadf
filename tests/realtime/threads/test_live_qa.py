"""A live Q&A: questions with or without a name, supported once a person, hosted, read by a whole room."""

import logging
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from realtime.spaces.services import archive_space
from realtime.streams.models import StreamEvent
from realtime.threads import pace, services
from realtime.threads.models import LiveQuestion, LiveSupport, Thread
from realtime.threads.payloads import question_shown
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T14")]
State = LiveQuestion.State


@pytest.fixture(autouse=True)
def patience() -> None:
    pace.forget()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def open_qa(house: House, **more: Any) -> Thread:
    return make_thread(more.pop("space", house.open), by=house.valerie, kind="live_qa", title="Hélène répond", **more)


def ask(thread: Thread, by: User, body: str = "Et les salaires ?", *, is_anonymous: bool = False) -> LiveQuestion:
    return services.ask_question(
        thread=thread, body=body, by=by, is_anonymous=is_anonymous, client_id=uuid.uuid4(), at=timezone.now()
    )


def send(user: User, thread: Thread, **more: str) -> HttpResponse:
    words = {"body": "Et les salaires ?", "client_id": str(uuid.uuid4())} | more
    return as_(user).post(reverse("threads:question_ask", args=[thread.pk]), words)  # type: ignore[return-value]  # the test client's own class


def move(question: LiveQuestion, state: str, reason: str = "") -> LiveQuestion:
    host = User.objects.get(name="Valerie")
    return services.move_question(question=question, state=state, by=host, reason=reason, at=timezone.now())


# --- asking ---------------------------------------------------------------------------------------


def test_whoever_sees_it_asks_and_everybody_reads_it(house: House) -> None:
    thread = open_qa(house)

    answer = send(house.rosa, thread)

    assert answer.headers["Location"] == f"{thread.get_absolute_url()}#questions"
    html = as_(house.moussa).get(thread.get_absolute_url()).content.decode()
    row = html.split('class="question"')[1].split("</li>")[0]
    assert "Et les salaires ?" in row
    assert "Rosa" in row


@pytest.mark.parametrize(("audience", "status"), [("shared", 302), ("internal", 404)])
def test_a_guest_asks_where_guests_are(house: House, audience: str, status: int) -> None:
    thread = open_qa(house, space=house.shared, audience=audience)

    assert send(house.agnes, thread).status_code == status


def test_a_retry_asks_once(house: House) -> None:
    thread, key = open_qa(house), str(uuid.uuid4())

    for _ in range(2):
        send(house.rosa, thread, client_id=key)

    assert LiveQuestion.objects.count() == 1
    assert StreamEvent.objects.filter(kind="question.asked").count() == 1


@pytest.mark.parametrize("change", [{"body": "Et les congés ?"}, {"is_anonymous": "on"}])
def test_what_was_reworded_after_a_lost_answer_is_not_taken_for_the_first(house: House, change: dict[str, str]) -> None:
    thread, key = open_qa(house), str(uuid.uuid4())
    send(house.rosa, thread, client_id=key)

    refused = send(house.rosa, thread, client_id=key, **change)

    assert refused.status_code == 422
    html = refused.content.decode()
    form = html.split('class="qa__ask"')[1].split("</form>")[0]
    assert f"{change.get('body', 'Et les salaires ?')}</textarea>" in form
    assert "What you asked before has arrived" in form
    fresh = re.search('name="client_id" value="([^"]+)"', form)
    assert fresh is not None
    assert send(house.rosa, thread, client_id=fresh[1], **change).status_code == 302
    assert LiveQuestion.objects.count() == 2


@pytest.mark.parametrize("body", ["", "   ", "\u200b", "x" * 501])
def test_a_question_that_says_nothing_or_too_much_comes_back(house: House, body: str) -> None:
    thread = open_qa(house)

    answer = send(house.rosa, thread, body=body)

    assert answer.status_code == 422
    assert body.strip() in answer.content.decode()
    assert not LiveQuestion.objects.exists()


def test_one_person_does_not_flood_it_and_the_words_are_kept(house: House) -> None:
    thread = open_qa(house)

    answers = [send(house.rosa, thread, body=f"Question {n}") for n in range(pace.BURST + 1)]
    other = send(house.moussa, thread)

    assert [a.status_code for a in answers] == [302] * pace.BURST + [422]
    assert f"Question {pace.BURST}" in answers[-1].content.decode()
    assert other.status_code == 302


# --- without a name -------------------------------------------------------------------------------


def dump() -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # our own names
            rows[table] = {tuple(map(repr, row)) for row in cursor.fetchall()}
    return rows


def with_a_telling_id() -> User:
    """A colleague whose id is found nowhere by chance: it is the next after a large one."""
    User.objects.create(pk=98_765_431, email="avant@exemple.example", name="Avant")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('accounts_user', 'id'), 98765431)")
    return person("zqasker")


def test_nothing_written_anywhere_says_who_asked_without_a_name(house: House, caplog: pytest.LogCaptureFixture) -> None:
    thread = open_qa(house)
    asker = with_a_telling_id()
    client = as_(asker)
    client.get(thread.get_absolute_url())
    before = dump()
    caplog.set_level(logging.DEBUG)

    answer = client.post(
        reverse("threads:question_ask", args=[thread.pk]),
        {"body": "zqquestion ?", "is_anonymous": "on", "client_id": str(uuid.uuid4())},
    )

    assert answer.status_code == 302
    changed = {table: rows - before[table] for table, rows in dump().items() if rows - before[table]}
    assert set(changed) == {"threads_livequestion", "streams_streamevent", "streams_stream"}
    assert "zqquestion" in repr(changed)  # we did look where it is
    written = repr(changed) + caplog.text
    assert not re.search(rf"{asker.pk}|{asker.pk:x}|zqasker", written, re.IGNORECASE)
    assert "zqquestion" not in caplog.text


def test_a_question_without_a_name_is_timed_to_the_minute(house: House) -> None:
    at = timezone.now().replace(second=41, microsecond=7)
    thread = open_qa(house)

    question = services.ask_question(
        thread=thread, body="?!", by=house.rosa, is_anonymous=True, client_id=uuid.uuid4(), at=at
    )

    assert question.asked_at == at.replace(second=0, microsecond=0)
    assert StreamEvent.objects.get(kind="question.asked").at == question.asked_at


def test_nobody_reads_a_name_where_none_was_given(house: House) -> None:
    thread = open_qa(house)
    move(ask(thread, house.rosa, is_anonymous=True), State.SHORTLISTED)

    for user in (house.valerie, house.rosa, house.moussa):
        for name in ("thread", "screen"):
            html = as_(user).get(reverse(f"threads:{name}", args=[thread.pk])).content.decode()
            row = html.split('data-question="')[1].split("</li>")[0]
            assert "Rosa" not in row
            assert "Without a name" in row


# --- support --------------------------------------------------------------------------------------


def test_support_counts_once_a_person_is_taken_back_and_names_nobody(house: House) -> None:
    question = ask(open_qa(house), house.rosa)
    address = reverse("threads:question_support", args=[question.pk])

    def support(user: User, wish: str) -> Any:
        return as_(user).post(address, {"support": wish}, headers={"X-Requested-With": "fetch"}).json()

    assert support(house.moussa, "yes") == {"supported": True, "supports": 1}
    assert support(house.moussa, "yes") == {"supported": True, "supports": 1}
    assert support(house.valerie, "yes") == {"supported": True, "supports": 2}
    assert support(house.moussa, "no") == {"supported": False, "supports": 1}
    told = [event.payload for event in StreamEvent.objects.filter(kind="question.changed").order_by("seq")]
    assert [payload["supports"] for payload in told] == [1, 2, 1]
    assert all("Valerie" not in str(payload) for payload in told)


def test_each_sees_their_own_support_and_the_number(house: House) -> None:
    thread = open_qa(house)
    question = ask(thread, house.rosa)
    services.support_question(question=question, user=house.moussa, wants=True, at=timezone.now())

    def pressed(user: User) -> bool:
        html = as_(user).get(thread.get_absolute_url()).content.decode()
        return 'aria-pressed="true"' in html.split('class="question"')[1].split("</li>")[0]

    assert pressed(house.moussa)
    assert not pressed(house.valerie)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_leave_one_support(house: House) -> None:
    from concurrent.futures import ThreadPoolExecutor

    question = ask(open_qa(house), house.rosa)

    def support(_: int) -> None:
        try:
            services.support_question(question=question, user=house.moussa, wants=True, at=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(support, range(200)))

    assert LiveSupport.objects.count() == 1
    assert StreamEvent.objects.filter(kind="question.changed").count() == 1


# --- hosting --------------------------------------------------------------------------------------


def test_they_stand_by_state_then_support_then_time(house: House) -> None:
    thread = open_qa(house)
    questions = {name: ask(thread, house.rosa, name) for name in "abcdefg"}
    for name, users in {"b": [house.moussa, house.valerie], "c": [house.moussa], "d": [house.rosa]}.items():
        for user in users:
            services.support_question(question=questions[name], user=user, wants=True, at=timezone.now())
    move(questions["e"], State.SHORTLISTED)
    move(questions["f"], State.ANSWERING)
    move(questions["g"], State.SET_ASIDE, "Déjà posée.")
    move(questions["b"], State.ANSWERED)

    assert [question.body for question in thread.live_questions.for_screen()] == list("fecdabg")


def test_one_is_answered_at_a_time(house: House) -> None:
    thread = open_qa(house)
    first, second = ask(thread, house.rosa, "un"), ask(thread, house.rosa, "deux")

    move(first, State.ANSWERING)
    move(second, State.ANSWERING)

    assert list(thread.live_questions.order_by("pk").values_list("state", flat=True)) == ["answered", "answering"]


def test_a_question_is_set_aside_with_a_reason_that_everybody_reads(house: House) -> None:
    thread = open_qa(house)
    question = ask(thread, house.rosa)

    with pytest.raises(services.NoReasonGiven):
        move(question, State.SET_ASIDE, "  ")
    move(question, State.SET_ASIDE, "Traitée au CSE jeudi.")

    assert "Traitée au CSE jeudi." in as_(house.moussa).get(thread.get_absolute_url()).content.decode()
    move(question, State.ASKED)
    question.refresh_from_db()
    assert question.reason == ""


@pytest.mark.parametrize(("who", "status"), [("valerie", 302), ("rosa", 403), ("moussa", 403), ("agnes", 404)])
def test_those_who_run_the_space_host_it(house: House, who: str, status: int) -> None:
    question = ask(open_qa(house), house.rosa)

    answer = as_(getattr(house, who)).post(
        reverse("threads:question_move", args=[question.pk]), {"state": "shortlisted"}
    )

    assert answer.status_code == status
    question.refresh_from_db()
    assert (question.state == "shortlisted") is (status == 302)


@pytest.mark.parametrize("state", ["", "nonsense", "set_aside", "withdrawn"])
def test_a_wrong_move_says_why(house: House, state: str) -> None:
    question = ask(open_qa(house), house.rosa)

    answer = as_(house.valerie).post(reverse("threads:question_move", args=[question.pk]), {"state": state})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(("what", "ending"), [*product(["ask", "support", "move"], ["closed", "archived"])])
def test_once_it_is_over_nothing_moves(house: House, what: str, ending: str) -> None:
    thread = open_qa(house)
    question = ask(thread, house.rosa)
    if ending == "closed":
        services.close_thread(thread=thread, reason="Merci.", by=house.valerie, at=timezone.now())
    else:
        archive_space(space=house.open, at=timezone.now())

    answer = do(house.valerie, what, question)

    assert answer.status_code == (422 if ending == "closed" else 403)
    question.refresh_from_db()
    assert (question.state, LiveQuestion.objects.count(), LiveSupport.objects.count()) == ("asked", 1, 0)


def do(user: User, what: str, question: LiveQuestion) -> HttpResponse:
    """One of the forms of a live Q&A, as a person sends it."""
    if what == "ask":
        return send(user, question.thread)
    address = reverse(f"threads:question_{what}", args=[question.pk])
    return as_(user).post(address, {"state": "answered"})  # type: ignore[return-value]  # the test client's own class


def test_who_does_not_see_the_space_learns_nothing(house: House) -> None:
    thread = open_qa(house, space=house.closed)
    question = ask(thread, house.moussa)
    client = as_(house.rosa)

    for name, pk in [("screen", thread.pk), ("answered", thread.pk)]:
        assert client.get(reverse(f"threads:{name}", args=[pk])).status_code == 404
    for name, pk in [("question_ask", thread.pk), ("question_support", question.pk), ("question_move", question.pk)]:
        assert client.post(reverse(f"threads:{name}", args=[pk])).status_code == 404


# --- what everybody sees --------------------------------------------------------------------------


def test_the_screen_of_the_room_shows_questions_and_where_to_ask_and_nothing_to_press(house: House) -> None:
    thread = open_qa(house)
    move(ask(thread, house.rosa, "Et la nuit ?"), State.ANSWERING)

    html = as_(house.valerie).get(reverse("threads:screen", args=[thread.pk])).content.decode()

    body = html.split("<body")[1]
    assert "Et la nuit ?" in body
    assert f"http://testserver/threads/{thread.pk}/" in body
    assert not re.search("<(a|button|form|input|select|nav)[ >]", body)


def test_the_screen_of_the_room_shows_what_was_chosen_alone(house: House) -> None:
    thread = open_qa(house)
    ask(thread, house.rosa, "Posée ?")
    for state in (State.SHORTLISTED, State.ANSWERING, State.ANSWERED, State.SET_ASIDE):
        move(ask(thread, house.moussa, f"zq{state} ?"), state, "Déjà dit.")

    html = as_(house.valerie).get(reverse("threads:screen", args=[thread.pk])).content.decode()

    assert re.findall(r"zq(\w+) \?", html) == ["answering", "shortlisted"]
    assert "Posée ?" not in html
    assert "The questions that are shortlisted come here." in html


def test_what_was_answered_is_kept_to_be_read(house: House) -> None:
    thread = open_qa(house)
    answered, waiting = ask(thread, house.rosa, "Répondue ?"), ask(thread, house.rosa, "En attente ?")
    move(answered, State.ANSWERED)

    html = as_(house.moussa).get(reverse("threads:answered", args=[thread.pk])).content.decode()

    assert "Répondue ?" in html
    assert waiting.body not in html


def test_only_a_live_qa_has_questions(house: House) -> None:
    thread = make_thread(house.open, by=house.valerie)

    assert send(house.valerie, thread).status_code == 404
    with pytest.raises(services.QuestionsAreOver):
        ask(thread, house.valerie)


def test_after_every_act_the_stream_tells_what_a_fresh_load_shows(house: House) -> None:
    thread = open_qa(house)
    first, second = ask(thread, house.rosa, "un"), ask(thread, house.moussa, "deux", is_anonymous=True)
    third, at = ask(thread, house.rosa, "trois"), timezone.now()
    why: dict[str, Any] = {"by": house.valerie, "reason": "Elle vise une personne.", "at": at}
    acts: list[Callable[[], object]] = [
        lambda: services.support_question(question=first, user=house.moussa, wants=True, at=at),
        lambda: services.support_question(question=second, user=house.rosa, wants=True, at=at),
        lambda: move(first, State.SHORTLISTED),
        lambda: move(second, State.ANSWERING),
        lambda: move(first, State.ANSWERING),
        lambda: move(second, State.SET_ASIDE, "Déjà dit."),
        lambda: services.support_question(question=first, user=house.moussa, wants=False, at=at),
        lambda: move(second, State.ASKED),
        lambda: services.reword_question(question=third, body="trois, autrement", at=at),
        lambda: services.take_question_back(question=third, at=at),
        lambda: services.hide_question(question=second, **why),
        lambda: services.show_question(question=second, **why),
    ]

    for act in acts:
        act()
        told: dict[int, Any] = {}
        for event in StreamEvent.objects.filter(kind__startswith="question.").order_by("seq"):
            told[event.payload["id"]] = event.payload
            if event.kind == "question.withdrawn":
                del told[event.payload["id"]]
        fresh = {
            q.pk: {"id": q.pk, "reason": q.why} if q.hidden_at else question_shown(q, q.support)
            for q in thread.live_questions.for_screen()
        }
        assert told == fresh


def test_it_asks_as_little_however_many_questions_there_are(house: House) -> None:
    thread = open_qa(house)
    say(thread, house.valerie)
    ask(thread, house.rosa)
    client = as_(house.valerie)

    def cost(name: str) -> int:
        address = reverse(f"threads:{name}", args=[thread.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(statements(queries))

    few = [cost(name) for name in ("thread", "screen", "answered")]
    for n in range(12):
        question = ask(thread, person(f"collegue{n}"), f"question {n}")
        services.support_question(question=question, user=house.moussa, wants=True, at=timezone.now())
        move(question, State.ANSWERED if n % 2 else State.SHORTLISTED)

    assert [cost(name) for name in ("thread", "screen", "answered")] == few
    assert max(few) <= 15


def test_asking_again_after_a_while_is_welcome(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1_000.0
    monkeypatch.setattr("realtime.live.rates.time.monotonic", lambda: moment)
    for _ in range(pace.BURST):
        assert pace.may_ask(house.rosa.pk)
    assert not pace.may_ask(house.rosa.pk)

    moment += timedelta(minutes=1).total_seconds()

    assert pace.may_ask(house.rosa.pk)
