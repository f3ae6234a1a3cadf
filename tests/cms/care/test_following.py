"""Who is told that a page is published anew: those who follow it and those who answer for it, each once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.base.models import BasePage
from cms.care.services import unwatch_page, watch_page
from cms.models import CollaborativePage, EventPage, GuidePage, PageChange, PageWatch
from cms.services import publish_page
from cms.writing.keeping import open_text
from cms.writing.services import publish_text
from intranet.accounts.models import User
from realtime.notifications.models import Category, Notification
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import remove_member
from tests.cms.conftest import Place
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.cms.test_writing import type_in
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P15")]


def follower(page: BasePage, **fields: Any) -> User:
    user: User = fields.pop("user", None) or UserFactory(**fields)
    watch_page(page=page, user=user, at=timezone.now())
    return user


def again(page: CollaborativePage, words: str, by: User, *, note: str = "", at: Any = None) -> None:
    """Somebody types and publishes."""
    type_in(page, words, by=by)
    publish_text(page=page, by=by, at=at or timezone.now(), note=note)


def told(user: User) -> list[Notification]:
    return list(Notification.objects.filter(user=user, category=Category.PAGE).order_by("pk"))


def test_a_follower_is_told_what_changed_in_the_words_of_who_published(page: CollaborativePage, ada: User) -> None:
    reader = follower(page)

    again(page, "Couper l’air à la vanne.", ada, note="La vanne est nommée.")

    inbox = signed_in(reader).get("/inbox/").content.decode()
    assert "La vanne est nommée." in inbox
    assert "Ada Moreau published a new version" in inbox
    assert len(told(reader)) == 1


def test_who_published_is_not_told(page: CollaborativePage, ada: User) -> None:
    follower(page, user=ada)

    again(page, "Couper l’air à la vanne.", ada, note="La vanne.")

    assert told(ada) == []


def test_the_same_words_published_again_tell_nobody(page: CollaborativePage, ada: User) -> None:
    reader = follower(page)

    publish_text(page=page, by=ada, at=timezone.now())

    assert told(reader) == []


def test_a_retry_of_the_same_note_is_told_once_and_stands_once(page: CollaborativePage, ada: User) -> None:
    reader = follower(page)
    again(page, "Couper l’air à la vanne.", ada, note="La vanne.")

    publish_text(page=page, by=ada, at=timezone.now(), note="La vanne.")

    assert len(told(reader)) == 1
    assert PageChange.objects.filter(page=page).count() == 1


def test_without_a_note_once_a_day(page: CollaborativePage, ada: User) -> None:
    reader, now = follower(page), timezone.now()
    for number in range(3):
        again(page, f"Couper l’air {number} fois.", ada, at=now)
    assert len(told(reader)) == 1

    again(page, "Couper l’air demain.", ada, at=now + timedelta(days=1))

    assert len(told(reader)) == 2


def test_a_note_is_told_on_the_same_day_and_then_changes_without_one_are_not(
    page: CollaborativePage, ada: User
) -> None:
    reader = follower(page)
    again(page, "Couper l’air une fois.", ada)
    again(page, "Couper l’air deux fois.", ada, note="Deux fois.")

    again(page, "Couper l’air trois fois.", ada)

    assert [note.source_kind for note in told(reader)] == ["page", "page_change"]


def test_the_steward_team_and_the_contact_are_told(ada: User) -> None:
    steward, contact = TeamFactory(), UserFactory()
    member = MembershipFactory(team=steward).user
    page = make_page(SpaceFactory(by=ada), "Pesons", steward=steward, contact=contact)

    page.body = [("paragraph", "<p>Autre chose.</p>")]
    publish_page(page=page, by=ada, at=timezone.now())

    assert len(told(member)) == 1
    assert len(told(contact)) == 1


def test_the_first_publication_is_nothing_new(ada: User) -> None:
    contact = UserFactory()

    make_page(SpaceFactory(by=ada), "Pesons", contact=contact)

    assert told(contact) == []


def test_what_the_cms_publishes_is_told_too(ada: User) -> None:
    page = make_page(SpaceFactory(by=ada), "Pesons")
    reader = follower(page)

    then = GuidePage.objects.get(pk=page.pk)
    then.intro = "Vingt minutes."
    then.save_revision(user=ada).publish(user=ada, skip_permission_checks=True)

    assert [note.actor_id for note in told(reader)] == [ada.pk]


def test_who_lost_the_space_is_not_told_and_sees_nothing_of_what_was_told(ada: User) -> None:
    space = SpaceFactory(by=ada, members_only=True)
    page = make_page(space, "Zibeline", model=CollaborativePage)
    open_text(page=page, at=timezone.now())
    before, after = SpaceMemberFactory(space=space).user, SpaceMemberFactory(space=space).user
    follower(page, user=before)
    follower(page, user=after)
    remove_member(member=SpaceMember.objects.get(space=space, user=before), at=timezone.now())

    again(page, "Couper l’air à la vanne.", ada, note="Zibeline nouvelle.")

    assert told(before) == []
    assert len(told(after)) == 1
    remove_member(member=SpaceMember.objects.get(space=space, user=after), at=timezone.now())
    assert "Zibeline" not in signed_in(after).get("/inbox/").content.decode()


def test_a_practice_ground_tells_nobody(page: CollaborativePage, ada: User) -> None:
    Space.objects.filter(pk=page.space_id).update(kind=Space.Kind.PRACTICE)
    reader = follower(page)

    again(page, "Couper l’air à la vanne.", ada, note="La vanne.")

    assert told(reader) == []


def test_following_is_one_button_and_no_number_of_followers_is_shown(page: CollaborativePage) -> None:
    for _ in range(7):
        follower(page)
    reader = UserFactory()
    client, address = signed_in(reader), page.url.replace("/pages/", "/watch/")

    assert client.post(address, {"as": "on"}).status_code == 302
    shown = client.get(page.url).content.decode()
    assert "No longer follow" in shown
    assert "follower" not in shown
    client.post(address, {"as": "on"})
    assert PageWatch.objects.filter(user=reader).count() == 1

    client.post(address, {"as": "off"})
    assert not PageWatch.objects.filter(user=reader).exists()
    unwatch_page(page=page, user=reader)


def test_who_does_not_see_a_page_cannot_follow_it(place: Place) -> None:
    address = place.page.url.replace("/pages/", "/watch/")

    assert place.client("outside").post(address).status_code == 404
    assert place.client("guest").post(address).status_code == 404
    assert place.client("guest").post(place.shared.url.replace("/pages/", "/watch/")).status_code == 302


def test_publishing_costs_the_same_however_many_follow(page: CollaborativePage, ada: User) -> None:
    def cost(words: str) -> int:
        type_in(page, words, by=ada)
        with CaptureQueriesContext(connection) as queries:
            publish_text(page=page, by=ada, at=timezone.now(), note=words)
        return len(statements(queries))

    follower(page)
    again(page, "Une première fois.", ada)
    few = cost("Une fois.")
    for _ in range(30):
        follower(page)

    assert cost("Deux fois.") <= few


def test_an_event_published_again_as_it_was_is_no_news() -> None:
    event = make_page(SpaceFactory(), "Visite", model=EventPage)
    reader = follower(event)

    publish_page(page=EventPage.objects.get(pk=event.pk), by=None, at=timezone.now())

    assert told(reader) == []
