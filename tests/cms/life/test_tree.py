"""The tree of pages in the CMS: their order, a copy, an alias that says what its original says, a move."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.base.models import BasePage
from cms.care.services import watch_page
from cms.models import CollaborativePage
from cms.services import publish_page
from intranet.accounts.models import User
from realtime.notifications.models import Notification
from realtime.spaces.models import Space
from tests.cms.factories import an_editor, first_page, make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P1")]


@pytest.fixture
def place() -> Space:
    return SpaceFactory(name="Atelier")


@pytest.fixture
def editor(place: Space) -> User:
    person = an_editor()
    SpaceMemberFactory(space=place, user=person)
    return person


@pytest.fixture
def original(place: Space) -> CollaborativePage:
    body = [("paragraph", "<p>Le <b>quai 3</b> ferme à midi.</p>")]
    made: CollaborativePage = make_page(place, "Horaires des quais", model=CollaborativePage, body=body)
    return made


def copied(client: Client, page: BasePage, into: BasePage, *, alias: bool) -> Any:
    """What a page becomes when an editor copies it in the CMS."""
    told = {"new_title": page.title, "new_slug": "aussi-ici", "new_parent_page": into.pk, "publish_copies": "on"}
    sent = client.post(
        reverse("wagtailadmin_pages:copy", args=[page.pk]), {**told, **({"alias": "on"} if alias else {})}
    )
    assert sent.status_code == 302
    return CollaborativePage.objects.get(slug="aussi-ici")


def test_an_editor_puts_pages_in_order_and_everybody_reads_them_so(place: Space, editor: User) -> None:
    pages = [make_page(place, name) for name in ("Un", "Deux", "Trois")]
    move = reverse("wagtailadmin_pages:set_page_position", args=[pages[2].pk])

    assert signed_in(editor).post(f"{move}?position=0").status_code == 200

    read = signed_in(UserFactory()).get(f"/spaces/{place.slug}/pages/").content.decode()
    places = [read.index(f">{name}<") for name in ("Trois", "Un", "Deux")]
    assert places == sorted(places)


def test_an_alias_says_what_its_original_says_once_that_is_published_anew(
    place: Space, editor: User, original: CollaborativePage
) -> None:
    other = SpaceFactory(name="Bureau", by=editor)
    alias = copied(signed_in(editor), original, first_page(other), alias=True)
    reader = signed_in(UserFactory())
    assert "ferme à midi" in reader.get(alias.url).content.decode()

    original.body = [("paragraph", "<p>Le quai 3 ferme à 14 h.</p>")]
    publish_page(page=original, by=editor, at=timezone.now())

    read = reader.get(alias.url).content.decode()
    assert "ferme à 14 h" in read
    assert "ferme à midi" not in read


def test_an_alias_is_written_and_talked_about_at_its_original(
    place: Space, editor: User, original: CollaborativePage
) -> None:
    alias = copied(signed_in(editor), original, first_page(SpaceFactory(name="Bureau", by=editor)), alias=True)
    member = signed_in(editor)

    read = member.get(alias.url).content.decode()

    assert alias.thread is None
    assert original.thread is not None
    assert f'href="{original.url}"' in read
    assert f"Written and talked about in {place.name}" in read
    assert f"/write/{alias.pk}/" not in read
    assert member.get(f"/write/{alias.pk}/").status_code == 404
    assert member.get(f"/write/{original.pk}/").status_code == 200
    assert member.get(reverse("wagtailadmin_pages:edit", args=[alias.pk])).status_code == 200


def test_who_does_not_see_the_original_is_not_told_where_it_is(place: Space, editor: User) -> None:
    closed = SpaceFactory(name="Cellule", by=editor, members_only=True)
    original = make_page(closed, "Consignes", model=CollaborativePage, body=[("paragraph", "<p>Portez un casque.</p>")])
    alias = copied(signed_in(editor), original, first_page(place), alias=True)

    read = signed_in(UserFactory()).get(alias.url).content.decode()

    assert "Portez un casque." in read
    assert "Cellule" not in read
    assert original.url not in read


def test_who_follows_the_original_is_told_once(place: Space, editor: User, original: CollaborativePage) -> None:
    reader = UserFactory()
    copied(signed_in(editor), original, first_page(SpaceFactory(by=editor)), alias=True)
    watch_page(page=original, user=reader, at=timezone.now())

    original.body = [("paragraph", "<p>Le quai 3 ferme à 14 h.</p>")]
    publish_page(page=original, by=editor, at=timezone.now(), note="Deux heures de plus.")

    assert Notification.objects.filter(user=reader).count() == 1


def test_without_its_original_an_alias_becomes_a_page_like_others(
    place: Space, editor: User, original: CollaborativePage
) -> None:
    alias = copied(signed_in(editor), original, first_page(place), alias=True)

    original.delete()

    page = CollaborativePage.objects.get(pk=alias.pk)
    assert page.alias_of_id is None
    assert signed_in(editor).get(f"/write/{page.pk}/").status_code == 200
    publish_page(page=page, by=editor, at=timezone.now())
    assert page.thread is not None


def test_a_copy_in_the_cms_has_a_conversation_of_its_own(
    place: Space, editor: User, original: CollaborativePage
) -> None:
    copy = copied(signed_in(editor), original, first_page(place), alias=False)

    assert copy.alias_of_id is None
    assert copy.thread_id not in (None, original.thread_id)
    assert signed_in(editor).get(f"/write/{copy.pk}/").status_code == 200


def test_a_move_in_the_cms_takes_the_page_with_its_conversation(
    place: Space, editor: User, original: CollaborativePage
) -> None:
    other = SpaceFactory(name="Bureau", by=editor)
    before = original.url

    moved = signed_in(editor).post(
        reverse("wagtailadmin_pages:move_confirm", args=[original.pk, first_page(other).pk]), {}
    )

    assert moved.status_code == 302
    page = CollaborativePage.objects.get(pk=original.pk)
    assert page.space == other
    assert page.thread is not None
    assert page.thread.space == other
    assert signed_in(UserFactory()).get(before)["Location"] == page.url
