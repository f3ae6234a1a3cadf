"""A page copied or moved: rights follow the space, and old addresses lead to it for those who see it."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.base.curtain import drawn_for
from cms.base.models import BasePage
from cms.life.moving import NoSuchPlace, duplicate_page, move_page
from cms.models import CollaborativePage, OldAddress, SpaceImage
from cms.writing.keeping import open_text, says_now
from cms.writing.services import Waits, publish_text
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms.factories import first_page, make_document, make_image, make_page
from tests.cms.test_editing import form, signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.realtime.threads.factories import say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P9")]


@pytest.fixture
def other(ada: User) -> Space:
    return SpaceFactory(name="Bureau", by=ada, members_only=True)


@pytest.fixture
def page(place: Space) -> CollaborativePage:
    made: CollaborativePage = make_page(place, "Changer un peson", model=CollaborativePage, shared_with_guests=True)
    return made


@pytest.fixture
def below(page: CollaborativePage, place: Space) -> CollaborativePage:
    made: CollaborativePage = make_page(place, "Les outils", model=CollaborativePage, parent=page)
    return made


def now(page: Any) -> Any:
    return BasePage.objects.get(pk=page.pk).specific


def move(page: CollaborativePage, under: BasePage, by: User) -> Any:
    return move_page(page=page, under=under, by=by, at=timezone.now())


def pictured(image: SpaceImage) -> tuple[str, Any]:
    return "image", {"image": image, "alt": "Un peson", "caption": ""}


def bare(answer: Any) -> str:
    """What an answer says, without the token that differs in each and the address that was asked for."""
    words = re.sub(r'"[A-Za-z0-9]{64}"', "", answer.content.decode())
    return words.replace(answer.wsgi_request.path, "")


# --- copies ---------------------------------------------------------------------------------------


def test_a_copy_is_a_draft_with_the_text_and_a_life_of_its_own(page: Any, place: Space, ada: User) -> None:
    say(page.thread, ada, "Et le couple ?")

    answer = signed_in(ada).post(reverse("cms:page_duplicate", args=[page.pk]), {"space": place.slug})

    copy = CollaborativePage.objects.get(draft_title="Changer un peson (copy)")
    assert answer.headers["Location"] == reverse("cms:page_write", args=[copy.pk])
    assert "Couper l’air." in says_now(copy)[0]["value"]
    assert not copy.live
    assert not copy.shared_with_guests
    assert copy.thread is None
    assert {b["id"] for b in says_now(copy)}.isdisjoint(b["id"] for b in says_now(page))


def test_pictures_and_files_stay_where_not_everyone_could_see_them(place: Space, other: Space, ada: User) -> None:
    image, file = make_image(place, "Peson"), make_document(place, "Fiche")
    body = [
        ("paragraph", "<p>Voir ci-dessous.</p>"),
        ("image", {"image": image, "alt": "Un peson", "caption": ""}),
        ("file", {"file": file, "about": ""}),
    ]
    page = make_page(place, "Avec images", model=CollaborativePage, body=body)

    answer = (
        signed_in(ada)
        .post(reverse("cms:page_duplicate", args=[page.pk]), {"space": other.slug}, follow=True)
        .content.decode()
    )
    same = duplicate_page(page=page, to=place, by=ada, at=timezone.now())

    copy = CollaborativePage.objects.get(space=other, draft_title="Avec images (copy)")
    assert [block["type"] for block in says_now(copy)] == ["paragraph"]
    assert "Fiche, Peson" in answer
    assert [block["type"] for block in says_now(same.page)] == ["paragraph", "image", "file"]
    assert same.left == []


def test_those_of_an_open_space_come_along(other: Space, ada: User) -> None:
    open_place = SpaceFactory(by=ada)
    body = [("image", {"image": make_image(open_place), "alt": "Un peson", "caption": ""})]
    page = make_page(open_place, "Avec image", model=CollaborativePage, body=body)

    came = duplicate_page(page=page, to=other, by=ada, at=timezone.now())

    assert [block["type"] for block in says_now(came.page)] == ["image"]


@pytest.mark.parametrize("act", ["duplicate", "move"])
def test_a_space_where_one_does_not_write_is_not_offered(page: CollaborativePage, ada: User, act: str) -> None:
    closed, read = SpaceFactory(members_only=True), SpaceFactory(members_only=True)
    SpaceMemberFactory(space=read, user=ada, reader=True)
    archived = SpaceFactory(by=ada, archived=True)
    client, address = signed_in(ada), reverse(f"cms:page_{act}", args=[page.pk])

    words = client.get(address).content.decode()

    for space in (closed, read, archived):
        assert f'value="{space.slug}"' not in words
        refused = client.post(address, {"space": space.slug, "under": first_page(space).pk})
        assert refused.status_code == 422
    assert now(page).space == page.space


# --- moves ----------------------------------------------------------------------------------------


def test_a_page_moves_with_what_is_below_it_and_its_conversation(
    page: Any, below: CollaborativePage, other: Space, ada: User
) -> None:
    say(page.thread, ada, "Et le couple ?")
    inside, left = SpaceMemberFactory(space=other).user, SpaceMemberFactory(space=page.space).user

    answer = signed_in(ada).post(
        reverse("cms:page_move", args=[page.pk]) + f"?space={other.slug}", {"under": first_page(other).pk}
    )

    assert answer.status_code == 302
    for moved in (now(page), now(below)):
        assert moved.space == other
        assert moved.thread.space == other
        assert moved.thread.origin_url == moved.url
        assert signed_in(inside).get(moved.url).status_code == 200
        assert signed_in(left).get(moved.url).status_code == 404
    assert "Et le couple ?" in signed_in(inside).get(now(page).url).content.decode()


def test_an_old_address_leads_to_the_page_for_those_who_see_it(
    page: CollaborativePage, below: CollaborativePage, other: Space, ada: User
) -> None:
    inside, outside = SpaceMemberFactory(space=other).user, SpaceMemberFactory(space=page.space).user
    old = [page.url, below.url]

    move(page, first_page(other), ada)

    for address, moved in zip(old, (now(page), now(below)), strict=True):
        found = signed_in(inside).get(address)
        assert (found.status_code, found.headers["Location"]) == (302, moved.url)
        hidden, never = (signed_in(outside).get(url) for url in (address, "/pages/nulle/part/"))
        assert hidden.status_code == 404
        assert bare(hidden) == bare(never)
        assert other.slug not in f"{hidden.content.decode()}{hidden.headers}"


def test_moved_twice_and_back_every_address_leads_to_it(
    page: CollaborativePage, place: Space, other: Space, ada: User
) -> None:
    client, first = signed_in(ada), page.url
    move(page, first_page(other), ada)
    second = now(page).url

    move(page, first_page(place), ada)

    assert client.get(first).status_code == 200
    assert client.get(second).headers["Location"] == first


def test_a_new_page_at_an_old_address_wins(page: CollaborativePage, place: Space, other: Space, ada: User) -> None:
    move(page, first_page(other), ada)
    old = OldAddress.objects.get(page=page.pk)

    fresh = make_page(place, "Changer un peson", model=CollaborativePage)

    assert fresh.url == f"/pages/{old.path}"
    assert "Couper l’air." in signed_in(ada).get(fresh.url).content.decode()


@pytest.mark.django_db(transaction=True)
def test_another_slug_in_the_cms_leaves_the_old_address(
    page: CollaborativePage, below: CollaborativePage, ada: User
) -> None:
    client, old = signed_in(ada), [page.url, below.url]
    ada.is_superuser = True
    ada.save()
    body = {
        **form("Changer un peson"),
        "slug": "peson",
        "action-publish": "1",
        "review_on": "",
        "steward": "",
        "contact": "",
    }

    answer = client.post(f"/cms/pages/{page.pk}/edit/", body)

    assert answer.status_code == 302, answer.context["form"].errors
    assert now(page).url.endswith("/peson/")
    assert [client.get(address).headers["Location"] for address in old] == [now(page).url, now(below).url]


def test_a_page_does_not_go_below_itself_or_into_the_bin_or_under_news(
    page: CollaborativePage, below: CollaborativePage, place: Space, ada: User
) -> None:
    binned, news = make_page(place, "Jetée", model=CollaborativePage), make_page(place, "Nouvelle")
    BasePage.objects.filter(pk=binned.pk).update(live=False, binned_at=timezone.now())

    for under in (page, below, binned, news):
        with pytest.raises(NoSuchPlace):
            move(page, under, ada)


def test_a_locked_page_does_not_move(page: CollaborativePage, other: Space, ada: User) -> None:
    BasePage.objects.filter(pk=page.pk).update(locked=True)

    with pytest.raises(Waits):
        move(page, first_page(other), ada)
    words = signed_in(ada).post(
        reverse("cms:page_move", args=[page.pk]) + f"?space={other.slug}", {"under": first_page(other).pk}
    )
    assert (words.status_code, now(page).space) == (422, page.space)


def test_where_a_page_has_that_address_it_gets_another_for_good(
    page: CollaborativePage, other: Space, ada: User
) -> None:
    make_page(other, "Changer un peson", model=CollaborativePage)

    move(page, first_page(other), ada)
    publish_text(page=now(page), by=ada, at=timezone.now())

    assert now(page).slug == "changer-un-peson-2"
    assert signed_in(ada).get(now(page).url).status_code == 200


def test_guests_of_another_space_do_not_read_it_even_once_it_is_published_again(
    page: CollaborativePage, place: Space, other: Space, ada: User
) -> None:
    here, there = (SpaceMemberFactory(space=space, guest=True).user for space in (place, other))
    old = page.url
    assert signed_in(here).get(old).status_code == 200

    move(page, first_page(other), ada)
    publish_text(page=now(page), by=ada, at=timezone.now())

    assert signed_in(there).get(now(page).url).status_code == 404
    assert signed_in(here).get(old).status_code == 404


def test_what_it_alone_shows_comes_along_and_what_others_show_stays(place: Space, other: Space, ada: User) -> None:
    own, drafted, shared = (make_image(place, title) for title in ("Seule", "Brouillon", "Partagée"))
    page = make_page(
        place, "Avec images", model=CollaborativePage, body=[pictured(own), pictured(drafted), pictured(shared)]
    )
    make_page(place, "Aussi", model=CollaborativePage, body=[pictured(shared)])
    make_page(place, "Brouillon", model=CollaborativePage, body=[pictured(drafted)], is_published=False)
    reader = SpaceMemberFactory(space=other).user

    came = move(page, first_page(other), ada)

    with drawn_for(reader):
        assert [image.title for image in SpaceImage.objects.all()] == ["Seule"]
    assert came.left == ["Brouillon", "Partagée"]


def test_who_will_see_it_and_who_no_longer_will_is_said_before(
    page: CollaborativePage, place: Space, other: Space, ada: User
) -> None:
    comes, goes = UserFactory(name="Nadia Ouvre"), UserFactory(name="Paul Ferme")
    SpaceMemberFactory(space=other, user=comes)
    SpaceMemberFactory(space=place, user=goes)
    wide = SpaceFactory(by=ada, name="Place")
    client, address = signed_in(ada), reverse("cms:page_move", args=[page.pk])

    narrow = client.get(f"{address}?space={other.slug}").content.decode()
    open_to_all = client.get(f"{address}?space={wide.slug}").content.decode()

    assert "Who did not see it and will: Nadia Ouvre." in narrow
    assert "Who sees it and no longer will: Paul Ferme." in narrow
    assert "From now on everyone in the organization sees it." in open_to_all
    assert "It stays in this space" in client.get(address).content.decode()


def test_asking_costs_the_same_however_many_pages_and_spaces_there_are(
    page: CollaborativePage, other: Space, ada: User
) -> None:
    client, asked = signed_in(ada), []
    address = reverse("cms:page_move", args=[page.pk]) + f"?space={other.slug}"
    for number in range(9):
        make_page(SpaceFactory(by=ada), f"Ailleurs {number}", model=CollaborativePage)
        make_page(other, f"Page {number}", model=CollaborativePage)
        SpaceMemberFactory(space=other)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(statements(queries)))

    assert asked[0] == asked[-1] <= 20


@pytest.fixture
def apart() -> Iterator[ThreadPoolExecutor]:
    """Threads that close the connections they opened."""
    with ThreadPoolExecutor(2) as pool:
        yield pool
        list(pool.map(lambda _: connection.close(), range(8)))


@pytest.mark.django_db(transaction=True)
def test_two_who_move_at_once_leave_a_tree_that_holds(
    place: Space, other: Space, ada: User, apart: ThreadPoolExecutor
) -> None:
    one, two = (make_page(place, title, model=CollaborativePage) for title in ("Une", "Deux"))
    open_text(page=one, at=timezone.now())

    def go(pair: tuple[Any, Any]) -> str:
        try:
            move(pair[0], pair[1], ada)
        except NoSuchPlace:
            return "refused"
        return "moved"

    assert sorted(apart.map(go, [(one, two), (two, one)])) == ["moved", "refused"]
    assert list(apart.map(go, [(one, first_page(other)), (two, first_page(other))])) == ["moved", "moved"]
    assert BasePage.find_problems() == ([], [], [], [], [])
    assert {now(one).space, now(two).space} == {other}
