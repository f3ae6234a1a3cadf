"""Announcements: one-way, said so, with a question one click away; or open to an exchange."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from realtime.streams.models import StreamEvent
from realtime.threads import services
from realtime.threads.models import Thread
from realtime.threads.posting import MayNotWrite
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T15")]


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def begin(house: House, user: User, **more: str) -> Thread | None:
    """The conversation that the form begins, None when it is refused."""
    words = {
        "title": "Fermeture du pont",
        "body": "Vendredi.",
        "kind": "announcement",
        "audience": "internal",
        "client_id": str(uuid.uuid4()),
    }
    as_(user).post(reverse("threads:thread_create", args=[house.open.slug]), words | more)
    found: Thread | None = Thread.objects.order_by("-pk").first()
    return found


@pytest.mark.parametrize(("answer", "is_one_way"), [("yes", True), ("no", False), ("", True)])
def test_who_writes_it_chooses_who_answers(house: House, answer: str, is_one_way: bool) -> None:
    thread = begin(house, house.valerie, is_one_way=answer)

    assert thread is not None
    assert thread.is_one_way is is_one_way
    if is_one_way:
        with pytest.raises(MayNotWrite):
            say(thread, house.rosa)
    else:
        say(thread, house.rosa)


@pytest.mark.parametrize("kind", ["announcement", "live_qa", "private"])
def test_who_does_not_run_the_space_opens_none(house: House, kind: str) -> None:
    assert begin(house, house.moussa, kind=kind) is None


def test_who_reads_a_one_way_announcement_signs_it_and_says_that_it_helped(house: House) -> None:
    thread = make_thread(house.open, by=house.valerie, kind="announcement")
    said = say(thread, house.valerie, "Le pont ferme.")
    services.react(message=said, user=house.valerie, emoji="👍", at=timezone.now())
    reader = as_(house.moussa)

    row = reader.get(reverse("threads:message_row", args=[said.pk])).content.decode()

    assert 'data-slot="sign-act"' in row
    assert 'data-slot="helpful-act"' in row
    assert "disabled" not in row
    for name, words in (("react", {"emoji": "🎉"}), ("helpful", {"helpful": "1"})):
        assert reader.post(reverse(f"threads:{name}", args=[said.pk]), words).status_code == 302
    assert said.reactions.filter(user=house.moussa).exists()
    assert said.helpful_marks.filter(user=house.moussa).exists()


def test_who_runs_it_opens_it_to_answers_and_those_who_look_are_told(house: House) -> None:
    thread = make_thread(house.open, by=house.valerie, kind="announcement")
    say(thread, house.valerie, "Le pont ferme.")
    address = reverse("threads:thread_change", args=[thread.pk])
    runner, reader = as_(house.valerie), as_(house.moussa)
    assert 'data-answers="some"' in reader.get(thread.get_absolute_url()).content.decode()
    assert "data-answers" not in runner.get(thread.get_absolute_url()).content.decode()
    assert reader.post(address, {"title": "Autre", "is_one_way": "no"}).status_code == 403

    runner.post(address, {"title": thread.title, "is_one_way": "no"})

    thread.refresh_from_db()
    assert thread.is_one_way is False
    told = StreamEvent.objects.filter(stream__kind="thread", stream__key=thread.pk).order_by("seq").last()
    assert told is not None
    assert (told.kind, told.payload["one_way"]) == ("thread.changed", False)
    assert 'data-answers="all"' in reader.get(thread.get_absolute_url()).content.decode()
    say(thread, house.moussa, "Merci de l’avoir dit.")
    runner.post(address, {"title": thread.title, "is_one_way": "yes"})
    thread.refresh_from_db()
    with pytest.raises(MayNotWrite):
        say(thread, house.moussa)


def test_nothing_else_is_one_way(house: House) -> None:
    thread = make_thread(house.open, by=house.valerie)
    address = reverse("threads:thread_change", args=[thread.pk])

    assert "is_one_way" not in as_(house.valerie).get(address).content.decode()
    assert as_(house.valerie).post(address, {"title": "Autre", "is_one_way": "yes"}).status_code == 302
    thread.refresh_from_db()
    assert (thread.title, thread.is_one_way) == ("Autre", False)


def test_a_question_is_never_one_way(house: House) -> None:
    thread = begin(house, house.valerie, kind="question", is_one_way="yes")

    assert thread is not None
    assert not thread.is_one_way
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.filter(pk=thread.pk).update(is_one_way=True)


def test_the_page_says_that_it_is_one_way_and_offers_a_question(house: House) -> None:
    thread = make_thread(house.open, by=house.valerie, kind="announcement", title="Fermeture du pont")
    say(thread, house.valerie)
    client = as_(house.rosa)

    html = client.get(thread.get_absolute_url()).content.decode()
    address = f"{reverse('threads:thread_create', args=[house.open.slug])}?about={thread.pk}"
    form = client.get(address).context["form"]

    assert "One-way" in html
    assert address in html
    assert form["kind"].value() == "question"
    assert form["title"].value() == "About “Fermeture du pont”"
    assert f"http://testserver{thread.get_absolute_url()}" in form["body"].value()


def test_an_exchange_is_called_one(house: House) -> None:
    thread = begin(house, house.valerie, is_one_way="no")

    assert thread is not None
    html = as_(house.rosa).get(thread.get_absolute_url()).content.decode()
    assert "Exchange" in html
    assert 'data-one-way="yes" title="Only those who run the space write here." hidden' in html
    assert 'name="body"' in html


def test_nothing_is_begun_about_what_one_does_not_see(house: House) -> None:
    hidden = make_thread(house.closed, title="zqferme")
    elsewhere = make_thread(house.shared, title="zqpartage", audience="shared")

    for thread in (hidden, elsewhere):
        address = f"{reverse('threads:thread_create', args=[house.open.slug])}?about={thread.pk}"
        assert thread.title not in as_(house.rosa).get(address).content.decode()


@pytest.mark.parametrize(
    ("address", "kept"),
    [("http://testserver/pages/a/?x=1#y", "/pages/a/?x=1"), ("/pages/a/", "/pages/a/"), ("", "")],
)
def test_a_live_qa_may_name_the_page_of_its_event(house: House, address: str, kept: str) -> None:
    thread = begin(house, house.valerie, kind="live_qa", event_url=address)

    assert thread is not None
    assert thread.event_url == kept


@pytest.mark.parametrize("address", ["https://ailleurs.example/", "javascript:alert(1)", "//ailleurs.example/a"])
def test_an_event_is_no_other_site(house: House, address: str) -> None:
    assert begin(house, house.valerie, kind="live_qa", event_url=address) is None
