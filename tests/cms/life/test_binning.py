"""The bin of a space: out of sight at once, back as it was, gone after thirty days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision, Workflow

from cms.base.models import BasePage
from cms.life.binning import NotInTheBin, bin_page, empty_bins, restore_page
from cms.life.tasks import empty_bins as job
from cms.models import CollaborativePage
from cms.writing.keeping import open_text, says_now
from cms.writing.owner import Pages
from cms.writing.services import publish_text
from intranet.accounts.models import User
from realtime.coedit.models import Document
from realtime.coedit.services import keep_document
from realtime.recurring.registry import jobs
from realtime.spaces.models import Space
from tests.cms.factories import an_editor, make_page
from tests.cms.life.test_moving import apart, move, now
from tests.cms.test_editing import signed_in
from tests.cms.test_writing import type_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceMemberFactory
from tests.realtime.threads.factories import say
from tests.support.queries import statements

__all__ = ["apart"]
pytestmark = [pytest.mark.django_db, pytest.mark.feature("P9")]


@pytest.fixture
def page(place: Space, ada: User) -> CollaborativePage:
    made: CollaborativePage = make_page(place, "Changer un peson", model=CollaborativePage)
    open_text(page=made, at=timezone.now())
    talk: Any = made.thread
    say(talk, ada, "Et le couple ?")
    return made


@pytest.fixture
def below(page: CollaborativePage, place: Space) -> CollaborativePage:
    made: CollaborativePage = make_page(place, "Les outils", model=CollaborativePage, parent=page, is_published=False)
    return made


def throw(page: CollaborativePage, by: User, **ago: int) -> None:
    bin_page(page=page, by=by, at=timezone.now() - timedelta(**ago))


def test_a_page_is_put_there_once_what_goes_with_it_is_read(
    page: CollaborativePage, below: Any, place: Space, ada: User
) -> None:
    client, address = signed_in(ada), reverse("cms:page_bin", args=[page.pk])

    asked = client.get(address).content.decode()
    answer = client.post(address, follow=True).content.decode()

    assert "Move “Changer un peson” to the bin?" in asked
    assert "Les outils" in asked
    assert "“Changer un peson” is in the bin." in answer
    assert f'action="{reverse("cms:page_restore", args=[page.pk])}"' in answer  # taken back at once
    binned = signed_in(ada).get(reverse("cms:bin", args=[place.slug])).content.decode()
    assert f"Put here by {ada.name}" in binned
    assert "Les outils" not in binned  # it went along


def test_it_is_gone_by_every_door(page: CollaborativePage, below: Any, place: Space, ada: User) -> None:
    editor = an_editor()
    SpaceMemberFactory(space=place, user=editor)
    linking = make_page(place, "Renvoi", body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">là</a></p>')])
    throw(page, ada)

    for client in (signed_in(ada), signed_in(editor)):
        assert client.get(page.url).status_code == 404
        assert client.get(below.url).status_code == 404
        assert client.get(reverse("cms:page_write", args=[page.pk])).status_code == 404
        assert client.get(reverse("cms:page_history", args=[page.pk])).status_code == 404
        for address in (f"/spaces/{place.slug}/pages/", "/search/?q=peson", linking.url):
            words = client.get(address).content.decode()
            assert "Changer un peson" not in words
            assert page.url not in words
            assert "Les outils" not in words
    cms = signed_in(editor)
    assert cms.get(f"/cms/pages/{page.pk}/edit/").status_code in (302, 403, 404)
    assert "Changer un peson" not in cms.get("/cms/").content.decode()


def test_what_was_said_beside_it_stays_among_the_conversations(page: Any, place: Space, ada: User) -> None:
    throw(page, ada)

    words = signed_in(ada).get(place.get_absolute_url()).content.decode()
    assert page.thread.get_absolute_url() in words
    assert page.url not in signed_in(ada).get(page.thread.get_absolute_url()).content.decode()


def test_it_comes_back_as_it_was(page: Any, below: CollaborativePage, ada: User) -> None:
    before, versions = says_now(page), Revision.objects.for_instance(page).count()
    throw(page, ada)

    answer = signed_in(ada).post(reverse("cms:page_restore", args=[page.pk]), follow=True)

    assert "is back as it was." in answer.content.decode()
    back = now(page)
    assert (back.live, back.binned_at, now(below).live, now(below).binned_at) == (True, None, False, None)
    assert says_now(back) == before
    assert Revision.objects.for_instance(back).count() == versions
    assert back.thread.origin_url == back.url
    assert "Et le couple ?" in signed_in(ada).get(back.url).content.decode()


def test_what_was_typed_and_not_kept_yet_comes_back_too(page: CollaborativePage, ada: User) -> None:
    type_in(page, "Couper l’air.", "Tapé à l’instant.", by=ada)

    throw(page, ada)
    restore_page(page=page)

    assert "Tapé à l’instant." in str(says_now(now(page)))
    assert "Tapé à l’instant." not in signed_in(ada).get(page.url).content.decode()  # still a draft


def test_those_who_write_have_no_rights_any_more_and_have_them_back(page: CollaborativePage, ada: User) -> None:
    assert Pages().rights(page.pk, [ada.pk])[ada.pk].writes

    throw(page, ada)
    gone = Pages().rights(page.pk, [ada.pk]), Pages().writable(page.pk).exists()
    restore_page(page=page)

    assert gone == ({}, False)
    assert Pages().rights(page.pk, [ada.pk])[ada.pk].writes
    assert Pages().writable(page.pk).exists()


def test_a_room_that_keeps_its_text_late_does_not_bring_it_back(page: CollaborativePage, ada: User) -> None:
    text = open_text(page=page, at=timezone.now())
    throw(page, ada)

    keep_document(document_id=text.document_id, at=timezone.now())

    assert (now(page).live, now(page).binned_at is None) == (False, False)


def test_no_day_and_no_approval_waits_in_the_bin(page: CollaborativePage, ada: User) -> None:
    Workflow.objects.get().start(page, ada)
    then = now(page)
    then.go_live_at = timezone.now() + timedelta(hours=1)
    then.save_revision(approved_go_live_at=then.go_live_at)

    throw(page, ada)

    assert not Revision.objects.for_instance(page).exclude(approved_go_live_at=None).exists()
    assert now(page).current_workflow_state is None


def test_a_locked_page_is_not_binned(page: CollaborativePage, ada: User) -> None:
    BasePage.objects.filter(pk=page.pk).update(locked=True)

    answer = signed_in(ada).post(reverse("cms:page_bin", args=[page.pk]), follow=True)

    assert "This page is locked" in answer.content.decode()
    assert now(page).live


def test_one_whose_parent_is_in_the_bin_comes_back_above_it(page: CollaborativePage, below: Any, ada: User) -> None:
    throw(below, ada, hours=2)
    throw(page, ada)

    restore_page(page=now(below))

    assert now(below).get_parent().specific == now(page).get_parent().specific
    assert now(page).binned_at is not None
    assert signed_in(ada).get(reverse("cms:page_write", args=[below.pk])).status_code == 200


def test_one_that_was_there_already_does_not_come_back_with_its_parent(
    page: CollaborativePage, below: Any, ada: User
) -> None:
    throw(below, ada, hours=2)
    throw(page, ada)

    restore_page(page=now(page))

    assert (now(page).binned_at is None, now(below).binned_at is None) == (True, False)


def test_after_thirty_days_it_is_deleted_for_good(page: Any, below: Any, place: Space, ada: User) -> None:
    young = make_page(place, "Hier", model=CollaborativePage)
    text = open_text(page=page, at=timezone.now())
    throw(page, ada, days=30)
    throw(young, ada, days=29)

    gone = empty_bins(at=timezone.now())

    assert gone == 1
    assert not BasePage.objects.filter(pk__in=[page.pk, below.pk]).exists()
    assert not Document.objects.filter(pk=text.document_id).exists()
    assert not Revision.objects.filter(object_id=str(page.pk)).exists()
    assert not PageLogEntry.objects.filter(page=page.pk).exists()
    assert BasePage.objects.filter(pk=young.pk).exists()
    assert "Et le couple ?" in signed_in(ada).get(page.thread.get_absolute_url()).content.decode()
    assert BasePage.find_problems() == ([], [], [], [], [])


def test_the_workers_empty_the_bins_again_and_again() -> None:
    assert jobs()["life.empty_bins"].work is job


def test_those_who_run_the_space_delete_at_once_and_nobody_else(
    page: CollaborativePage, below: Any, place: Space, ada: User
) -> None:
    member, stranger = SpaceMemberFactory(space=place).user, UserFactory()
    throw(page, ada)
    address = reverse("cms:page_delete", args=[page.pk])

    assert signed_in(member).post(address).status_code == 403
    assert signed_in(stranger).post(address).status_code == 404
    asked = signed_in(ada).get(address).content.decode()
    assert "Delete “Changer un peson” for good?" in asked
    assert "Les outils" in asked
    assert "deleted for good" in signed_in(ada).post(address, follow=True).content.decode()
    assert not BasePage.objects.filter(pk__in=[page.pk, below.pk]).exists()


def test_a_page_that_is_not_in_the_bin_is_not_deleted(page: CollaborativePage, ada: User) -> None:
    assert signed_in(ada).post(reverse("cms:page_delete", args=[page.pk])).status_code == 404
    assert BasePage.objects.filter(pk=page.pk).exists()


def test_the_bin_is_for_those_who_write(page: CollaborativePage, place: Space, ada: User) -> None:
    reader, stranger = SpaceMemberFactory(space=place, reader=True).user, UserFactory()
    throw(page, ada)

    for person, bin_status in ((reader, 403), (stranger, 404)):
        assert signed_in(person).get(reverse("cms:bin", args=[place.slug])).status_code == bin_status
        assert signed_in(person).post(reverse("cms:page_restore", args=[page.pk])).status_code == 404
    assert now(page).binned_at is not None


def test_an_empty_bin_says_what_it_is_for(place: Space, ada: User) -> None:
    assert "The bin is empty" in signed_in(ada).get(reverse("cms:bin", args=[place.slug])).content.decode()


def test_the_bin_costs_the_same_however_full_it_is(place: Space, ada: User) -> None:
    client, asked = signed_in(ada), []
    for number in range(6):
        throw(make_page(place, f"Page {number}", model=CollaborativePage, by=ada), UserFactory())
        client.get(reverse("cms:bin", args=[place.slug]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("cms:bin", args=[place.slug]))
        asked.append(len(statements(queries)))

    assert asked[0] == asked[-1] <= 15


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bring_it_back_one_is_told_that_it_is_back(
    page: CollaborativePage, ada: User, apart: ThreadPoolExecutor
) -> None:
    throw(page, ada)

    def restore(_: int) -> str:
        try:
            restore_page(page=page)
        except NotInTheBin:
            return "late"
        return "restored"

    assert sorted(apart.map(restore, range(2))) == ["late", "restored"]
    assert now(page).live
    again = signed_in(ada).post(reverse("cms:page_restore", args=[page.pk]), follow=True)
    assert "brought this page back already" in again.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_page_binned_while_another_moves_below_it_keeps_a_tree_that_holds(
    page: CollaborativePage, place: Space, ada: User, apart: ThreadPoolExecutor
) -> None:
    other = make_page(place, "Autre", model=CollaborativePage)

    def act(number: int) -> str:
        try:
            throw(page, ada) if number else move(other, page, ada)
        except Exception as refusal:
            return type(refusal).__name__
        return "done"

    told = list(apart.map(act, range(2)))

    assert told in (["done", "done"], ["NoSuchPlace", "done"])
    assert (now(other).binned_at is not None) == now(other).path.startswith(now(page).path)
    assert BasePage.find_problems() == ([], [], [], [], [])


def test_a_page_that_comes_back_is_published_again_like_any(page: CollaborativePage, ada: User) -> None:
    throw(page, ada)
    restore_page(page=page)

    publish_text(page=now(page), by=ada, at=timezone.now())

    assert signed_in(ada).get(page.url).status_code == 200
