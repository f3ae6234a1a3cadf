"""What was taken back, hidden or moved away stands in no log: whatever event told of it, whatever it was used for."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from realtime.spaces.models import Space
from realtime.streams.models import StreamEvent
from realtime.threads import events, services
from realtime.threads.models import LiveQuestion, Message, Poll, Thread
from realtime.threads.polling import PollDraft
from realtime.threads.posting import Draft, post_message
from realtime.threads.services.synthesis import add_point, keep_in_page
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.realtime.threads.files import bring

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T20")]

SECRET = "zqmotunique"
KINDS = {kind for name, kind in vars(events).items() if name.isupper()}


@dataclass(frozen=True)
class Used:
    """Unique words in a question, and all that was done with them."""

    thread: Thread
    message: Message
    answer: Message


def use(house: House, space: Space) -> Used:
    """Words used in every way that makes events: asked about, answered, signed, kept, hidden and shown again."""
    at = timezone.now()
    thread = make_thread(space, by=house.moussa, kind="question", title="Une question")
    say(thread, house.moussa, "Quand part-elle ?")
    file = bring(thread, house.moussa, f"{SECRET}.pdf")
    poll = PollDraft(Poll.Kind.CHOICE, (f"{SECRET} oui", f"{SECRET} non"))
    draft = Draft(house.moussa.pk, thread.pk, uuid.uuid4(), f"{SECRET} dit", poll=poll, file_tokens=(file.token,))
    said = post_message(draft, at=at)
    answer = say(thread, house.valerie, "Ah bon", reply_to=said)
    services.react(message=said, user=house.valerie, emoji="👍", at=at)
    services.mark_helpful(message=said, user=house.valerie, is_helpful=True, at=at)
    option = said.poll.options.order_by("position").first()
    assert option is not None
    services.vote(message=said, option_id=option.pk, user=house.valerie, is_chosen=True, at=at)
    services.accept_answer(message=said, by=house.moussa, at=at)
    services.edit_message(message=said, body=f"{SECRET} redit", at=at)
    services.reopen_thread(thread=thread, by=house.moussa, at=at)
    services.hide_message(message=answer, by=house.valerie, reason="Pour voir.", at=at)
    services.show_message(message=answer, by=house.valerie, reason="Après tout.", at=at)
    services.hide_message(message=said, by=house.valerie, reason="Pour voir.", at=at)
    services.show_message(message=said, by=house.valerie, reason="Après tout.", at=at)
    services.mark_aside(message=said, is_aside=True, at=at)
    services.mark_aside(message=said, is_aside=False, at=at)
    services.accept_answer(message=said, by=house.moussa, at=at)
    point = add_point(thread=thread, kind="known", text="Elle part.", cited=[said.pk], by=house.moussa, at=at)
    page: dict[str, Any] = {
        "title": "Une page",
        "url": "/page/",
        "cited": [said.pk],
        "by": [house.moussa.pk],
        "with_guests": True,
    }
    keep_in_page(synthesis=point.synthesis, at=at, **page)
    services.change_thread(thread=thread, title="Une autre question", pinned=True, at=at)
    thread.refresh_from_db()
    return Used(thread, Message.objects.get(pk=said.pk), Message.objects.get(pk=answer.pk))


def do_the_rest(house: House, used: Used) -> None:
    """What makes the events that no use of these words makes."""
    at = timezone.now()
    qa = make_thread(house.closed, by=house.valerie, kind="live_qa", title="Hélène répond")
    asked: dict[str, Any] = {"is_anonymous": False, "client_id": uuid.uuid4(), "at": at}
    question = services.ask_question(thread=qa, body="Et demain ?", by=house.moussa, **asked)
    services.move_question(question=question, state=LiveQuestion.State.SHORTLISTED, by=house.valerie, at=at)
    services.hide_question(question=question, by=house.valerie, reason="Pour voir.", at=at)
    services.show_question(question=question, by=house.valerie, reason="Après tout.", at=at)
    question.refresh_from_db()
    services.take_question_back(question=question, at=at)
    other = make_thread(house.closed)
    services.delete_message(message=say(other, house.moussa), at=at)
    say(other, house.moussa)
    services.merge_thread(source=other, target=used.thread, by=house.valerie, at=at)


def hide(house: House, used: Used) -> None:
    services.hide_message(message=used.message, by=house.valerie, reason="Ça blesse.", at=timezone.now())


def take_back(house: House, used: Used) -> None:
    services.delete_message(message=used.message, at=timezone.now())


def move_alone(house: House, used: Used) -> None:
    move(house, used, [used.message.pk])


def move_with_its_answer(house: House, used: Used) -> None:
    move(house, used, [used.message.pk, used.answer.pk])


def move(house: House, used: Used, picked: list[int]) -> None:
    target = make_thread(house.closed)
    services.move_messages(source=used.thread, target=target, messages=picked, by=house.valerie, at=timezone.now())


def merge(house: House, used: Used) -> None:
    target = make_thread(house.closed)
    services.merge_thread(source=used.thread, target=target, by=house.valerie, at=timezone.now())


def log() -> str:
    """All that any stream tells to who catches up from its beginning."""
    return json.dumps(list(StreamEvent.objects.order_by("pk").values_list("payload", flat=True)))


Act = Callable[[House, Used], None]
ACTS: list[Act] = [hide, take_back, move_alone, move_with_its_answer, merge]


@pytest.mark.parametrize("act", ACTS)
def test_words_that_are_gone_stand_in_no_event_of_any_kind(house: House, act: Act) -> None:
    used = use(house, house.closed)
    do_the_rest(house, used)
    told = StreamEvent.objects.filter(stream__kind="thread")
    assert set(told.values_list("kind", flat=True)) == KINDS  # a kind that is new has its place above
    assert SECRET in log()

    act(house, used)

    assert SECRET not in log()


def test_what_stays_keeps_its_glances_at_what_stays(house: House) -> None:
    used = use(house, house.closed)
    other = say(used.thread, house.valerie, "Tout autre chose")
    services.accept_answer(message=other, by=house.moussa, at=timezone.now())
    say(used.thread, house.moussa, "Oui", reply_to=other)

    hide(house, used)

    assert log().count("Tout autre chose") == 4  # as html, as typed, as the answer, as what is answered
    told = StreamEvent.objects.get(kind=events.MESSAGE_POSTED, payload__id=used.answer.pk)
    assert told.payload["reply_to"] == {"id": used.message.pk, "author": "Moussa", "excerpt": ""}


@pytest.mark.parametrize("act", ACTS)
def test_logs_of_before_are_cleaned(house: House, act: Act) -> None:
    used = use(house, house.closed)
    before = {event.pk: event.payload for event in StreamEvent.objects.all()}
    act(house, used)
    glancing = StreamEvent.objects.filter(kind__in=[events.STATE_CHANGED, events.MESSAGE_POSTED])
    for event in glancing:
        for name in ("answer", "reply_to"):
            if name in event.payload and event.pk in before:
                event.payload[name] = before[event.pk][name]
        event.save(update_fields=["payload"])
    assert SECRET in log()

    migration: Any = import_module("realtime.threads.migrations.0002_forget_glances")
    migration.forget_glances(apps, None)

    assert SECRET not in log()
