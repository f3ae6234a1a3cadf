"""Private conversations: a few colleagues, nobody else, nobody later."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.services import close_account
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import create_space
from realtime.threads import services
from realtime.threads.access import allowed_watchers
from realtime.threads.indexing import index_some
from realtime.threads.models import Thread
from realtime.threads.posting import NoSuchThread
from realtime.threads.services import begin_private, create_thread
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T16")]


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def talk(by: User, *people: User, title: str = "", body: str = "zqsecret zqcache") -> Thread:
    return begin_private(people=people, title=title, body=body, client_id=uuid.uuid4(), by=by, at=timezone.now())


def send(user: User, *people: User, **more: str) -> HttpResponse:
    words: dict[str, Any] = {"people": [p.pk for p in people], "body": "Bonjour", "client_id": str(uuid.uuid4())}
    return as_(user).post(reverse("threads:private_new"), words | more)  # type: ignore[return-value]  # the test client's own class


def test_it_is_found_by_those_in_it_and_by_nobody_else(house: House) -> None:
    thread = talk(house.moussa, house.rosa, title="zqtitre")
    house.valerie.is_superuser = True
    house.valerie.save()
    index_some(at=timezone.now())
    places = ["/", "/private/", "/search/?q=zqtitre", "/search/?q=zqsecret", "/search/quick/?q=zqtitre", "/your-turn/"]

    for user, sees in [(house.moussa, True), (house.rosa, True), (house.valerie, False), (house.agnes, False)]:
        client = as_(user)
        assert client.get(thread.get_absolute_url()).status_code == (200 if sees else 404)
        shown = "".join(client.get(place, follow=True).content.decode().replace(place, "") for place in places)
        assert (thread.get_absolute_url() in shown) is sees
        assert ("zqcache" in shown) is sees
    assert allowed_watchers(thread.pk, [u.pk for u in (house.moussa, house.rosa, house.valerie)]) == {
        house.moussa.pk,
        house.rosa.pk,
    }


@pytest.mark.parametrize("who", ["moussa", "valerie"])
def test_its_room_is_no_place(house: House, who: str) -> None:
    room = talk(house.moussa, house.rosa).space
    client = as_(getattr(house, who))

    for name in ("threads:space", "threads:thread_create", "spaces:about", "spaces:members", "spaces:leave"):
        address = reverse(name, args=[room.slug])
        assert {client.get(address).status_code, client.post(address).status_code} <= {404, 405}
    assert room.slug not in client.get("/spaces/").content.decode()
    assert room.group is None


def test_a_thread_of_it_does_not_show_its_room(house: House) -> None:
    thread = talk(house.moussa, house.rosa)

    for page in ("thread", "thread_change"):
        html = as_(house.moussa).get(reverse(f"threads:{page}", args=[thread.pk])).content.decode()
        assert thread.space.slug not in html
        assert 'href="/private/"' in html


def test_without_a_title_each_reads_the_names_of_the_others(house: House) -> None:
    thread = talk(house.moussa, house.rosa, house.valerie)

    def title(user: User) -> str:
        html = as_(user).get(thread.get_absolute_url()).content.decode()
        return html.split("<h1")[1].split(">")[1].split("<")[0]

    assert title(house.moussa) == "Rosa, Valerie"
    assert title(house.rosa) == "Moussa, Valerie"
    as_(house.rosa).post(reverse("threads:thread_change", args=[thread.pk]), {"title": "Le pot de Gérard"})
    assert title(house.moussa) == "Le pot de Gérard"


@pytest.mark.parametrize("number", [0, 7, 8])
def test_eight_people_are_the_most_whoever_begins_included(house: House, number: int) -> None:
    people = [person(f"collegue{n}") for n in range(number)]

    answer = send(house.moussa, *people)

    assert answer.status_code == (302 if number == 7 else 200)
    assert Space.objects.filter(kind=Space.Kind.PRIVATE).count() == (1 if number == 7 else 0)
    if number != 7:
        assert "Bonjour" in answer.content.decode()  # what was typed is still there


@pytest.mark.parametrize("who", ["guest", "closed", "oneself"])
def test_it_is_among_colleagues_who_are_here(house: House, who: str) -> None:
    other = {"guest": house.agnes, "closed": house.rosa, "oneself": house.moussa}[who]
    if who == "closed":
        close_account(user=house.rosa, by=house.valerie, at=timezone.now())
    other.refresh_from_db()

    with pytest.raises(services.NotThesePeople):
        talk(house.moussa, other)
    assert send(house.moussa, other).status_code == 200
    assert not Space.objects.filter(kind=Space.Kind.PRIVATE).exists()


def test_a_guest_has_none(house: House) -> None:
    for name in ("threads:private", "threads:private_new", "threads:private_people"):
        assert as_(house.agnes).get(reverse(name)).status_code == 403
    assert "/private/" not in as_(house.agnes).get(house.shared.get_absolute_url()).content.decode()


def test_the_same_people_are_shown_the_one_they_have_and_may_begin_another(house: House) -> None:
    first = talk(house.moussa, house.rosa)
    talk(house.moussa, house.rosa, house.valerie)

    again = send(house.rosa, house.moussa)
    another = send(house.rosa, house.moussa, another="yes")

    assert again.status_code == 200
    assert f'href="{first.get_absolute_url()}"' in again.content.decode()
    assert another.status_code == 302
    assert Thread.objects.private().count() == 3


def test_a_retry_begins_nothing_twice(house: House) -> None:
    key = uuid.uuid4()

    def begin() -> Thread:
        return begin_private(
            people=[house.rosa], title="", body="Bonjour", client_id=key, by=house.moussa, at=timezone.now()
        )

    assert begin() == begin()
    assert Space.objects.filter(kind=Space.Kind.PRIVATE).count() == 1


def test_without_a_script_one_searches_and_those_chosen_stay_chosen(house: House) -> None:
    answer = send(house.moussa, house.rosa, act="find", q="valer", body="Déjà tapé")

    html = answer.content.decode()
    assert f'value="{house.rosa.pk}" checked' in html
    assert f'value="{house.valerie.pk}">' in html
    assert "Déjà tapé" in html
    assert not Thread.objects.private().exists()


def test_a_profile_leads_to_a_conversation_with_that_person(house: House) -> None:
    profile = as_(house.moussa).get(reverse("people:person", args=[house.rosa.pk])).content.decode()
    form = as_(house.moussa).get(f"{reverse('threads:private_new')}?with={house.rosa.pk}").content.decode()

    assert f"/private/new/?with={house.rosa.pk}" in profile
    assert f'value="{house.rosa.pk}" checked' in form
    own = as_(house.moussa).get(reverse("people:person", args=[house.moussa.pk])).content.decode()
    assert "/private/new/?with=" not in own


def test_guests_are_not_offered(house: House) -> None:
    found = as_(house.moussa).get(reverse("threads:private_people"), {"q": "agnes"}).content.decode()

    assert "Agnes" not in found


def test_whoever_leaves_reads_nothing_more_and_the_others_are_told(house: House) -> None:
    thread = talk(house.moussa, house.rosa, house.valerie)

    answer = as_(house.rosa).post(reverse("threads:private_leave", args=[thread.pk]))

    assert answer.headers["Location"] == "/private/"
    assert as_(house.rosa).get(thread.get_absolute_url()).status_code == 404
    assert "Rosa</b> left this conversation" in as_(house.moussa).get(thread.get_absolute_url()).content.decode()
    thread.refresh_from_db()
    with pytest.raises(NoSuchThread):
        say(thread, house.rosa)


def test_one_leaves_only_private_conversations_this_way(house: House) -> None:
    thread = create_thread(space=house.open, title="Ouvert", by=house.moussa, at=timezone.now())

    assert as_(house.moussa).post(reverse("threads:private_leave", args=[thread.pk])).status_code == 404


def test_somebody_whose_account_is_closed_is_shown_as_former(house: House) -> None:
    thread = talk(house.moussa, house.rosa)
    close_account(user=house.rosa, by=house.valerie, at=timezone.now())

    html = as_(house.moussa).get(thread.get_absolute_url()).content.decode()

    assert "(former member)" in html
    assert SpaceMember.objects.filter(space=thread.space, user=house.moussa, role="member").exists()


@pytest.mark.parametrize("make", ["thread", "room"])
def test_a_private_conversation_is_alone_in_its_room(house: House, make: str) -> None:
    room = talk(house.moussa, house.rosa).space
    wrong: dict[str, Callable[[], object]] = {
        "thread": lambda: create_thread(space=house.open, title="x", by=None, at=timezone.now(), kind="private"),
        "room": lambda: create_thread(space=room, title="x", by=None, at=timezone.now()),
    }

    with pytest.raises(ValueError, match="alone in its room"):
        wrong[make]()


def test_nobody_opens_a_room_as_a_place(house: House) -> None:
    words = {"name": "Caché", "kind": "private", "audience": "members"}

    as_(house.moussa).post(reverse("spaces:create"), words)

    assert not Space.objects.filter(kind=Space.Kind.PRIVATE).exists()


def test_it_is_new_until_it_is_read(house: House) -> None:
    thread = talk(house.moussa, house.rosa)
    client = as_(house.rosa)

    def is_new() -> bool:
        rail = client.get("/spaces/").content.decode().split('href="/private/"')[1].split("</li>")[0]
        return "rail__dot" in rail

    assert is_new()
    client.get(thread.get_absolute_url())
    assert not is_new()


def test_the_list_asks_as_little_however_many_there_are(house: House) -> None:
    client = as_(house.moussa)
    talk(house.moussa, house.rosa)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/private/")
        return len(statements(queries))

    few = cost()
    for n in range(6):
        talk(house.moussa, person(f"collegue{n}"), house.valerie)

    assert cost() == few <= 15


def test_a_private_space_is_for_members(house: House) -> None:
    room = create_space(name="x", kind="private", audience="members", by=None, at=timezone.now())

    assert not Space.objects.places().filter(pk=room.pk).exists()
