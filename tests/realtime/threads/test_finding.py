"""Finding messages by words, by whom, where and when: the same on both databases, and never more than one may see."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.models import Profile
from intranet.people.words import ask
from realtime.threads import finding, lexicon, walking
from realtime.threads.finding import Filters, find_messages
from realtime.threads.indexing import index_conversations
from realtime.threads.lexicon import Wanted, found, safe
from realtime.threads.models import Attachment, Message, Thread
from realtime.threads.services import delete_message, edit_message, mark_read
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("S1")]


def words(text: str, user: User, filters: Filters = Filters()) -> list[str]:  # noqa: B008  # it is frozen
    """The bodies of what answers, newest first, once everything is indexed."""
    index_conversations.func()
    return [message.body for message in find_messages(ask(text), filters, user=user)]


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.feature("S3")
@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Les livraisons sont en retard.", "livraison"),
        ("L’étuve chauffe à 180 °C.", "etuve"),
        ("Le couple de serrage", "COUPLE serrages"),
        ("Voir D-42 pour la suite", "D-42"),
        ("La navette est partie", "nav"),
    ],
)
def test_a_message_is_found_in_any_form_of_its_words(house: House, said: str, asked: str) -> None:
    thread = make_thread(house.closed)
    say(thread, house.valerie, said)
    say(thread, house.valerie, "Rien à voir.")

    assert words(asked, house.moussa) == [said]


def test_every_word_asked_for_must_be_there(house: House) -> None:
    thread = make_thread(house.closed)
    say(thread, house.valerie, "la presse chauffe")
    say(thread, house.valerie, "la presse et l’étuve chauffent")

    assert words("presse étuve", house.moussa) == ["la presse et l’étuve chauffent"]


@pytest.mark.parametrize("text", ['"', "stems : x", "a* OR b", "'&|!()", "p1", "a:*", "* * *", "NEAR(a b)"])
def test_what_is_typed_is_never_the_language_of_the_index(house: House, text: str) -> None:
    say(make_thread(house.closed), house.valerie, "bonjour")

    assert words(text, house.moussa) == []


def test_a_term_that_is_not_a_folded_word_is_refused() -> None:
    with pytest.raises(ValueError, match="x'"):
        safe("x'")


@pytest.mark.feature("S2")
@pytest.mark.parametrize(
    ("who", "expected"),
    [("valerie", 4), ("moussa", 4), ("rosa", 1), ("agnes", 1)],
)
def test_only_what_one_may_see_is_found(house: House, who: str, expected: int) -> None:
    for space, audience in [("open", "internal"), ("closed", "internal"), ("shared", "internal"), ("shared", "shared")]:
        say(make_thread(getattr(house, space), audience=audience), house.valerie, f"navette {space} {audience}")

    assert len(words("navette", getattr(house, who))) == expected


def test_a_right_that_is_lost_is_lost_at_once(house: House) -> None:
    say(make_thread(house.closed), house.valerie, "navette")
    assert words("navette", house.moussa) == ["navette"]

    house.closed.members.filter(user=house.moussa).delete()

    assert words("navette", house.moussa) == []


def test_what_was_taken_back_hidden_or_changed_is_not_found(house: House) -> None:
    thread = make_thread(house.closed)
    back, hidden, changed = (say(thread, house.valerie, f"navette {n}") for n in range(3))
    assert len(words("navette", house.moussa)) == 3

    delete_message(message=back, at=timezone.now())
    Message.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    edit_message(message=changed, body="le train", at=timezone.now())

    assert words("navette", house.moussa) == []
    assert words("train", house.moussa) == ["le train"]
    assert back.pk not in found(Wanted(ask("navette")), most=9)


def test_a_thread_that_goes_takes_its_words_along(house: House) -> None:
    message = say(make_thread(house.closed), house.valerie, "navette")
    words("navette", house.moussa)

    Thread.objects.update(last_message=None)
    Message.objects.filter(pk=message.pk).delete()

    assert found(Wanted(ask("navette")), most=9) == []


def a_mixed_house(house: House) -> None:
    now = timezone.now()
    question = make_thread(house.closed, title="Q", kind="question", at=now - timedelta(days=90))
    say(question, house.valerie, "navette vieille", at=now - timedelta(days=80))
    solved = make_thread(house.open, title="S", kind="question", at=now - timedelta(days=9))
    say(solved, house.moussa, "navette solved", at=now - timedelta(days=9))
    Thread.objects.filter(pk=solved.pk).update(state=Thread.State.SOLVED)
    plain = make_thread(house.open, title="P", at=now - timedelta(days=2))
    say(plain, house.moussa, "navette simple", at=now - timedelta(days=2))
    held = say(plain, house.rosa, "navette jointe", at=now - timedelta(days=1))
    Attachment.objects.create(
        thread=plain,
        message=held,
        uploaded_at=now,
        file=ContentFile(b"x", name="a.txt"),
        name="a.txt",
        content_type="text/plain",
        size=1,
    )


def day(ago: int) -> date:
    return timezone.localdate() - timedelta(days=ago)


def filters(house: House, name: str) -> Filters:
    return {
        "author": Filters(authors=[house.moussa.pk]),
        "nobody": Filters(authors=[]),
        "space": Filters(space=house.closed),
        "since": Filters(since=day(3)),
        "until": Filters(until=day(30)),
        "between": Filters(since=day(10), until=day(5)),
        "one day": Filters(since=day(1), until=day(1)),
        "ten years": Filters(since=day(3650)),
        "file": Filters(has_file=True),
        "kind": Filters(kind="question"),
        "open": Filters(state="open"),
        "solved": Filters(state="solved"),
        "both": Filters(authors=[house.moussa.pk], kind="discussion"),
    }[name]


NARROWED = [
    ("author", ["simple", "solved"]),
    ("nobody", []),
    ("space", ["vieille"]),
    ("since", ["jointe", "simple"]),
    ("until", ["vieille"]),
    ("between", ["solved"]),
    ("one day", ["jointe"]),
    ("ten years", ["jointe", "simple", "solved", "vieille"]),
    ("file", ["jointe"]),
    ("kind", ["solved", "vieille"]),
    ("open", ["vieille"]),
    ("solved", ["solved"]),
    ("both", ["simple"]),
]


@pytest.mark.parametrize(("name", "expected"), NARROWED)
@pytest.mark.parametrize("text", ["navette", ""])
def test_a_search_is_narrowed(house: House, name: str, expected: list[str], text: str) -> None:
    a_mixed_house(house)

    assert words(text, house.moussa, filters(house, name)) == [f"navette {word}" for word in expected]


@pytest.mark.parametrize("newest", [1, 3, 6, 100])
@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_the_newest_that_answer_are_found_wherever_they_are(
    house: House, monkeypatch: pytest.MonkeyPatch, newest: int, most: int
) -> None:
    monkeypatch.setattr(lexicon, "NEWEST", newest)
    thread, order = make_thread(house.closed), "navette peson navette peson peson navette peson"
    said = [(word, say(thread, house.valerie, f"Encore {word}.").pk) for word in order.split()]
    index_conversations.func()

    for word in ("navette", "peson", "encore", "absent"):
        answers = [pk for one, pk in reversed(said) if word in (one, "encore")]
        assert found(Wanted(ask(word)), most=most) == answers[:most]


def test_a_search_looks_at_no_more_than_it_says(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "LOOKED_AT", 4)
    thread = make_thread(house.closed)
    for number in range(9):
        say(thread, house.valerie, f"navette {number}")

    assert words("navette", house.moussa) == [f"navette {number}" for number in (8, 7, 6, 5)]


# --- inside a conversation ----------------------------------------------------------------------


def test_words_are_found_in_their_conversation_one_after_the_other(house: House) -> None:
    thread = make_thread(house.closed)
    said = [say(thread, house.valerie, "une navette" if n % 20 == 0 else f"ligne {n}") for n in range(100)]
    say(make_thread(house.closed, title="Ailleurs"), house.valerie, "une navette")
    index_conversations.func()
    client = as_(house.moussa)

    html = client.get(thread.get_absolute_url(), {"find": "navettes"}).content.decode()
    assert "5 of 5" in html
    assert f'id="m-{said[80].pk}"' in html
    assert html.count("message--found") == 1
    assert f"at={said[60].pk}" in html

    html = client.get(thread.get_absolute_url(), {"find": "navettes", "at": str(said[20].pk)}).content.decode()
    assert "2 of 5" in html
    assert f"at={said[0].pk}" in html
    assert f"at={said[40].pk}" in html
    assert f'id="m-{said[99].pk}"' not in html

    assert (
        "Nothing in this conversation answers this"
        in client.get(thread.get_absolute_url(), {"find": "zzz"}).content.decode()
    )


def test_all_that_answer_are_counted_and_reached(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = make_thread(house.closed)
    said = [say(thread, house.valerie, f"navette {n}") for n in range(finding.MOST + 5)]
    index_conversations.func()
    client = as_(house.moussa)

    html = client.get(thread.get_absolute_url(), {"find": "navette", "at": str(said[2].pk)}).content.decode()
    assert f"3 of {len(said)}<" in html
    assert f"at={said[1].pk}" in html
    assert f"at={said[3].pk}" in html

    monkeypatch.setattr(finding, "LOOKED_AT", 50)
    monkeypatch.setattr(walking, "LOOKED_AT", 50)
    assert "50 of the 50 newest" in client.get(thread.get_absolute_url(), {"find": "navette"}).content.decode()


@pytest.mark.feature("T8")
@pytest.mark.parametrize(("days_ago", "expected"), [(30, 10), (31, 10), (29, 11), (2000, 0), (-5, 39)])
def test_a_conversation_opens_on_a_day(house: House, days_ago: int, expected: int) -> None:
    start = timezone.now() - timedelta(days=40)
    thread = make_thread(house.closed, at=start)
    said = []
    for number in range(40):
        if number != 9:
            said.append(say(thread, house.valerie, f"jour {number}", at=start + timedelta(days=number)))
        else:
            said.append(said[-1])

    html = as_(house.moussa).get(thread.get_absolute_url(), {"on": str(day(days_ago))}).content.decode()

    assert html.count("message--found") == 1
    place = html.index("message--found")
    assert f'id="m-{said[expected].pk}"' in html[place : place + 200]


@pytest.mark.parametrize(
    "on", ["nonsense", "2026-02-31", "", "0000-00-00", "2026-03-01T00:00", "0001-01-01", "9999-12-31"]
)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_day_that_is_none_opens_the_conversation_as_ever(house: House, on: str, zone: str) -> None:
    Profile.objects.filter(user=house.moussa).update(zone=zone)
    thread = make_thread(house.closed)
    say(thread, house.valerie, "bonjour")

    answer = as_(house.moussa).get(thread.get_absolute_url(), {"on": on})

    assert answer.status_code == 200
    assert "message--found" not in answer.content.decode()


def test_a_stretch_begins_where_one_was(house: House) -> None:
    thread = make_thread(house.closed)
    said = [say(thread, house.valerie, f"ligne {n}") for n in range(120)]
    address = reverse("threads:messages", args=[thread.pk])

    html = as_(house.moussa).get(address, {"from": 61}, headers={"X-Requested-With": "fetch"}).content.decode()

    assert f'id="m-{said[60].pk}"' in html
    assert f'id="m-{said[50].pk}"' in html
    assert f'id="m-{said[40].pk}"' not in html
    assert "?before=" in html
    assert "?after=" in html


@pytest.mark.parametrize("asked", [{"find": "navette"}, {"on": "2026-01-01"}])
def test_going_somewhere_costs_the_same_whatever_is_there(house: House, asked: dict[str, str]) -> None:
    thread = make_thread(house.closed)
    counts = []
    for number in (3, 70):
        for _ in range(number):
            say(thread, house.valerie, "navette", reply_to=thread.last_message)
        index_conversations.func()
        client = as_(house.moussa)
        mark_read(thread=thread, user=house.moussa, seq=thread.last_seq)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(thread.get_absolute_url(), asked).status_code == 200
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1] <= 19
