"""Polls inside a conversation: one answer a person, by name, changed until it is closed; and marks of help."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from realtime.spaces.services import archive_space
from realtime.streams.models import StreamEvent
from realtime.threads.models import HelpfulMark, Message, Poll, PollOption, PollVote, Thread
from realtime.threads.polling import PollDraft
from realtime.threads.posting import Draft, post_message, post_messages
from realtime.threads.services import NoSuchPoll, OwnWords, PollClosed, close_poll, delete_message, mark_helpful, vote
from tests.intranet.people.factories import UserFactory
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.realtime.threads.test_screens import as_
from tests.support.queries import statements

SENSE = PollDraft(Poll.Kind.SENSE)
LUNCH = PollDraft(Poll.Kind.CHOICE, ("Mardi", "Jeudi", "Vendredi"))


def ask(thread: Thread, author: User, poll: PollDraft = LUNCH, body: str = "Quel jour ?") -> Message:
    message = post_message(Draft(author.pk, thread.pk, uuid.uuid4(), body, poll=poll), at=timezone.now())
    return Message.objects.get(pk=message.pk)


def option(message: Message, place: int = 0) -> PollOption:
    found: PollOption = PollOption.objects.get(poll_id=message.pk, position=place)
    return found


def choose(message: Message, user: User, place: int = 0, *, is_chosen: bool = True) -> None:
    chosen = option(message, place)
    vote(message=message, option_id=chosen.pk, user=user, is_chosen=is_chosen, at=timezone.now())


def answers(message: Message) -> list[list[str]]:
    """Who chose each option, by name."""
    options = PollOption.objects.filter(poll_id=message.pk).order_by("position")
    return [list(o.votes.order_by("pk").values_list("user__name", flat=True)) for o in options]


def told(thread: Thread, kind: str) -> list[dict[str, Any]]:
    events = StreamEvent.objects.filter(stream__kind="thread", stream__key=thread.pk, kind=kind).order_by("seq")
    return [event.payload for event in events]


@pytest.mark.django_db
@pytest.mark.feature("T13")
class TestAsking:
    def test_a_message_carries_its_poll_in_the_event(self, house: House) -> None:
        thread = make_thread(house.open)

        message = ask(thread, house.moussa)

        [payload] = told(thread, "message.posted")
        assert payload["poll"]["kind"] == "choice"
        assert [o["label"] for o in payload["poll"]["options"]] == ["Mardi", "Jeudi", "Vendredi"]
        assert [o["id"] for o in payload["poll"]["options"]] == [option(message, n).pk for n in range(3)]
        assert message.body == "Quel jour ?"

    def test_a_sense_check_has_four_answers(self, house: House) -> None:
        message = ask(make_thread(house.open), house.moussa, SENSE, "On garde la réunion du lundi ?")

        codes = PollOption.objects.filter(poll_id=message.pk).order_by("position").values_list("code", flat=True)
        assert list(codes) == ["agree", "unsure", "disagree", "question"]

    def test_a_retry_asks_once(self, house: House) -> None:
        draft = Draft(house.moussa.pk, make_thread(house.open).pk, uuid.uuid4(), "Quel jour ?", poll=LUNCH)

        post_messages([draft, draft], at=timezone.now())
        post_message(draft, at=timezone.now())

        assert Poll.objects.count() == 1
        assert PollOption.objects.count() == 3

    def test_it_costs_the_same_for_many(self, house: House) -> None:
        thread = make_thread(house.open)
        say(thread, house.moussa)  # from now on he follows it
        costs = []
        for many in (1, 5):
            drafts = [Draft(house.moussa.pk, thread.pk, uuid.uuid4(), "?", poll=LUNCH) for _ in range(many)]
            with CaptureQueriesContext(connection) as queries:
                post_messages(drafts, at=timezone.now())
            costs.append(len(statements(queries)))

        assert costs[0] == costs[1]

    def test_a_form_asks(self, house: House) -> None:
        thread = make_thread(house.open)
        address = reverse("threads:poll_create", args=[thread.pk])
        words = {"body": "Quel jour ?", "options": " Mardi \n\nJeudi\nMardi", "client_id": str(uuid.uuid4())}

        assert as_(house.moussa).post(address, words).status_code == 302

        assert [str(o) for o in PollOption.objects.order_by("position")] == ["Mardi", "Jeudi"]
        page = as_(house.rosa).get(thread.get_absolute_url()).content.decode()
        assert "This decides nothing" in page

    def test_a_form_takes_the_temperature(self, house: House) -> None:
        thread = make_thread(house.open)
        address = reverse("threads:poll_create", args=[thread.pk]) + "?kind=sense"

        as_(house.moussa).post(address, {"body": "On la garde ?", "client_id": str(uuid.uuid4())})

        assert Poll.objects.get().kind == Poll.Kind.SENSE
        assert "I have a question" in as_(house.rosa).get(thread.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        "options", ["", "Mardi", "Mardi\nMardi", "\u200b\n \n", "x" * 121 + "\ny", "\n".join(map(str, range(11)))]
    )
    def test_bad_answers_are_refused_and_what_was_typed_is_kept(self, house: House, options: str) -> None:
        address = reverse("threads:poll_create", args=[make_thread(house.open).pk])

        answer = as_(house.moussa).post(address, {"body": "Quel jour ?", "options": options, "client_id": "x"})

        assert answer.status_code == 422
        assert "Quel jour ?" in answer.content.decode()
        assert not Message.objects.exists()

    def test_only_who_may_write_asks(self, house: House) -> None:
        shared = make_thread(house.shared, audience=Thread.Audience.SHARED)
        closed = make_thread(house.closed)
        ways = [(house.agnes, shared, 200), (house.agnes, closed, 404), (house.rosa, closed, 404)]

        for user, thread, status in ways:
            assert as_(user).get(reverse("threads:poll_create", args=[thread.pk])).status_code == status


@pytest.mark.django_db
@pytest.mark.feature("T13")
class TestAnswering:
    def test_one_answer_replaces_another_and_is_told_by_name(self, house: House) -> None:
        thread = make_thread(house.open)
        message = ask(thread, house.moussa)

        choose(message, house.rosa, 0)
        choose(message, house.valerie, 1)
        choose(message, house.rosa, 1)

        assert answers(message) == [[], ["Valerie", "Rosa"], []]
        last = told(thread, "poll.changed")[-1]
        assert [[p["name"] for p in o["people"]] for o in last["options"]] == answers(message)
        assert (last["id"], last["closed"]) == (message.pk, False)

    def test_several_answers_where_several_can_be_chosen(self, house: House) -> None:
        message = ask(make_thread(house.open), house.moussa, PollDraft(Poll.Kind.CHOICE, ("a", "b", "c"), True))

        for place in (0, 2):
            choose(message, house.rosa, place)
        choose(message, house.rosa, 0, is_chosen=False)

        assert answers(message) == [[], [], ["Rosa"]]

    def test_saying_it_twice_changes_and_tells_nothing(self, house: House) -> None:
        thread = make_thread(house.open)
        message = ask(thread, house.moussa)

        choose(message, house.rosa, 0, is_chosen=False)
        for _ in range(3):
            choose(message, house.rosa)

        assert answers(message) == [["Rosa"], [], []]
        assert len(told(thread, "poll.changed")) == 1

    def test_the_database_keeps_one_answer_a_person(self, house: House) -> None:
        message = ask(make_thread(house.open), house.moussa)
        choose(message, house.rosa, 0)

        with pytest.raises(IntegrityError), transaction.atomic():
            PollVote.objects.create(
                poll_id=message.pk, option=option(message, 1), user=house.rosa, is_only=True, at=timezone.now()
            )

    def test_an_answer_of_another_poll_is_none(self, house: House) -> None:
        thread = make_thread(house.open)
        first, second, plain = ask(thread, house.moussa), ask(thread, house.moussa), say(thread, house.moussa)

        for message in (first, plain):
            with pytest.raises(NoSuchPoll):
                vote(message=message, option_id=option(second).pk, user=house.rosa, is_chosen=True, at=timezone.now())

    def test_a_closed_poll_stands(self, house: House) -> None:
        thread = make_thread(house.open)
        message = ask(thread, house.moussa)
        choose(message, house.rosa)

        close_poll(message=message, at=timezone.now())

        for act in (lambda: choose(message, house.rosa, 1), lambda: close_poll(message=message, at=timezone.now())):
            with pytest.raises(PollClosed):
                act()
        assert answers(message) == [["Rosa"], [], []]
        assert told(thread, "poll.changed")[-1]["closed"] is True
        page = as_(house.rosa).get(thread.get_absolute_url()).content.decode()
        assert page.count('class="poll__choice"') == 4  # three, and the mold
        assert page.count("disabled data-may>") == 3

    def test_a_poll_taken_back_leaves_none_of_its_words(self, house: House) -> None:
        thread = make_thread(house.open)
        message = ask(thread, house.moussa, PollDraft(Poll.Kind.CHOICE, ("zqlundi", "zqmardi")))
        choose(message, house.rosa)

        delete_message(message=message, at=timezone.now())

        assert not Poll.objects.exists()
        assert not PollVote.objects.exists()
        assert "zq" not in str([event.payload for event in StreamEvent.objects.all()])

    @pytest.mark.parametrize(
        ("space", "audience", "who", "status"),
        [
            ("open", "internal", "rosa", 302),
            ("open", "internal", "agnes", 404),
            ("closed", "internal", "moussa", 302),
            ("closed", "internal", "rosa", 404),
            ("shared", "internal", "agnes", 404),
            ("shared", "shared", "agnes", 302),
        ],
    )
    def test_who_answers(self, house: House, space: str, audience: str, who: str, status: int) -> None:
        message = ask(make_thread(getattr(house, space), audience=audience), house.valerie)

        answer = as_(getattr(house, who)).post(
            reverse("threads:vote", args=[message.pk]), {"option": option(message).pk, "chosen": "1"}
        )

        assert answer.status_code == status
        assert PollVote.objects.exists() is (status == 302)

    @pytest.mark.parametrize("state", ["archived", "closed"])
    def test_nobody_answers_where_it_is_over(self, house: House, state: str) -> None:
        thread = make_thread(house.open)
        message = ask(thread, house.valerie)
        if state == "archived":
            archive_space(space=house.open, at=timezone.now())
        else:
            Thread.objects.filter(pk=thread.pk).update(state=Thread.State.CLOSED)

        for name in ("vote", "poll_close", "helpful"):
            address = reverse(f"threads:{name}", args=[message.pk])
            words = {"option": option(message).pk, "chosen": "1", "helpful": "1"}
            assert as_(house.moussa).post(address, words).status_code == 403
        assert not PollVote.objects.exists()

    def test_it_is_closed_by_whoever_asked_or_runs_the_space(self, house: House) -> None:
        for who, status in (("rosa", 403), ("moussa", 302), ("valerie", 302)):
            message = ask(make_thread(house.open), house.moussa)
            address = reverse("threads:poll_close", args=[message.pk])
            assert as_(getattr(house, who)).post(address).status_code == status
            assert (Poll.objects.get(message=message).closed_at is not None) is (status == 302)

    @pytest.mark.parametrize("nonsense", ["", "abc", "-1", "1.5", "9" * 40, "0", "999999"])
    def test_nonsense_is_not_there(self, house: House, nonsense: str) -> None:
        message = ask(make_thread(house.open), house.moussa)
        address = reverse("threads:vote", args=[message.pk])

        assert as_(house.rosa).post(address, {"option": nonsense, "chosen": "1"}).status_code == 404

    def test_a_script_is_told_why_not(self, house: House) -> None:
        message = ask(make_thread(house.open), house.moussa)
        close_poll(message=message, at=timezone.now())

        answer = as_(house.rosa).post(
            reverse("threads:vote", args=[message.pk]),
            {"option": option(message).pk, "chosen": "1"},
            headers={"X-Requested-With": "fetch"},
        )

        assert answer.status_code == 422
        assert "closed" in answer.json()["message"]

    def test_a_page_full_of_polls_and_marks_costs_the_same(self, house: House) -> None:
        thread = make_thread(house.open)
        client = as_(house.rosa)
        costs = []
        for many in (1, 24):
            for _ in range(many):
                message = ask(thread, house.moussa)
                choose(message, UserFactory())
                choose(message, house.valerie, 1)
                mark_helpful(message=message, user=house.valerie, is_helpful=True, at=timezone.now())
            client.get(thread.get_absolute_url())
            with CaptureQueriesContext(connection) as queries:
                page = client.get(thread.get_absolute_url()).content.decode()
            costs.append(len(statements(queries)))

        assert page.count('data-kind="choice"') == 25
        assert costs[0] == costs[1] <= 18  # marks and polls are asked for where there are any


def at_once(number: int, act: Any) -> list[Any]:
    """`number` calls of `act` in as many threads, each with its own connection; what each gave or raised."""

    def one(n: int) -> Any:
        try:
            return act(n)
        except Exception as error:  # the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(one, range(number)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("T13")
def test_two_hundred_votes_at_once_leave_one(house: House) -> None:
    message = ask(make_thread(house.open), house.moussa)

    outcomes = at_once(200, lambda n: choose(message, house.rosa, n % 3))

    assert [o for o in outcomes if isinstance(o, Exception)] == []
    assert PollVote.objects.filter(poll_id=message.pk, user=house.rosa).count() == 1
    assert sum(map(len, answers(message))) == 1


@pytest.mark.django_db
@pytest.mark.feature("T6")
class TestHelp:
    def test_it_is_shown_by_name_told_and_taken_back(self, house: House) -> None:
        thread = make_thread(house.shared, audience=Thread.Audience.SHARED)
        message = say(thread, house.moussa)

        for user in (house.agnes, house.valerie):
            as_(user).post(reverse("threads:helpful", args=[message.pk]), {"helpful": "1"})

        assert [p["name"] for p in told(thread, "helpful.changed")[-1]["people"]] == ["Agnes", "Valerie"]
        assert "Agnes (guest), Valerie" in as_(house.valerie).get(thread.get_absolute_url()).content.decode()
        as_(house.agnes).post(reverse("threads:helpful", args=[message.pk]), {"helpful": "0"})
        assert [p["name"] for p in told(thread, "helpful.changed")[-1]["people"]] == ["Valerie"]

    def test_it_is_said_once_however_often(self, house: House) -> None:
        thread = make_thread(house.open)
        message = say(thread, house.moussa)

        said = [mark_helpful(message=message, user=house.rosa, is_helpful=True, at=timezone.now()) for _ in range(3)]

        assert said == [True, False, False]
        assert HelpfulMark.objects.count() == len(told(thread, "helpful.changed")) == 1

    def test_nobody_marks_their_own_words(self, house: House) -> None:
        thread = make_thread(house.open)
        message = say(thread, house.moussa)

        with pytest.raises(OwnWords):
            mark_helpful(message=message, user=house.moussa, is_helpful=True, at=timezone.now())

        client = as_(house.moussa)
        assert client.post(reverse("threads:helpful", args=[message.pk]), {"helpful": "1"}).status_code == 403
        page = client.get(thread.get_absolute_url()).content.decode()
        assert page.count('data-slot="helpful-act"') == 1  # the mold's
        assert as_(house.rosa).get(thread.get_absolute_url()).content.decode().count('data-slot="helpful-act"') == 2

    @pytest.mark.parametrize(
        ("space", "audience", "who", "status"),
        [
            ("open", "internal", "rosa", 302),
            ("closed", "internal", "rosa", 404),
            ("shared", "internal", "agnes", 404),
            ("shared", "shared", "agnes", 302),
        ],
    )
    def test_who_marks(self, house: House, space: str, audience: str, who: str, status: int) -> None:
        message = say(make_thread(getattr(house, space), audience=audience), house.moussa)

        answer = as_(getattr(house, who)).post(reverse("threads:helpful", args=[message.pk]), {"helpful": "1"})

        assert answer.status_code == status
        assert HelpfulMark.objects.exists() is (status == 302)

    def test_it_goes_with_the_words(self, house: House) -> None:
        message = say(make_thread(house.open), house.moussa)
        mark_helpful(message=message, user=house.rosa, is_helpful=True, at=timezone.now())

        delete_message(message=message, at=timezone.now())

        assert not HelpfulMark.objects.exists()
