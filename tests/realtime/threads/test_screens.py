"""Conversations as people meet them, without a script."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from realtime.streams.models import StreamEvent
from realtime.threads.fields import LongField
from realtime.threads.models import Message, MessageRevision, Reaction, ReadMark, Thread
from realtime.threads.services import change_thread, delete_message, mark_read, react
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post_words(client: Client, thread: Thread, body: str, **more: object) -> HttpResponse:
    words = {"body": body, "client_id": str(uuid.uuid4()), **more}
    return client.post(reverse("threads:message_post", args=[thread.pk]), words)  # type: ignore[return-value]  # the test client's own class


@pytest.mark.feature("T1")
def test_a_space_shows_its_conversations_pinned_first_then_latest(house: House) -> None:
    now = timezone.now()
    old = make_thread(house.open, title="Ancien", at=now - timedelta(days=9))
    say(old, house.moussa, at=now - timedelta(days=9))
    new = make_thread(house.open, title="Nouveau")
    say(new, house.moussa)
    pinned = make_thread(house.open, title="Épinglé", at=now - timedelta(days=20))
    change_thread(thread=pinned, title="Épinglé", pinned=True, at=now)

    html = as_(house.rosa).get(house.open.get_absolute_url()).content.decode()

    assert html.index("Épinglé") < html.index("Nouveau") < html.index("Ancien")


def test_a_silent_conversation_beside_a_page_is_not_listed(house: House) -> None:
    silent = make_thread(house.open, title="Muette", origin_url="/pages/ouvert/muette/")
    make_thread(house.open, title="Toute neuve")
    client = as_(house.rosa)

    before = client.get(house.open.get_absolute_url()).content.decode()
    say(silent, house.moussa)
    after = client.get(house.open.get_absolute_url()).content.decode()

    assert "Muette" not in before
    assert "Toute neuve" in before
    assert "Muette" in after


@pytest.mark.feature("T11")
def test_whoever_runs_the_space_pins_and_the_others_do_not(house: House) -> None:
    thread = make_thread(house.open, by=house.moussa)
    address = reverse("threads:thread_change", args=[thread.pk])

    assert as_(house.rosa).post(address, {"title": "x", "pinned": "on"}).status_code == 403
    assert as_(house.valerie).post(address, {"title": "Renommé", "pinned": "on"}).status_code == 302

    thread.refresh_from_db()
    assert (thread.title, thread.pinned) == ("Renommé", True)


def test_a_conversation_is_begun_with_its_first_words(house: House) -> None:
    words = {
        "title": "Navette",
        "body": "Elle est en panne.",
        "kind": "question",
        "audience": "internal",
        "client_id": str(uuid.uuid4()),
    }
    client = as_(house.moussa)

    for _ in range(2):  # sent twice by an impatient hand
        answer = client.post(reverse("threads:thread_create", args=[house.open.slug]), words)

    thread = Thread.objects.get()
    assert answer.headers["Location"] == thread.get_absolute_url()
    assert (thread.kind, thread.messages.get().body) == ("question", "Elle est en panne.")


def test_a_conversation_with_a_missing_title_keeps_what_was_typed(house: House) -> None:
    words = {"title": "", "body": "Tout ce que j’ai écrit", "kind": "discussion", "client_id": str(uuid.uuid4())}

    answer = as_(house.moussa).post(reverse("threads:thread_create", args=[house.open.slug]), words)

    assert answer.status_code == 200
    assert "Tout ce que j’ai écrit" in answer.content.decode()
    assert not Thread.objects.exists()


def test_a_message_posted_by_a_form_comes_back_at_its_place(house: House) -> None:
    thread = make_thread(house.open)

    answer = post_words(as_(house.moussa), thread, "Bonjour")

    message = Message.objects.get()
    assert answer.headers["Location"] == f"{thread.get_absolute_url()}#m-{message.pk}"


@pytest.mark.parametrize("bad", ["", "   ", "x" * 100_000, "\x00\x01", "\u200b"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_bad_message_says_why_and_keeps_the_words(house: House, bad: str, language: str) -> None:
    thread = make_thread(house.open)
    house.moussa.profile.language = language
    house.moussa.profile.save()

    answer = post_words(as_(house.moussa), thread, bad)

    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'role="alert"' in html
    assert bad.strip("\x00\x01 ") in html
    assert not Message.objects.exists()


def test_what_is_pasted_is_never_cut_but_counted_on_the_screen(house: House) -> None:
    thread = make_thread(house.open, kind=Thread.Kind.LIVE_QA)
    message = say(thread, house.moussa, "Le quai attend.")
    screens = [
        reverse("threads:message_edit", args=[message.pk]),
        reverse("threads:poll_create", args=[thread.pk]) + "?kind=choice",
        reverse("threads:synthesis", args=[thread.pk]),
        reverse("threads:thread_create", args=[house.open.slug]),
        thread.get_absolute_url(),
    ]

    for screen in screens:
        html = as_(house.moussa).get(screen).content.decode()
        fields = re.findall(r"<textarea.*?>", html, re.DOTALL)
        assert fields, screen
        for field in fields:
            assert "maxlength" not in field
            assert re.search(r'data-controller="[^"]*\blength\b"', field)
            assert "data-length-most-value" in field


def test_a_line_of_a_long_field_ends_with_one_character(house: House) -> None:
    field = LongField(rows=2, max_length=4)

    assert field.clean("un\r\n2") == "un\n2"


def test_script_and_markdown_are_shown_not_run(house: House) -> None:
    thread = make_thread(house.open)
    post_words(as_(house.moussa), thread, "<script>alert(1)</script> [x](javascript:alert(2)) **gras**")

    html = as_(house.rosa).get(thread.get_absolute_url()).content.decode()

    assert "<script>alert(1)" not in html
    assert 'href="javascript' not in html
    assert "<strong>gras</strong>" in html


@pytest.mark.feature("T4")
def test_an_edited_message_says_so_and_keeps_what_it_said(house: House) -> None:
    thread = make_thread(house.open)
    message = say(thread, house.moussa, "À 13 h")
    client = as_(house.moussa)

    client.post(reverse("threads:message_edit", args=[message.pk]), {"body": "À 14 h"})

    history = as_(house.rosa).get(reverse("threads:message_history", args=[message.pk])).content.decode()
    assert "À 13 h" in history
    assert "À 14 h" in history
    assert StreamEvent.objects.filter(kind="message.edited").count() == 1


def test_only_the_author_edits_and_takes_back(house: House) -> None:
    message = say(make_thread(house.open), house.moussa)

    for name in ("threads:message_edit", "threads:message_delete"):
        assert as_(house.valerie).post(reverse(name, args=[message.pk]), {"body": "autre"}).status_code == 403


def test_a_message_taken_back_leaves_a_trace_and_none_of_its_words(house: House) -> None:
    thread = make_thread(house.open)
    message = say(thread, house.moussa, "Mot-de-passe-secret")
    as_(house.moussa).post(reverse("threads:message_edit", args=[message.pk]), {"body": "Mot-de-passe-secret corrigé"})
    react(message=message, user=house.rosa, emoji="👍", at=timezone.now())

    as_(house.moussa).post(reverse("threads:message_delete", args=[message.pk]))

    html = as_(house.rosa).get(thread.get_absolute_url()).content.decode()
    assert f'id="m-{message.pk}"' in html
    assert "Mot-de-passe-secret" not in html
    assert not MessageRevision.objects.exists()
    assert not Reaction.objects.exists()
    assert not [event for event in StreamEvent.objects.all() if "Mot-de-passe-secret" in str(event.payload)]
    assert as_(house.rosa).get(message.get_absolute_url()).status_code == 404


@pytest.mark.feature("P12")
def test_a_sign_is_left_and_taken_back_and_shown_with_its_people(house: House) -> None:
    thread = make_thread(house.open)
    message = say(thread, house.moussa)
    address = reverse("threads:react", args=[message.pk])

    as_(house.rosa).post(address, {"emoji": "🎉"})
    html = as_(house.valerie).get(thread.get_absolute_url()).content.decode()
    assert "🎉" in html
    assert 'title="Rosa"' in html

    as_(house.rosa).post(address, {"emoji": "🎉"})
    assert not Reaction.objects.exists()


@pytest.mark.parametrize("nonsense", ["", "bravo", "👍👍👍👍👍👍👍👍👍", "<b>", "1"])
def test_only_an_emoji_is_a_sign(house: House, nonsense: str) -> None:
    message = say(make_thread(house.open), house.moussa)

    as_(house.rosa).post(reverse("threads:react", args=[message.pk]), {"emoji": nonsense})

    assert not Reaction.objects.exists()


@pytest.mark.parametrize("emoji", ["👍", "❤️", "🎉", "👀", "🙏", "😄", "✅", "🤔", "👩🏽‍🔧", "🇫🇷", "1️⃣"])
def test_every_emoji_of_the_picker_is_a_sign(house: House, emoji: str) -> None:
    message = say(make_thread(house.open), house.moussa)

    assert react(message=message, user=house.rosa, emoji=emoji, at=timezone.now())


@pytest.mark.feature("T5")
def test_replying_and_quoting_work_by_links(house: House) -> None:
    thread = make_thread(house.open)
    message = say(thread, house.moussa, "Première ligne\nseconde ligne")
    client = as_(house.rosa)

    quoting = client.get(f"{thread.get_absolute_url()}?quote={message.pk}").content.decode()
    assert "&gt; Première ligne\n&gt; seconde ligne" in quoting
    post_words(client, thread, "Je réponds", reply_to=message.pk)

    html = client.get(thread.get_absolute_url()).content.decode()
    assert f'href="#m-{message.pk}"' in html


@pytest.mark.feature("T5")
def test_a_row_is_asked_for_in_one_conversation(house: House) -> None:
    thread, other = make_thread(house.open), make_thread(house.open)
    message = say(thread, house.moussa)
    client = as_(house.rosa)
    address = reverse("threads:message_row", args=[message.pk])

    assert client.get(address, {"thread": thread.pk}).status_code == 200
    assert client.get(address, {"thread": other.pk}).status_code == 404
    delete_message(message=message, at=timezone.now())
    assert client.get(address, {"thread": thread.pk}).status_code == 404


@pytest.mark.feature("T8")
def test_the_line_stands_above_the_first_unread_and_moves_on(house: House) -> None:
    thread = make_thread(house.open)
    say(thread, house.moussa, "déjà lu")
    client = as_(house.rosa)
    client.get(thread.get_absolute_url())
    first = say(thread, house.moussa, "tout neuf")

    html = client.get(thread.get_absolute_url()).content.decode()
    assert html.index('id="unread"') < html.index(f'id="m-{first.pk}"')
    again = client.get(thread.get_absolute_url()).content.decode()
    assert 'id="unread"' not in again[: again.index("<template")]


def test_the_place_one_has_read_to_never_goes_back_nor_too_far(house: House) -> None:
    thread = make_thread(house.open)
    for _ in range(3):
        say(thread, house.moussa)

    for seq in (2, 1, 99):
        mark_read(thread=thread, user=house.rosa, seq=seq)

    assert ReadMark.objects.get().seq == 3


def test_a_permalink_opens_a_long_conversation_at_the_place(house: House) -> None:
    thread = make_thread(house.open)
    said = [say(thread, house.moussa, f"ligne {n}") for n in range(120)]

    html = as_(house.rosa).get(said[40].get_absolute_url()).content.decode()

    assert f'id="m-{said[40].pk}"' in html
    assert f'id="m-{said[0].pk}"' not in html
    assert f'id="m-{said[119].pk}"' not in html
    assert "?before=" in html
    assert "?after=" in html


def test_one_walks_through_all_of_a_long_conversation(house: House) -> None:
    thread = make_thread(house.open)
    said = [say(thread, house.moussa, f"ligne {n}").pk for n in range(120)]
    client = as_(house.rosa)
    seen: list[int] = []
    before = 10**9

    for _ in range(3):
        page = client.get(
            reverse("threads:messages", args=[thread.pk]),
            {"before": before},
            headers={"X-Requested-With": "fetch"},
        )
        rows = [row.message for row in page.context["window"].rows]
        seen = [row.pk for row in rows] + seen
        before = rows[0].seq

    assert seen == said


@pytest.mark.parametrize("nonsense", ["abc", "-1", "9" * 40, "1.5", ""])
def test_a_nonsense_place_is_no_error(house: House, nonsense: str) -> None:
    thread = make_thread(house.open)
    client = as_(house.rosa)

    assert client.get(reverse("threads:messages", args=[thread.pk]), {"before": nonsense}).status_code == 200
    assert client.post(reverse("threads:read", args=[thread.pk]), {"seq": nonsense}).status_code == 422


def test_a_page_that_nobody_told_who_is_there_says_nothing_of_it(house: House) -> None:
    thread = make_thread(house.open)
    html = as_(house.rosa).get(thread.get_absolute_url()).content.decode()
    panel = re.search(r'<section class="panel" data-presence="[^"]*"([^>]*)>', html)
    assert panel is not None
    assert "hidden" in panel[1]


@pytest.mark.parametrize(
    ("who", "space", "audience", "expected"),
    [
        ("rosa", "open", "internal", 200),
        ("rosa", "closed", "internal", 404),
        ("moussa", "closed", "internal", 200),
        ("agnes", "shared", "shared", 200),
        ("agnes", "shared", "internal", 404),
        ("agnes", "open", "internal", 404),
        ("rosa", "shared", "shared", 404),
    ],
)
def test_who_reads_what(house: House, who: str, space: str, audience: str, expected: int) -> None:
    thread = make_thread(getattr(house, space), audience=audience)
    message = say(thread, house.valerie)
    client = as_(getattr(house, who))

    for address in (
        thread.get_absolute_url(),
        message.get_absolute_url(),
        reverse("threads:message_history", args=[message.pk]),
    ):
        assert client.get(address).status_code == expected


def test_a_guest_opens_conversations_that_guests_see(house: House) -> None:
    words = {
        "title": "Sacs",
        "body": "Ils s’ouvrent.",
        "kind": "question",
        "audience": "internal",
        "client_id": str(uuid.uuid4()),
    }

    as_(house.agnes).post(reverse("threads:thread_create", args=[house.shared.slug]), words)

    assert Thread.objects.get().audience == Thread.Audience.SHARED


@pytest.mark.parametrize("screen", ["space", "thread"])
def test_a_screen_asks_the_same_whatever_it_holds(house: House, screen: str) -> None:
    thread = make_thread(house.open)
    authors = [house.moussa, house.valerie, *(person(f"q{n}") for n in range(4))]
    address = house.open.get_absolute_url() if screen == "space" else thread.get_absolute_url()

    def cost() -> int:
        client = as_(house.rosa)
        client.get(address)  # the reader's mark exists
        say(thread, house.moussa)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(statements(queries))

    say(thread, house.moussa)
    few = cost()
    for number in range(30):
        message = say(thread, authors[number % 6], reply_to=thread.last_message)
        react(message=message, user=authors[(number + 1) % 6], emoji="👍", at=timezone.now())
        say(make_thread(house.open, by=authors[number % 6]), authors[number % 6])

    assert cost() == few <= 15


def test_posting_by_a_form_costs_at_most_fourteen_statements(house: House) -> None:
    thread = make_thread(house.closed)
    say(thread, house.moussa)
    client = as_(house.moussa)
    words = {"body": "Bonjour", "client_id": str(uuid.uuid4())}

    with CaptureQueriesContext(connection) as queries:
        client.post(reverse("threads:message_post", args=[thread.pk]), words, headers={"X-Requested-With": "fetch"})

    assert Message.objects.count() == 2
    assert len(statements(queries)) <= 14
