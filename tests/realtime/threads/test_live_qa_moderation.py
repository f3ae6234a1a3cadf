"""A question of a live Q&A that hurts: reported, hidden from every screen, shown again, and who asked it kept secret."""

import json
import logging
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intranet.accounts.models import User
from realtime.notifications.models import Category, Notification
from realtime.notifications.sources import shown_to
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import add_member
from realtime.streams.models import StreamEvent
from realtime.streams.watch import is_rewritten_by
from realtime.threads import pace, services
from realtime.threads.models import LiveQuestion, ModerationAct, Report, Thread
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T14")]
SECRET, WHY = "zqinjure", "Elle vise une personne."
State = LiveQuestion.State
FETCH = {"X-Requested-With": "fetch"}


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


def ask(thread: Thread, by: User, body: str = SECRET, *, is_anonymous: bool = True) -> LiveQuestion:
    return services.ask_question(
        thread=thread, body=body, by=by, is_anonymous=is_anonymous, client_id=uuid.uuid4(), at=timezone.now()
    )


def report(question: LiveQuestion, by: User) -> Report:
    return services.report_question(question=question, by=by, reason="C’est blessant.", at=timezone.now())


def hide(question: LiveQuestion, by: User) -> ModerationAct:
    return services.hide_question(question=question, by=by, reason=WHY, at=timezone.now())


def judge(user: User, question: LiveQuestion, decision: str, **more: Any) -> HttpResponse:
    words = {"decision": decision, "reason": WHY}
    return as_(user).post(f"/live-questions/{question.pk}/moderate/", words, **more)  # type: ignore[return-value]  # the test client's own class


def read(user: User, address: str) -> str:
    return str(as_(user).get(address).content.decode())


def told(user: User) -> list[str]:
    """What somebody's inbox says of moderation, as they would read it now, oldest first."""
    notes = list(Notification.objects.of(user).filter(category=Category.MODERATION).order_by("pk"))
    shown = shown_to(user, [(note.source_kind, note.source_key) for note in notes])
    return [found.title for note in notes if (found := shown.get((note.source_kind, note.source_key)))]


# --- hiding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.ASKED, State.SHORTLISTED, State.ANSWERING, State.ANSWERED])
def test_hidden_words_leave_every_screen_but_the_hosts(house: House, thread: Thread, state: str) -> None:
    question = ask(thread, house.rosa)
    if state != State.ASKED:
        services.move_question(question=question, state=state, by=house.valerie, at=timezone.now())

    answer = judge(house.valerie, question, "hide")

    assert answer.status_code == 302
    here = thread.get_absolute_url()
    for user in (house.moussa, house.rosa):
        assert SECRET not in "".join(read(user, f"{here}{more}") for more in ("", "screen/", "answered/"))
        assert WHY in read(user, here)  # in its place: who asked without a name reads why
    assert SECRET in read(house.valerie, here)
    assert SECRET not in read(house.valerie, f"{here}screen/")


def test_hidden_words_leave_the_log_and_what_is_kept_of_it(house: House, thread: Thread) -> None:
    question = ask(thread, house.rosa)
    services.support_question(question=question, user=house.moussa, wants=True, at=timezone.now())
    services.move_question(
        question=question, state=State.SET_ASIDE, by=house.valerie, reason=f"Pas {SECRET}.", at=timezone.now()
    )

    hide(question, house.valerie)

    events = list(StreamEvent.objects.order_by("seq"))
    assert SECRET not in json.dumps([event.payload for event in events])
    assert events[-1].payload == {"id": question.pk, "reason": WHY}
    assert is_rewritten_by("thread", events[-1].kind)


def test_nothing_is_done_with_a_hidden_question(house: House, thread: Thread) -> None:
    question = ask(thread, house.rosa)
    hide(question, house.valerie)

    support = as_(house.moussa).post(f"/live-questions/{question.pk}/support/", headers=FETCH)
    move = as_(house.valerie).post(f"/live-questions/{question.pk}/move/", {"state": "answering"}, headers=FETCH)
    again = judge(house.valerie, question, "hide")

    assert [support.status_code, move.status_code, again.status_code] == [422, 422, 200]
    assert "hidden" in support.json()["message"]
    assert ModerationAct.objects.count() == 1


def test_it_is_hidden_and_shown_again_once_the_qa_is_closed(house: House, thread: Thread) -> None:
    question = ask(thread, house.rosa)
    services.move_question(question=question, state=State.ANSWERING, by=house.valerie, at=timezone.now())
    services.close_thread(thread=thread, reason="Merci.", by=house.valerie, at=timezone.now())

    hidden = judge(house.valerie, question, "hide", headers=FETCH)
    shown = judge(house.valerie, question, "show")

    assert (hidden.status_code, shown.status_code) == (200, 302)
    question.refresh_from_db()
    assert (question.hidden_at, question.state) == (None, State.ASKED)  # not on the screen of the room by itself
    assert SECRET in read(house.moussa, thread.get_absolute_url())
    last = StreamEvent.objects.filter(stream__kind="thread", kind__startswith="question.").order_by("-seq")[0]
    assert (last.kind, last.payload["body"], last.payload["state"]) == ("question.shown", SECRET, "asked")


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_it_is_not_hidden_without_a_reason(house: House, thread: Thread, reason: str) -> None:
    question = ask(thread, house.rosa)

    answer = as_(house.valerie).post(
        f"/live-questions/{question.pk}/moderate/", {"decision": "hide", "reason": reason}, headers=FETCH
    )

    assert answer.status_code == 422
    assert answer.json()["message"]
    assert not ModerationAct.objects.exists()


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("valerie", "moderate", 200),
        ("moussa", "moderate", 403),
        ("agnes", "moderate", 403),  # the audience of the address: an employee
        ("moussa", "report", 200),
        ("agnes", "report", 404),
    ],
)
def test_who_opens_which_screen(house: House, thread: Thread, who: str, address: str, status: int) -> None:
    question = ask(thread, house.rosa)

    assert as_(getattr(house, who)).get(f"/live-questions/{question.pk}/{address}/").status_code == status


def test_the_author_of_a_named_question_is_told_and_reads_it_with_the_reason(house: House, thread: Thread) -> None:
    question = ask(thread, house.rosa, is_anonymous=False)

    hide(question, house.valerie)

    assert told(house.rosa) == ["Your question was hidden"]
    page = read(house.rosa, thread.get_absolute_url())
    assert SECRET in page
    assert WHY in page
    assert WHY in read(house.rosa, f"/spaces/{house.open.slug}/moderation/")
    assert SECRET not in read(house.moussa, thread.get_absolute_url())


def test_nobody_judges_their_own_question_where_somebody_else_runs_the_space(house: House, thread: Thread) -> None:
    odile = person("odile")
    add_member(space=house.open, member=odile, role=SpaceMember.Role.FACILITATOR, at=timezone.now())
    question = ask(thread, house.valerie, is_anonymous=False)

    assert judge(house.valerie, question, "hide").status_code == 403
    assert judge(odile, question, "hide").status_code == 302


# --- reporting ------------------------------------------------------------------------------------


def test_a_report_is_told_to_those_who_run_the_space_and_answered_to_who_reported(house: House, thread: Thread) -> None:
    question = ask(thread, house.rosa)

    answer = as_(house.moussa).post(f"/live-questions/{question.pk}/report/", {"reason": "C’est blessant."})

    assert answer.status_code == 302
    assert told(house.valerie) == ["A question is reported in “Hélène répond”"]
    reports = read(house.valerie, f"/spaces/{house.open.slug}/reports/")
    assert SECRET in reports
    assert "C’est blessant." in reports
    assert "Moussa" in read(house.valerie, f"/live-questions/{question.pk}/moderate/")
    assert "C’est blessant." in read(house.moussa, f"/spaces/{house.open.slug}/moderation/")
    judge(house.valerie, question, "hide")
    judge(house.valerie, question, "show")
    assert told(house.moussa) == ["The question you reported was hidden", "The question you reported is shown again"]
    assert WHY in read(house.moussa, f"/spaces/{house.open.slug}/moderation/")
    assert "Nothing waits for a look" in read(house.valerie, f"/spaces/{house.open.slug}/reports/")


def test_a_report_can_be_answered_by_leaving_the_question_as_it_is(house: House, thread: Thread) -> None:
    question = ask(thread, house.rosa)
    report(question, house.moussa)
    with pytest.raises(services.AlreadyReported):
        report(question, house.moussa)

    judge(house.valerie, question, "leave")

    assert told(house.moussa) == ["The question you reported was left as it is"]
    assert not Report.objects.filter(handled_at=None).exists()


def test_one_does_not_report_ones_own_question(house: House, thread: Thread) -> None:
    question = ask(thread, house.rosa, is_anonymous=False)

    assert as_(house.rosa).get(f"/live-questions/{question.pk}/report/").status_code == 403
    with pytest.raises(services.OwnMessage):
        report(question, house.rosa)


def test_those_who_run_the_space_are_not_asked_to_judge_themselves(house: House, thread: Thread) -> None:
    odile = person("odile")
    add_member(space=house.open, member=odile, role=SpaceMember.Role.FACILITATOR, at=timezone.now())
    report(ask(thread, house.valerie, is_anonymous=False), house.moussa)

    assert told(odile) == ["A question is reported in “Hélène répond”"]
    assert SECRET in read(odile, f"/spaces/{house.open.slug}/reports/")
    assert SECRET not in read(house.valerie, f"/spaces/{house.open.slug}/reports/")


# --- without a name -------------------------------------------------------------------------------


def test_nothing_tells_who_asked_what_was_reported_and_hidden(
    house: House, thread: Thread, caplog: pytest.LogCaptureFixture
) -> None:
    asker = person("zqasker")
    question = ask(thread, asker)
    caplog.set_level(logging.DEBUG)

    report(question, house.moussa)
    judge(house.valerie, question, "hide")
    judge(house.valerie, question, "show")

    assert not Notification.objects.filter(user=asker).exists()
    screens = [f"/spaces/{house.open.slug}/moderation/", f"/live-questions/{question.pk}/moderate/"]
    pages = [page.split("<main")[1].split("</main>")[0] for page in (read(house.valerie, at) for at in screens)]
    told = [str(event.payload) for event in StreamEvent.objects.filter(stream__kind="thread")]
    assert all("without a name" in page.lower() for page in pages)
    assert not re.search("zqasker", "".join([*pages, *told, caplog.text]), re.IGNORECASE)


def test_the_lists_ask_as_little_however_much_is_hidden_and_reported(house: House, thread: Thread) -> None:
    client = as_(house.valerie)
    space = f"/spaces/{house.open.slug}"
    addresses = [thread.get_absolute_url(), f"{space}/reports/", f"{space}/moderation/"]

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(statements(queries))

    def judge_some(number: int) -> None:
        for n in range(number):
            hide(ask(thread, person(f"caché{uuid.uuid4().hex}"), is_anonymous=bool(n % 2)), house.valerie)
            report(ask(thread, person(f"vu{uuid.uuid4().hex}"), is_anonymous=bool(n % 2)), house.moussa)

    judge_some(2)
    few = [cost(address) for address in addresses]
    judge_some(6)

    assert [cost(address) for address in addresses] == few
    assert max(few) <= 16
