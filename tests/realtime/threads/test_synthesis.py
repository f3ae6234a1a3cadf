"""A conversation is summed up by those who took part, beside it, with the words it rests on."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import CollaborativePage
from realtime.spaces.services import remove_member
from realtime.streams.models import StreamEvent
from realtime.threads.models import Citation, Kept, Message, Point, Thread
from realtime.threads.services import delete_message
from realtime.threads.services.synthesis import (
    CitesElsewhere,
    PointChanged,
    PointGone,
    add_point,
    change_point,
    remove_point,
    shift_point,
)
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(house: House) -> Thread:
    thread = make_thread(house.closed, by=house.valerie)
    say(thread, house.valerie, "La navette part à 14 h.")
    say(thread, house.moussa, "Trop tôt pour l’atelier.")
    return thread


def words(thread: Thread) -> list[Message]:
    return list(thread.messages.order_by("seq"))


def write(thread: Thread, house: House, text: str = "La navette part trop tôt.", **more: Any) -> Point:
    given: dict[str, Any] = {"kind": "known", "cited": [], "by": house.moussa, "at": timezone.now()} | more
    return add_point(thread=thread, text=text, **given)


@pytest.mark.feature("T12")
@pytest.mark.feature("X15")
def test_a_point_names_the_messages_it_rests_on(client: Client, house: House, talk: Thread) -> None:
    client.force_login(house.moussa)
    [first, second] = words(talk)

    answer = client.post(
        f"/threads/{talk.pk}/synthesis/",
        {
            "kind": "disagreed",
            "text": "L’heure ne va pas à tous.",
            "cited": f"#{first.pk} http://x.fr/messages/{second.pk}/",
        },
    )

    point = Point.objects.get()
    assert answer.status_code == 302
    assert list(point.citations.order_by("message").values_list("message", flat=True)) == [first.pk, second.pk]
    page = client.get(f"/threads/{talk.pk}/synthesis/").content.decode()
    assert "Where we disagree" in page
    assert f'href="/messages/{first.pk}/"' in page
    assert [person.name for person in point.synthesis.writers.all()] == ["Moussa"]


def test_what_cannot_be_cited_is_refused_and_the_words_stay(client: Client, house: House, talk: Thread) -> None:
    elsewhere = say(make_thread(house.open, by=house.valerie), house.valerie)
    client.force_login(house.moussa)

    for cited in (f"#{elsewhere.pk}", "celui de Valérie", "#999999999"):
        answer = client.post(f"/threads/{talk.pk}/synthesis/", {"kind": "known", "text": "Gardez-moi", "cited": cited})

        assert answer.status_code == 422
        assert "Gardez-moi" in answer.content.decode()
    assert not Point.objects.exists()


def test_words_of_another_are_not_overwritten_unseen(client: Client, house: House, talk: Thread) -> None:
    point = write(talk, house)
    client.force_login(house.valerie)
    change_point(point=point, kind="known", text="À 14 h 30.", cited=[], version=1, by=house.moussa, at=timezone.now())

    answer = client.post(
        f"/synthesis/points/{point.pk}/", {"kind": "known", "text": "À 15 h.", "cited": "", "version": 1}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "À 14 h 30." in page
    assert "À 15 h." in page
    assert 'value="2"' in page
    client.post(f"/synthesis/points/{point.pk}/", {"kind": "known", "text": "À 15 h.", "cited": "", "version": 2})
    assert Point.objects.get().text == "À 15 h."


def test_a_point_removed_meanwhile_is_told_apart(house: House, talk: Thread) -> None:
    point = write(talk, house)
    remove_point(point=point, by=house.valerie, at=timezone.now())

    with pytest.raises(PointGone):
        change_point(point=point, kind="known", text="x", cited=[], version=1, by=house.moussa, at=timezone.now())


def test_points_change_places_within_their_kind(house: House, talk: Thread) -> None:
    first, second, other = (
        write(talk, house, "un"),
        write(talk, house, "deux"),
        write(talk, house, "trois", kind="open"),
    )

    shift_point(point=second, up=True, by=house.moussa, at=timezone.now())
    shift_point(point=other, up=True, by=house.moussa, at=timezone.now())

    assert list(talk.synthesis.points.order_by("position", "pk")) == [second, first, other]


@pytest.mark.parametrize("who", ["rosa", "agnes"])
def test_who_does_not_see_the_conversation_does_not_see_its_synthesis(
    client: Client, house: House, talk: Thread, who: str
) -> None:
    point = write(talk, house)
    client.force_login(getattr(house, who))

    assert client.get(f"/threads/{talk.pk}/synthesis/").status_code == 404
    assert client.get(f"/synthesis/points/{point.pk}/").status_code == 404
    assert client.post(f"/synthesis/points/{point.pk}/remove/").status_code == 404
    assert Point.objects.exists()


def test_each_change_is_told_on_the_stream(house: House, talk: Thread) -> None:
    point = write(talk, house)
    change_point(point=point, kind="open", text="Et alors ?", cited=[], version=1, by=house.valerie, at=timezone.now())

    told = StreamEvent.objects.filter(stream__kind="thread", stream__key=talk.pk, kind="synthesis.changed")
    assert [event.payload for event in told] == [{"page": None, "cited": []}] * 2


@pytest.mark.feature("X15")
def test_a_synthesis_becomes_a_page_with_links_both_ways(client: Client, house: House, talk: Thread) -> None:
    [first, second] = words(talk)
    write(talk, house, "L’heure ne va pas à tous.", kind="disagreed", cited=[second.pk])
    client.force_login(house.valerie)

    client.post(f"/threads/{talk.pk}/synthesis/publish/", {"title": "L’heure de la navette"})

    page = CollaborativePage.objects.get()
    shown = client.get(page.url).content.decode()
    assert f'href="{talk.get_absolute_url()}"' in shown
    assert "Where we disagree" in shown
    assert f'href="/messages/{second.pk}/"' in shown
    conversation = client.get(talk.get_absolute_url()).content.decode()
    kept = [row for row in conversation.split('<li class="message') if f'href="{page.url}"' in row]
    assert len(kept) == 1
    assert f'id="m-{second.pk}"' in kept[0]
    assert not Kept.objects.filter(message=first).exists()


def test_publishing_again_changes_the_same_page_and_keeps_its_history(
    client: Client, house: House, talk: Thread
) -> None:
    point = write(talk, house, "Avant.", cited=[words(talk)[0].pk])
    client.force_login(house.valerie)
    client.post(f"/threads/{talk.pk}/synthesis/publish/", {"title": "La navette"})
    change_point(point=point, kind="known", text="Après.", cited=[], version=1, by=house.moussa, at=timezone.now())
    assert "It was changed here since." in client.get(f"/threads/{talk.pk}/synthesis/").content.decode()

    client.post(f"/threads/{talk.pk}/synthesis/publish/", {"title": "La navette de 14 h 30"})

    page = CollaborativePage.objects.get()
    assert page.title == "La navette de 14 h 30"
    assert "Après." in client.get(page.url).content.decode()
    assert page.revisions.count() == 2
    assert not Kept.objects.exists()


def test_a_citation_survives_a_move_and_says_when_its_words_are_gone(
    client: Client, house: House, talk: Thread
) -> None:
    [first, second] = words(talk)
    write(talk, house, cited=[first.pk, second.pk])
    elsewhere = make_thread(house.closed, by=house.valerie, title="Ailleurs")
    Message.objects.filter(pk=first.pk).update(thread=elsewhere, seq=1)
    delete_message(message=second, at=timezone.now())
    client.force_login(house.moussa)

    page = client.get(f"/threads/{talk.pk}/synthesis/").content.decode()

    assert f'href="/messages/{first.pk}/"' in page
    assert "1 message that is no longer here" in page


def test_a_message_moved_out_of_sight_is_not_named(client: Client, house: House) -> None:
    thread = make_thread(house.open, by=house.valerie)
    message = say(thread, house.valerie)
    write(thread, house, cited=[message.pk])
    Message.objects.filter(pk=message.pk).update(
        thread=make_thread(house.closed, by=house.valerie, title="Fermé"), seq=1
    )
    client.force_login(house.rosa)

    page = client.get(f"/threads/{thread.pk}/synthesis/").content.decode()

    assert f"/messages/{message.pk}/" not in page
    assert "1 message that is no longer here" in page


def test_who_only_reads_or_does_not_run_the_conversation_publishes_nothing(
    client: Client, house: House, talk: Thread
) -> None:
    write(talk, house)
    client.force_login(house.moussa)

    assert client.get(f"/threads/{talk.pk}/synthesis/publish/").status_code == 403
    remove_member(member=house.closed.members.get(user=house.moussa), at=timezone.now())
    assert client.post(f"/threads/{talk.pk}/synthesis/", {"kind": "known", "text": "x"}).status_code == 404


def test_the_screen_asks_the_same_number_of_questions_however_much_is_cited(
    client: Client, house: House, talk: Thread
) -> None:
    client.force_login(house.moussa)
    for number in range(12):
        said = say(talk, house.valerie, f"Mot {number}", at=timezone.now() + timedelta(seconds=number))
        write(talk, house, f"Point {number}", cited=[said.pk])

    with CaptureQueriesContext(connection) as asked:
        client.get(f"/threads/{talk.pk}/synthesis/")

    assert len(statements(asked)) <= 22
    assert Citation.objects.count() == 12


def test_two_who_read_the_same_words_cannot_both_replace_them(house: House, talk: Thread) -> None:
    point = write(talk, house)
    change_point(point=point, kind="known", text="un", cited=[], version=1, by=house.valerie, at=timezone.now())

    with pytest.raises(PointChanged):
        change_point(point=point, kind="known", text="deux", cited=[], version=1, by=house.moussa, at=timezone.now())
    with pytest.raises(CitesElsewhere):
        write(talk, house, cited=[10**9])
    assert [p.text for p in Point.objects.all()] == ["un"]
