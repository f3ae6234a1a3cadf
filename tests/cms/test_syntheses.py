"""A conversation is summed up in one text that several write at once, beside it, with the messages it rests on."""

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.coedit.body import doc_of
from cms.coedit.changes import change
from cms.coedit.tree import Node, Text, node
from cms.life.binning import bin_page, delete_for_good, restore_page
from cms.life.moving import move_page
from cms.models import CollaborativePage, SpacePage
from cms.syntheses.services import NoPages, publish_synthesis, write_together
from cms.writing.keeping import materialise, open_text
from cms.writing.services import draft_of, publish_text
from intranet.accounts.models import User
from realtime.coedit import services as coedit
from realtime.coedit.store import load
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import add_member, archive_space
from realtime.streams.models import StreamEvent
from realtime.threads import services as talk
from realtime.threads.models import Kept, Message, Synthesis, Thread
from realtime.threads.services.moving import merge_thread, move_messages, split_thread
from realtime.threads.services.synthesis import WrittenTogether, add_point
from tests.cms.factories import make_page
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("X15")]


@pytest.fixture
def thread(house: House) -> Thread:
    made = make_thread(house.closed, by=house.valerie)
    say(made, house.valerie, "La navette part à 14 h.")
    say(made, house.moussa, "Trop tôt pour l’atelier.")
    return made


def said(thread: Thread) -> list[Message]:
    return list(thread.messages.order_by("seq"))


def point(thread: Thread, by: User, text: str = "L’heure ne va pas à tous.", **more: Any) -> Any:
    given: dict[str, Any] = {"kind": "disagreed", "cited": [], "by": by, "at": timezone.now()} | more
    return add_point(thread=thread, text=text, **given)


def begin(thread: Thread, by: User) -> CollaborativePage:
    return write_together(thread=Thread.objects.get(pk=thread.pk), by=by, at=timezone.now())


def write(page: CollaborativePage, text: str, *messages: int, by: User | None = None) -> None:
    """Puts a sentence that rests on these messages at the end of the text, as an editor does."""
    now = doc_of(draft_of(page).body.raw_data)
    make_say(page, Node(now.tag, now.attributes, (*now.children, sentence(text, *messages))), by=by)


def sentence(text: str, *messages: int) -> Node:
    return node("cited", node("paragraph", Text(text)), *(node("cited_message", message=one) for one in messages))


def make_say(page: CollaborativePage, wanted: Node, *, by: User | None = None) -> None:
    document = open_text(page=page, at=timezone.now()).document_id
    update, _state = change(coedit.folded(load(document)), wanted)
    coedit.write(document_id=document, update=update, author=by, at=timezone.now())
    materialise(page_id=page.pk, at=timezone.now())


def publish(page: CollaborativePage, by: User) -> CollaborativePage:
    published: CollaborativePage = publish_text(page=page, by=by, at=timezone.now())
    return published


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(user: User, address: str) -> str:
    return browser(user).get(address).content.decode()


def hub(thread: Thread) -> str:
    return reverse("threads:synthesis", args=[thread.pk])


def together(thread: Thread) -> str:
    return reverse("cms:synthesis_together", args=[thread.pk])


def writing(page: CollaborativePage) -> str:
    return reverse("cms:page_write", args=[page.pk])


def marks(user: User, thread: Thread, page: CollaborativePage) -> list[int]:
    """The messages of a conversation that say they are kept in a page."""
    rows = seen(user, thread.get_absolute_url()).split('<li class="message')
    found = [re.search(r'id="m-(\d+)"', row) for row in rows if f'href="{page.url}"' in row]
    return [int(match[1]) for match in found if match]


# --- begun ----------------------------------------------------------------------------------------


def test_whoever_writes_in_the_space_begins_it_and_the_others_join(house: House, thread: Thread) -> None:
    first = browser(house.moussa).post(together(thread))
    second = browser(house.valerie).post(together(thread))

    page = CollaborativePage.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == writing(page)
    assert (page.title, page.live) == ("Synthesis: La navette de 14 h", False)
    assert page.synthesis == Synthesis.objects.get(thread=thread)
    for heading in ("What we know", "What we agree on", "Where we disagree", "What stays open"):
        assert f"<h2>{heading}</h2>" in re.sub(r" data-block-key=\"\w+\"", "", str(page.body))


def test_the_points_of_before_are_its_first_words(house: House, thread: Thread) -> None:
    [first, second] = said(thread)
    point(thread, house.moussa, cited=[first.pk, second.pk])

    page = begin(thread, house.valerie)

    [cited] = [block.value for block in page.body if block.block_type == "cited"]
    assert "L’heure ne va pas à tous." in str(cited["text"])
    assert list(cited["messages"]) == [first.pk, second.pk]
    kinds = [block.block_type for block in page.body]
    assert kinds.index("cited") == 1  # after the headings of what is known, agreed and disagreed


def test_once_begun_no_point_is_written_and_the_words_stay(house: House, thread: Thread) -> None:
    old = point(thread, house.moussa)
    begin(thread, house.valerie)
    client = browser(house.moussa)

    new = client.post(hub(thread), {"kind": "known", "text": "Gardez-moi", "cited": ""})
    changed = client.post(f"/synthesis/points/{old.pk}/", {"kind": "known", "text": "Autrement", "version": 1})

    assert new.status_code == changed.status_code == 422
    assert "Gardez-moi" in new.content.decode()
    assert "Autrement" in changed.content.decode()
    assert "is written together by now" in new.content.decode()
    client.post(f"/synthesis/points/{old.pk}/remove/")
    client.post(f"/synthesis/points/{old.pk}/shift/", {"to": "up"})
    assert [one.text for one in thread.synthesis.points.all()] == ["L’heure ne va pas à tous."]
    assert client.get(f"/synthesis/points/{old.pk}/").headers["Location"] == hub(thread)
    assert browser(house.valerie).get(f"/threads/{thread.pk}/synthesis/publish/").headers["Location"] == hub(thread)
    with pytest.raises(WrittenTogether):
        publish_synthesis(thread=thread, title="x", by=house.valerie, at=timezone.now())


def test_the_page_that_the_points_were_published_in_becomes_the_text(house: House, thread: Thread) -> None:
    point(thread, house.moussa, "Avant.")
    published = publish_synthesis(thread=thread, title="La navette", by=house.valerie, at=timezone.now())
    point(thread, house.moussa, "Depuis.")

    page = begin(thread, house.moussa)

    assert page.pk == published.pk
    assert "Depuis." in str(draft_of(page).body)
    assert "Depuis." not in seen(house.moussa, page.url)  # a draft, until somebody publishes it


def test_it_is_begun_once_however_often_it_is_asked(house: House, thread: Thread) -> None:
    pages = [begin(thread, by) for by in (house.moussa, house.valerie, house.moussa)]

    assert len({page.pk for page in pages}) == 1
    assert StreamEvent.objects.filter(stream__key=thread.pk, kind="synthesis.changed").count() == 1


def test_one_in_the_bin_comes_back_and_one_deleted_begins_with_the_points(house: House, thread: Thread) -> None:
    point(thread, house.moussa)
    page = begin(thread, house.moussa)
    bin_page(page=page, by=house.moussa, at=timezone.now())
    assert "is in the bin" in seen(house.moussa, hub(thread))

    again = begin(thread, house.moussa)
    assert (again.pk, CollaborativePage.objects.get().binned_at) == (page.pk, None)

    bin_page(page=again, by=house.moussa, at=timezone.now())
    delete_for_good(page=again)
    assert "was deleted" in seen(house.moussa, hub(thread))
    assert "L’heure ne va pas à tous." in str(begin(thread, house.moussa).body)


# --- who may --------------------------------------------------------------------------------------


def test_who_does_not_see_the_conversation_finds_neither_text_nor_door(house: House, thread: Thread) -> None:
    page = begin(thread, house.moussa)

    for stranger in (house.rosa, house.agnes):
        client = browser(stranger)
        assert client.post(together(thread)).status_code in (403, 404)
        for address in (hub(thread), writing(page), reverse("cms:page_messages", args=[page.pk])):
            assert client.get(address).status_code in (403, 404)


def test_a_reader_and_a_guest_read_it_once_it_is_published_for_them(house: House) -> None:
    thread = make_thread(house.shared, by=house.valerie, audience="shared")
    say(thread, house.valerie)
    reader = SpaceMember.Role.READER
    add_member(space=house.shared, member=house.rosa, role=reader, at=timezone.now())
    page = begin(thread, house.moussa)
    write(page, "Un secret de brouillon.")

    for who in (house.rosa, house.agnes):
        assert browser(who).post(together(thread)).status_code == 403
        assert "It is being written" in seen(who, hub(thread))
        assert "Un secret de brouillon." not in seen(who, hub(thread))
    publish(page, house.moussa)

    page.refresh_from_db()
    assert f'href="{page.url}"' in seen(house.rosa, hub(thread))
    assert page.url not in seen(house.agnes, hub(thread))  # not shared with guests
    assert "It is being written" in seen(house.agnes, hub(thread))


def test_a_private_conversation_and_an_archived_space_have_none(house: House, thread: Thread) -> None:
    words: dict[str, Any] = {"title": "", "body": "Entre nous.", "client_id": uuid.uuid4()}
    private = talk.begin_private(people=[house.moussa], by=house.valerie, at=timezone.now(), **words)

    assert browser(house.valerie).post(together(private)).status_code == 403
    assert together(private) not in seen(house.valerie, hub(private))
    with pytest.raises(NoPages):
        begin(private, house.valerie)
    archive_space(space=thread.space, at=timezone.now())
    assert browser(house.valerie).post(together(thread)).status_code == 403


def test_guests_are_not_told_of_a_page_that_is_not_theirs(house: House) -> None:
    thread = make_thread(house.shared, by=house.valerie, audience="shared")
    message = say(thread, house.valerie)
    page = begin(thread, house.moussa)
    write(page, "Tous sont d’accord.", message.pk)
    page = publish(page, house.moussa)

    assert not Kept.objects.exists()
    assert page.title not in seen(house.agnes, thread.get_absolute_url())
    told = StreamEvent.objects.filter(stream__key=thread.pk, kind="synthesis.changed")
    assert all(event.payload["page"] is None for event in told)

    CollaborativePage.objects.filter(pk=page.pk).update(shared_with_guests=True)
    publish(draft_of(page), house.moussa)
    assert list(Kept.objects.values_list("message", flat=True)) == [message.pk]


# --- written and published ------------------------------------------------------------------------


def test_the_screen_holds_the_conversation_with_what_cites_its_messages(house: House, thread: Thread) -> None:
    shown = seen(house.moussa, writing(begin(thread, house.moussa)))

    assert "thread--citing" in shown
    assert "Trop tôt pour l’atelier." in shown
    assert "Discussed in “La navette de 14 h”" in shown


def test_publishing_gives_links_both_ways(house: House, thread: Thread) -> None:
    [first, second] = said(thread)
    page = begin(thread, house.moussa)
    write(page, "Trop tôt pour un, à l’heure pour l’autre.", second.pk)
    assert marks(house.moussa, thread, page) == []

    page = publish(page, house.moussa)

    shown = seen(house.moussa, page.url)
    assert f'href="{thread.get_absolute_url()}"' in shown
    assert f'href="/messages/{second.pk}/"' in shown
    assert marks(house.valerie, thread, page) == [second.pk]
    assert not Kept.objects.filter(message=first).exists()
    event = StreamEvent.objects.filter(stream__key=thread.pk, kind="synthesis.changed").latest("seq")
    assert event.payload == {"page": {"title": page.title, "url": page.url}, "cited": [second.pk]}


def test_what_is_no_longer_cited_is_no_longer_marked(house: House, thread: Thread) -> None:
    [first, second] = said(thread)
    page = begin(thread, house.moussa)
    write(page, "Un.", first.pk)
    page = publish(page, house.moussa)

    make_say(page, node("doc", sentence("Deux.", second.pk)))
    page = publish(page, house.moussa)

    assert marks(house.moussa, thread, page) == [second.pk]


def test_withdrawn_binned_or_moved_away_it_is_no_longer_named(house: House, thread: Thread) -> None:
    message = said(thread)[0]
    page = begin(thread, house.moussa)
    write(page, "Un.", message.pk)
    page = publish(page, house.moussa)

    bin_page(page=page, by=house.moussa, at=timezone.now())
    assert not Kept.objects.exists()
    assert page.title not in seen(house.moussa, thread.get_absolute_url())
    restore_page(page=page)
    assert Kept.objects.filter(message=message).exists()

    elsewhere = SpacePage.objects.get(space=house.open)
    move_page(page=page, under=elsewhere, by=house.valerie, at=timezone.now())
    assert not Kept.objects.exists()
    page.refresh_from_db()
    assert thread.title not in seen(house.rosa, page.url).replace(page.title, "")  # the conversation is not hers
    shown = seen(house.rosa, page.url)
    assert f"/messages/{message.pk}/" not in shown
    assert "1 message that is no longer here" in shown

    page.unpublish(log_action=False)
    assert Synthesis.objects.get().published_at is None


def test_the_writers_are_named_as_a_set(house: House, thread: Thread) -> None:
    point(thread, house.valerie)
    page = begin(thread, house.valerie)
    write(page, "Une phrase.", by=house.moussa)

    publish(page, house.valerie)

    assert [one.name for one in Synthesis.objects.get().writers.order_by("name")] == ["Moussa", "Valerie"]
    assert "Moussa, Valerie" in seen(house.moussa, hub(thread))


# --- citations and what becomes of messages -------------------------------------------------------


def cited_page(thread: Thread, house: House) -> tuple[CollaborativePage, Message, Message]:
    [first, second] = said(thread)
    page = begin(thread, house.moussa)
    write(page, "Une phrase.", first.pk, second.pk)
    return publish(page, house.moussa), first, second


def test_a_citation_survives_an_edit_and_shows_no_words_of_it(house: House, thread: Thread) -> None:
    page, first, _second = cited_page(thread, house)

    talk.edit_message(message=first, body="Elle part à 14 h 30, en fait.", at=timezone.now())

    shown = seen(house.moussa, page.url).partition("<aside")[0]
    assert f'href="/messages/{first.pk}/"' in shown
    assert marks(house.moussa, thread, page) == [first.pk, said(thread)[1].pk]


def test_a_hidden_or_deleted_message_is_named_by_no_citation(house: House, thread: Thread) -> None:
    page, first, second = cited_page(thread, house)

    talk.hide_message(message=first, by=house.valerie, reason="Hors sujet", at=timezone.now())
    talk.delete_message(message=second, at=timezone.now())

    for address in (page.url, hub(thread)):
        shown = seen(house.moussa, address)
        assert "2 messages that are no longer here" in shown
        assert f'href="/messages/{first.pk}/"' not in shown.partition("frame__aside")[0]
    asked = reverse("cms:page_shown", args=[page.pk]) + f"?messages={first.pk},{second.pk}"
    assert browser(house.moussa).get(asked).json()["messages"] == {}
    assert offered(house.moussa, page) == []


def test_a_citation_follows_a_message_that_is_moved_split_off_or_merged(house: House, thread: Thread) -> None:
    page, first, second = cited_page(thread, house)
    other = make_thread(house.closed, by=house.valerie, title="L’atelier")

    move_messages(source=thread, target=other, messages=[first.pk], by=house.valerie, at=timezone.now())
    apart = split_thread(source=thread, title="À part", messages=[second.pk], by=house.valerie, at=timezone.now())
    merge_thread(source=apart, target=other, by=house.valerie, at=timezone.now())

    shown = seen(house.moussa, page.url)
    assert f'href="/messages/{first.pk}/"' in shown
    assert f'href="/messages/{second.pk}/"' in shown
    assert marks(house.moussa, other, page) == [first.pk, second.pk]
    publish(draft_of(page), house.moussa)
    assert marks(house.moussa, other, page) == [first.pk, second.pk]


def test_a_message_moved_to_another_space_does_not_name_the_page_there(house: House) -> None:
    thread = make_thread(house.open, by=house.valerie)
    say(thread, house.valerie)
    say(thread, house.moussa)
    page, first, second = cited_page(thread, house)
    away = make_thread(house.closed, by=house.valerie, title="Ailleurs")

    move_messages(source=thread, target=away, messages=[first.pk], by=house.valerie, at=timezone.now())

    assert page.title not in seen(house.moussa, away.get_absolute_url())
    assert [kept.message_id for kept in Kept.objects.all()] == [second.pk]
    publish(draft_of(page), house.moussa)
    assert [kept.message_id for kept in Kept.objects.all()] == [second.pk]


def test_a_merged_conversation_is_summed_up_where_it_goes_on(house: House, thread: Thread) -> None:
    page = begin(thread, house.moussa)
    other = make_thread(house.closed, by=house.valerie, title="L’atelier")

    merge_thread(source=thread, target=other, by=house.valerie, at=timezone.now())

    assert "Discussed in “L’atelier”" in seen(house.moussa, writing(page))


def test_a_message_of_elsewhere_is_not_marked_and_not_shown_to_who_does_not_see_it(house: House) -> None:
    thread = make_thread(house.open, by=house.valerie)
    secret = say(make_thread(house.closed, by=house.valerie, title="Fermé"), house.valerie, "Un secret.")
    page = begin(thread, house.valerie)
    write(page, "Une phrase.", secret.pk)
    page = publish(page, house.valerie)

    assert not Kept.objects.exists()
    assert f"/messages/{secret.pk}/" not in seen(house.rosa, page.url)
    assert "Un secret." not in seen(house.rosa, page.url)


def test_a_version_says_which_message_was_cited_to_who_sees_it(house: House) -> None:
    thread = make_thread(house.open, by=house.valerie)
    open_one = say(thread, house.moussa)
    closed_one = say(make_thread(house.closed, by=house.valerie, title="Fermé"), house.valerie, "Un secret.")
    page = begin(thread, house.moussa)
    write(page, "Une phrase.", open_one.pk, closed_one.pk)
    page.refresh_from_db()
    version = reverse("cms:page_version", args=[page.pk, page.latest_revision_id])

    shown = seen(house.rosa, version)

    assert f"#{open_one.pk} Moussa" in shown
    assert f"#{closed_one.pk}" in shown
    assert "Valerie" not in shown
    assert f"#{closed_one.pk} Valerie" in seen(house.moussa, version)


# --- what can be cited ----------------------------------------------------------------------------


def offered(user: User, page: CollaborativePage, words: str = "") -> list[int]:
    answer = browser(user).get(reverse("cms:page_messages", args=[page.pk]), {"q": words})
    return [one["id"] for one in answer.json()["messages"]]


def test_the_list_holds_the_messages_of_the_conversation_the_last_first(house: House, thread: Thread) -> None:
    [first, second] = said(thread)
    page = begin(thread, house.moussa)

    assert offered(house.moussa, page) == [second.pk, first.pk]
    assert offered(house.moussa, page, "atelier") == [second.pk]
    assert offered(house.moussa, page, "valerie navette") == [first.pk]
    assert offered(house.moussa, page, "rien de tel") == []


def test_a_message_is_found_by_its_address_or_number_in_the_same_space_only(house: House, thread: Thread) -> None:
    near = say(make_thread(house.closed, by=house.valerie, title="À côté"), house.valerie)
    far = say(make_thread(house.open, by=house.valerie, title="Ailleurs"), house.valerie)
    page = begin(thread, house.moussa)

    assert offered(house.moussa, page, f"https://parvis.example/messages/{near.pk}/") == [near.pk]
    assert offered(house.moussa, page, f"#{near.pk}") == [near.pk]
    assert offered(house.moussa, page, f"#{far.pk}") == []
    assert offered(house.moussa, page, "#999999999") == []


def test_any_page_can_cite_a_message_of_its_space(house: House, thread: Thread) -> None:
    page = make_page(house.closed, "Notre charte", model=CollaborativePage, by=house.moussa)
    message = said(thread)[0]

    assert offered(house.moussa, page) == []
    assert offered(house.moussa, page, f"#{message.pk}") == [message.pk]


# --- what it costs --------------------------------------------------------------------------------


def test_the_screens_ask_the_same_however_much_is_cited(house: House, thread: Thread) -> None:
    page = begin(thread, house.moussa)
    client, asked = browser(house.moussa), []
    for _time in range(2):
        for number in range(8):
            write(page, f"Phrase {number}.", say(thread, house.valerie, f"Mot {number}").pk)
        page = publish(page, house.moussa)
        counts = []
        for address in (writing(page), hub(thread), page.url, reverse("cms:page_messages", args=[page.pk])):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(statements(queries)))
        asked.append(counts)

    assert asked[0] == asked[1]
    for count, most in zip(asked[1], (36, 34, 24, 8), strict=True):
        assert count <= most, asked
