"""What somebody keeps for later: theirs alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.life.binning import bin_page, restore_page
from cms.models import Bookmark, CollaborativePage
from intranet.accounts.models import User
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import remove_member
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P21")]
LIST = "/bookmarks/"


def keep(page: CollaborativePage, by: User, **more: str) -> int:
    return signed_in(by).post(reverse("cms:page_keep", args=[page.pk]), {"act": "keep", **more}).status_code


def test_a_page_is_kept_found_again_and_let_go(page: CollaborativePage, ada: User) -> None:
    client = signed_in(ada)
    assert "Keep for later" in client.get(page.url).content.decode()

    keep(page, ada)
    keep(page, ada)

    assert "Kept for later" in client.get(page.url).content.decode()
    assert page.url in client.get(LIST).content.decode()
    assert Bookmark.objects.count() == 1
    keep(page, ada, act="remove", back="list")
    assert "Nothing kept yet" in client.get(LIST).content.decode()


def test_nobody_else_sees_it(page: CollaborativePage, place: Space, ada: User) -> None:
    other = SpaceMemberFactory(space=place, facilitator=True).user
    keep(page, ada)

    assert page.url not in signed_in(other).get(LIST).content.decode()
    assert "Kept for later" not in signed_in(other).get(page.url).content.decode()


def test_the_account_menu_leads_there(ada: User) -> None:
    assert f'href="{LIST}"' in signed_in(ada).get("/").content.decode()


def test_what_one_does_not_see_is_neither_kept_nor_shown(page: CollaborativePage, place: Space) -> None:
    member = SpaceMemberFactory(space=place).user
    keep(page, member)
    remove_member(member=SpaceMember.objects.get(user=member, space=place), at=timezone.now())

    assert "Changer un peson" not in signed_in(member).get(LIST).content.decode()
    assert keep(page, UserFactory()) == 404
    assert keep(page, SpaceMemberFactory(space=place, guest=True).user) == 403


def test_one_from_the_bin_is_there_again_when_it_is_back(page: CollaborativePage, ada: User) -> None:
    keep(page, ada)
    bin_page(page=page, by=ada, at=timezone.now())
    assert page.url not in signed_in(ada).get(LIST).content.decode()

    restore_page(page=page)

    assert page.url in signed_in(ada).get(LIST).content.decode()


def test_the_list_costs_the_same_however_long_it_is(place: Space, ada: User) -> None:
    client, asked = signed_in(ada), []
    for number in range(8):
        keep(make_page(SpaceFactory(by=ada), f"Page {number}", model=CollaborativePage), ada)
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        asked.append(len(statements(queries)))

    assert asked[0] == asked[-1] <= 15
