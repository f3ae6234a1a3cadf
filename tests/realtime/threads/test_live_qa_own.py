"""A question of a live Q&A and who asked it with their name: changed, taken back, told what becomes of it."""

import json
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from intranet.accounts.models import User
from realtime.notifications.models import Notification
from realtime.streams.models import StreamEvent
from realtime.streams.watch import is_rewritten_by
from realtime.threads import pace, services
from realtime.threads.models import LiveQuestion, LiveSupport, Report, Thread
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T14")]
State = LiveQuestion.State


@pytest.fixture(autouse=True)
def patience() -> None:
    pace.forget()


@pytest.fixture
def thread(house: House) -> Thread:
    return make_thread(house.open, by=house.valerie, kind="live_qa", title="Hélène répond")


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(thread: Thread, by: User, *, is_anonymous: bool = False) -> LiveQuestion:
    words: dict[str, Any] = {"body": "Et les zqsalaires ?", "is_anonymous": is_anonymous, "client_id": uuid.uuid4()}
    return services.ask_question(thread=thread, by=by, at=timezone.now(), **words)


def move(question: LiveQuestion, state: str, by: User) -> None:
    services.move_question(question=question, state=state, by=by, reason="Traitée jeudi.", at=timezone.now())


def do(user: User, what: str, question: LiveQuestion, **more: Any) -> HttpResponse:
    address = f"/live-questions/{question.pk}/{what}/"
    return as_(user).post(address, {"body": "Et les congés ?"}, **more)  # type: ignore[return-value]  # the test client's own class


def inbox(user: User) -> str:
    page = as_(user).get("/inbox/").content.decode()
    return str(page.split("<main")[1].split("</main>")[0])


def test_who_asked_says_it_in_other_words_and_everybody_reads_that_it_changed(house: House, thread: Thread) -> None:
    question = ask(thread, house.rosa)
    services.support_question(question=question, user=house.moussa, wants=True, at=timezone.now())

    answer = do(house.rosa, "reword", question)

    assert answer.status_code == 302
    row = as_(house.moussa).get(thread.get_absolute_url()).content.decode().split('class="question"')[1]
    assert "Et les congés ?" in row
    assert 'data-slot="reworded">reworded' in row
    told = StreamEvent.objects.filter(kind="question.changed").order_by("-seq")[0].payload
    assert (told["body"], told["supports"], told["edited_at"] is None) == ("Et les congés ?", 1, False)


def test_who_asked_takes_it_back_and_its_words_are_nowhere(house: House, thread: Thread) -> None:
    question = ask(thread, house.rosa)
    services.support_question(question=question, user=house.moussa, wants=True, at=timezone.now())
    services.report_question(question=question, by=house.moussa, reason="Hors sujet.", at=timezone.now())

    answer = do(house.rosa, "take-back", question)

    assert answer.status_code == 302
    pages = [as_(user).get(thread.get_absolute_url()).content.decode() for user in (house.rosa, house.valerie)]
    events = list(StreamEvent.objects.order_by("pk"))
    assert "zqsalaires" not in "".join(pages) + json.dumps([event.payload for event in events])
    withdrawn = next(event for event in events if event.kind == "question.withdrawn")
    assert is_rewritten_by("thread", withdrawn.kind)
    assert not LiveSupport.objects.exists()
    assert not Report.objects.filter(handled_at=None).exists()
    for what in ("support", "move", "reword", "take-back", "moderate", "report"):
        assert do(house.valerie, what, question).status_code == 404


@pytest.mark.feature("T20")
def test_a_reported_question_is_judged_as_it_was_reported(house: House, thread: Thread) -> None:
    question = ask(thread, house.moussa)
    services.report_question(question=question, by=house.rosa, reason="C’est blessant.", at=timezone.now())

    services.reword_question(question=question, body="Et les congés ?", at=timezone.now())

    screen = as_(house.valerie).get(f"/live-questions/{question.pk}/moderate/").content.decode()
    assert "As it was reported" in screen
    assert "Et les zqsalaires ?" in screen
    assert "Et les congés ?" in screen


@pytest.mark.feature("T20")
def test_who_reported_a_question_is_told_that_it_was_taken_back(house: House, thread: Thread) -> None:
    question = ask(thread, house.moussa)
    services.report_question(question=question, by=house.rosa, reason="C’est blessant.", at=timezone.now())

    services.take_question_back(question=question, at=timezone.now())

    assert "The question you reported was taken back by its author" in inbox(house.rosa)
    assert "reported" not in inbox(house.moussa)
    report = Report.objects.get(question=question)
    assert (report.html, report.handled_at is None) == ("", False)


@pytest.mark.parametrize("what", ["reword", "take-back"])
@pytest.mark.parametrize("state", [State.SHORTLISTED, State.ANSWERING, State.ANSWERED, State.SET_ASIDE])
def test_once_somebody_took_it_up_it_stays_and_what_was_written_is_kept(
    house: House, thread: Thread, what: str, state: str
) -> None:
    question = ask(thread, house.rosa)
    move(question, state, house.valerie)

    answer = do(house.rosa, what, question)

    assert answer.status_code == 422
    html = answer.content.decode()
    assert "taken up meanwhile" in html
    assert ("Et les congés ?</textarea>" in html) is (what == "reword")
    question.refresh_from_db()
    assert (question.body, question.state) == ("Et les zqsalaires ?", state)


@pytest.mark.parametrize("what", ["reword", "take-back"])
def test_it_stays_once_it_is_hidden_or_the_qa_is_over(house: House, thread: Thread, what: str) -> None:
    question, hidden = ask(thread, house.rosa), ask(thread, house.rosa)
    services.hide_question(question=hidden, by=house.valerie, reason="Elle blesse.", at=timezone.now())

    first = do(house.rosa, what, hidden)
    services.close_thread(thread=thread, reason="Merci.", by=house.valerie, at=timezone.now())
    second = do(house.rosa, what, question)

    assert [first.status_code, second.status_code] == [422, 422]
    assert set(LiveQuestion.objects.values_list("body", "state")) == {("Et les zqsalaires ?", "asked")}


@pytest.mark.parametrize("what", ["reword", "take-back"])
@pytest.mark.parametrize(("who", "is_anonymous"), [("moussa", False), ("valerie", False), ("rosa", True)])
def test_nobody_else_does_and_nobody_where_no_name_was_given(
    house: House, thread: Thread, what: str, who: str, is_anonymous: bool
) -> None:
    question = ask(thread, house.rosa, is_anonymous=is_anonymous)

    assert do(getattr(house, who), what, question).status_code == 403
    row = as_(getattr(house, who)).get(thread.get_absolute_url()).content.decode()
    assert 'data-slot="own"' not in row.split('class="question"')[1].split("</li>")[0]


@pytest.mark.parametrize("body", ["", "\u200b", "x" * 501])
def test_it_is_not_changed_into_nothing_or_too_much(house: House, thread: Thread, body: str) -> None:
    question = ask(thread, house.rosa)

    answer = as_(house.rosa).post(f"/live-questions/{question.pk}/reword/", {"body": body})

    assert answer.status_code == 422
    assert f"{body}</textarea>" in answer.content.decode()
    question.refresh_from_db()
    assert (question.body, question.edited_at) == ("Et les zqsalaires ?", None)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (State.ANSWERING, "Your question is being answered"),
        (State.ANSWERED, "Your question was answered"),
        (State.SET_ASIDE, "Your question was set aside"),
        (State.SHORTLISTED, ""),
    ],
)
def test_who_asked_with_their_name_is_told_what_becomes_of_it(
    house: House, thread: Thread, state: str, told: str
) -> None:
    question = ask(thread, house.rosa)

    move(question, state, house.valerie)

    assert Notification.objects.filter(user=house.rosa).count() == (1 if told else 0)
    assert told in inbox(house.rosa)
    assert ("Traitée jeudi." in inbox(house.rosa)) is (state == State.SET_ASIDE)
    assert "Valerie" not in inbox(house.rosa)


def test_when_another_is_answered_who_asked_the_one_before_is_told_that_theirs_was(
    house: House, thread: Thread
) -> None:
    first, second = ask(thread, house.rosa), ask(thread, house.moussa)
    move(first, State.ANSWERING, house.valerie)

    move(second, State.ANSWERING, house.valerie)

    reasons = Notification.objects.filter(user=house.rosa).order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["qa_answering", "qa_answered"]


def test_nobody_is_told_of_their_own_act_or_of_what_was_asked_without_a_name(house: House, thread: Thread) -> None:
    for question in (ask(thread, house.valerie), ask(thread, house.rosa, is_anonymous=True)):
        move(question, State.ANSWERING, house.valerie)
        move(question, State.SET_ASIDE, house.valerie)

    assert not Notification.objects.exists()
