"""Colleagues called by name in a page: offered where they see it, told when it is published."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.models import CollaborativePage
from cms.services import publish_page
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from realtime.notifications.models import Notification
from realtime.spaces.models import Space
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P11")]


@pytest.fixture
def ada() -> User:
    return UserFactory(name="Ada Moreau")


@pytest.fixture
def place(ada: User) -> Space:
    return SpaceFactory(by=ada, members_only=True)


def calls(*people: User, sign: str = "@") -> list[tuple[str, Any]]:
    links = " ".join(f'<a href="/people/{person.pk}/">{sign}{person.name}</a>' for person in people)
    return [("paragraph", f"<p>À voir avec {links}.</p>")]


def published(page: Any, body: list[tuple[str, Any]], by: User) -> None:
    page.body = body
    publish_page(page=page, by=by, at=timezone.now())


def told() -> set[int]:
    return set(Notification.objects.filter(reason="called").values_list("user", flat=True))


def test_whom_a_page_calls_is_told_when_it_is_published_and_once(place: Space, ada: User) -> None:
    bob = SpaceMemberFactory(space=place, user=UserFactory(name="Bob")).user
    page = make_page(place, "Hiver", model=CollaborativePage, body=calls(bob), is_published=False)
    assert told() == set()

    published(page, calls(bob), ada)
    published(page, [*calls(bob), ("paragraph", "<p>Encore.</p>")], ada)

    assert told() == {bob.pk}
    assert Notification.objects.filter(reason="called").count() == 1
    assert "Hiver" in signed_in(bob).get("/inbox/").content.decode()


def test_who_is_called_later_is_told_then(place: Space, ada: User) -> None:
    bob, cleo = SpaceMemberFactory(space=place).user, SpaceMemberFactory(space=place).user
    page = make_page(place, "Hiver", model=CollaborativePage, body=calls(bob))

    published(page, calls(bob, cleo), ada)

    assert told() == {bob.pk, cleo.pk}


def test_nobody_is_told_of_a_page_they_do_not_see_nor_of_themselves(place: Space, ada: User) -> None:
    make_page(place, "Hiver", model=CollaborativePage, body=calls(ada, UserFactory()), by=ada)

    assert told() == set()


def test_a_link_to_somebody_is_no_call(place: Space) -> None:
    bob = SpaceMemberFactory(space=place).user

    make_page(place, "Hiver", model=CollaborativePage, body=calls(bob, sign=""))

    assert told() == set()


def test_who_follows_and_is_called_is_told_once_of_one_publication(place: Space, ada: User) -> None:
    bob = SpaceMemberFactory(space=place).user
    page = make_page(place, "Hiver", model=CollaborativePage, body=calls())
    signed_in(bob).post(str(page.url).replace("/pages/", "/watch/"))

    published(page, calls(bob), ada)

    assert list(Notification.objects.filter(user=bob).values_list("reason", flat=True)) == ["called"]


def test_only_colleagues_who_see_the_page_are_offered(place: Space, ada: User) -> None:
    SpaceMemberFactory(space=place, user=UserFactory(name="Solène Kerbrat"))
    UserFactory(name="Solène Dehors")
    SpaceMemberFactory(space=place, guest=True, user=UserFactory(name="Solène Cliente", guest=True))
    page = make_page(place, "Hiver", model=CollaborativePage)
    open_text(page=page, at=timezone.now())
    address = reverse("cms:page_people", args=[page.pk])

    offered = signed_in(ada).get(address, {"q": "solen"}).json()["people"]

    assert [person["name"] for person in offered] == ["Solène Kerbrat"]
    assert signed_in(UserFactory()).get(address, {"q": "solen"}).status_code == 404


def test_a_thousand_colleagues_cost_what_ten_do(ada: User) -> None:
    space = SpaceFactory(by=ada)
    page = make_page(space, "Hiver", model=CollaborativePage)
    open_text(page=page, at=timezone.now())
    client, address = signed_in(ada), reverse("cms:page_people", args=[page.pk])
    client.get(address)
    counts = []
    for number in (3, 30):
        UserFactory.create_batch(number)
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(address, {"q": ""}).json()["people"]
        counts.append(len(statements(queries)))

    assert counts[0] == counts[1] <= 8
    assert len(rows) == 8
