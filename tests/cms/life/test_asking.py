"""Asking to be let in where one was given an address: the answer tells nothing."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.life.addresses import remember_address
from cms.life.asking import Decided, ask_to_be_let_in, let_in, path_of, turn_down
from cms.life.binning import bin_page
from cms.models import AccessRequest, CollaborativePage
from intranet.accounts.models import User
from realtime.notifications.models import Notification
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import archive_space
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P21")]
ASK = "/access/"
NOWHERE = "/pages/nulle/part/"


@pytest.fixture(autouse=True)
def nothing_asked_yet() -> None:
    cache.clear()  # the rate is counted there


@pytest.fixture
def ada() -> User:
    return UserFactory(language="en", name="Ada Passe")


@pytest.fixture
def runner() -> User:
    return UserFactory(language="en")


@pytest.fixture
def place(runner: User) -> Space:
    return SpaceFactory(name="Atelier clos", by=runner, members_only=True)


def ask(by: User, address: str, words: str = "Bruno m’en a parlé.") -> Any:
    return signed_in(by).post(ASK, {"address": address, "words": words})


def waiting(place: Space, by: User) -> AccessRequest:
    asked = ask_to_be_let_in(by=by, path=f"/spaces/{place.slug}/", words="", at=timezone.now())
    assert asked is not None
    return asked


def bare(answer: Any) -> str:
    return re.sub(r'"[A-Za-z0-9]{64}"', "", answer.content.decode())


def test_the_screen_of_what_is_not_there_offers_to_ask_whatever_is_there(
    page: CollaborativePage, place: Space, ada: User
) -> None:
    client = signed_in(ada)

    told = {bare(client.get(address)).replace(address, "") for address in (page.url, NOWHERE, "/pages/x/")}
    spaces = {bare(client.get(address)).replace(address, "") for address in (f"/spaces/{place.slug}/", "/spaces/nul/")}

    assert len(told) == len(spaces) == 1
    assert f'href="{ASK}?address="' in told.pop()
    assert ASK not in client.get("/threads/999999/").content.decode()


def test_neither_a_guest_nor_somebody_unknown_is_offered_it(page: CollaborativePage) -> None:
    guest = SpaceMemberFactory(guest=True).user

    assert ASK not in signed_in(guest).get(page.url).content.decode()
    assert ask(guest, page.url).status_code == 403


@pytest.mark.parametrize("there", ["page", "space", "draft", "binned", "archived", "open", "nothing"])
def test_the_answer_is_the_same_whatever_is_there(
    page: CollaborativePage, place: Space, runner: User, ada: User, there: str
) -> None:
    draft = make_page(place, "Brouillon", model=CollaborativePage, is_published=False)
    address = {"page": page.url, "space": f"/spaces/{place.slug}/", "draft": draft.url, "binned": page.url}.get(
        there, NOWHERE
    )
    if there == "binned":
        bin_page(page=page, by=runner, at=timezone.now())
    if there == "archived":
        archive_space(space=place, at=timezone.now())
        address = page.url
    if there == "open":
        address = f"/spaces/{SpaceFactory().slug}/"
    client = signed_in(ada)

    answer = client.post(ASK, {"address": address, "words": ""})
    shown = client.get(answer.headers["Location"]).content.decode()

    assert answer.headers["Location"] == "/"
    assert "Passed on." in shown
    assert place.name not in shown
    assert AccessRequest.objects.exists() is (there in ("page", "space"))


def test_the_answer_does_not_wait_for_what_is_there(
    page: CollaborativePage, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        "cms.life.views.asking.pass_on_request", type("Queue", (), {"enqueue": lambda *a: asked.append(a[1:])})()
    )
    numbers = []
    for address in (page.url, NOWHERE):
        client = signed_in(ada)
        with CaptureQueriesContext(connection) as queries:
            client.post(ASK, {"address": address, "words": ""})
        numbers.append(len(statements(queries)))

    assert numbers[0] == numbers[1]
    assert [one[1] for one in asked] == [page.url, NOWHERE]


def test_those_who_run_the_space_are_told_and_see_the_request(
    page: CollaborativePage, place: Space, runner: User, ada: User
) -> None:
    member = SpaceMemberFactory(space=place).user

    ask(ada, page.url)

    client = signed_in(runner)
    members = client.get(reverse("spaces:members", args=[place.slug])).content.decode()
    assert "Ada Passe asks to be let in" in client.get("/inbox/").content.decode()
    assert "Bruno m’en a parlé." in members
    assert "was given the address of “Changer un peson”" in members
    assert Notification.objects.filter(user=member).count() == Notification.objects.filter(user=ada).count() == 0


def test_asked_twice_it_waits_once(page: CollaborativePage, place: Space, ada: User) -> None:
    ask(ada, page.url)
    ask(ada, f"/spaces/{place.slug}/pages/")

    assert AccessRequest.objects.count() == 1
    assert Notification.objects.filter(source_kind="access_request").count() == 1


def test_an_old_address_is_one_of_the_page(page: CollaborativePage, ada: User) -> None:
    remember_address(page=page, before="/home/avant/peson/", after=page.url_path, at=timezone.now())

    ask(ada, "https://parvis.example/pages/avant/peson/?x=1")

    assert AccessRequest.objects.get().page == page.basepage_ptr


def test_who_is_let_in_is_a_member_and_told(page: CollaborativePage, place: Space, runner: User, ada: User) -> None:
    ask(ada, page.url)
    asked = AccessRequest.objects.get()

    signed_in(runner).post(reverse("cms:access_let_in", args=[asked.pk]))

    client = signed_in(ada)
    assert client.get(page.url).status_code == 200
    inbox = client.get("/inbox/").content.decode()
    assert "You are let in" in inbox
    assert page.url in inbox
    assert SpaceMember.objects.get(space=place, user=ada).role == SpaceMember.Role.MEMBER
    assert "Bruno" not in signed_in(runner).get(reverse("spaces:members", args=[place.slug])).content.decode()


def test_who_is_not_is_told_nothing_and_may_ask_again(
    page: CollaborativePage, place: Space, runner: User, ada: User
) -> None:
    ask(ada, page.url)

    signed_in(runner).post(reverse("cms:access_turn_down", args=[AccessRequest.objects.get().pk]))

    assert not Notification.objects.filter(user=ada).exists()
    assert signed_in(ada).get(page.url).status_code == 404
    ask(ada, page.url)
    assert AccessRequest.objects.filter(decided_at=None).count() == 1


@pytest.mark.parametrize("act", ["let_in", "turn_down"])
def test_nobody_else_decides(place: Space, ada: User, act: str) -> None:
    asked = waiting(place, ada)
    address = reverse(f"cms:access_{act}", args=[asked.pk])

    for person in (ada, SpaceMemberFactory(space=place).user, UserFactory(), UserFactory(administrator=True)):
        assert signed_in(person).post(address).status_code == 404
    asked.refresh_from_db()
    assert asked.decided_at is None


def test_it_is_decided_once(place: Space, runner: User, ada: User) -> None:
    asked = waiting(place, ada)
    turn_down(asked=asked, by=runner, at=timezone.now())

    with pytest.raises(Decided):
        let_in(asked=asked, by=runner, at=timezone.now())
    answer = signed_in(runner).post(reverse("cms:access_let_in", args=[asked.pk]), follow=True)
    assert "Somebody has answered this request already." in answer.content.decode()
    assert not SpaceMember.objects.filter(user=ada).exists()


def test_an_archived_space_takes_nobody_in(place: Space, runner: User, ada: User) -> None:
    asked = waiting(place, ada)
    archive_space(space=place, at=timezone.now())

    answer = signed_in(runner).post(reverse("cms:access_let_in", args=[asked.pk]), follow=True)

    assert "This space is archived: it takes nobody in." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.decided_at is None


def test_asking_has_its_pace_and_loses_no_words(page: CollaborativePage, ada: User) -> None:
    for number in range(10):
        assert ask(ada, f"/pages/essai-{number}/").status_code == 302

    refused = ask(ada, page.url)

    assert refused.status_code == 422
    assert "Bruno m’en a parlé." in refused.content.decode()
    assert not AccessRequest.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bonjour",
        "/threads/3/",
        "https://ailleurs.example/",
        "\x00/pages/",
        "//[",
        "/pages/%00/",
        "/pages/" + "x" * 600,
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(ada: User, address: str) -> None:
    answer = ask(ada, address)

    assert answer.status_code == 422
    assert "Bruno m’en a parlé." in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/pages/a/b", "/pages/a/b/"),
        ("https://parvis.example/spaces/atelier/", "/spaces/atelier/"),
        ("/spaces/", ""),
        (" /pages/%C3%A9t%C3%A9/#x ", "/pages/été/"),
    ],
)
def test_an_address_is_read_as_people_copy_it(address: str, path: str) -> None:
    assert path_of(address) == path


def test_the_members_screen_costs_the_same_however_many_ask(place: Space, runner: User) -> None:
    client, asked = signed_in(runner), []
    for _ in range(6):
        waiting(place, UserFactory())
        client.get(reverse("spaces:members", args=[place.slug]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("spaces:members", args=[place.slug]))
        asked.append(len(statements(queries)))

    assert asked[0] == asked[-1] <= 25
