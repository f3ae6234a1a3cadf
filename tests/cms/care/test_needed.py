"""Whether a page is still needed: asked, asked again, answered, archived, brought back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from cms.base.models import BasePage
from cms.care.archive import archive_page, bring_page_back, look_after_pages, months_after
from cms.care.services import watch_page
from cms.models import CollaborativePage, GuidePage
from cms.services import publish_page
from intranet.accounts.models import User
from realtime.notifications.models import Category, Notification
from realtime.recurring.registry import jobs
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import archive_space, remove_member
from tests.cms.factories import first_page, make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P14")]

NOW = timezone.now()
DUE = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def page(keeper: User) -> GuidePage:
    steward = TeamFactory(name="Études")
    MembershipFactory(team=steward, user=keeper)
    made: GuidePage = make_page(SpaceFactory(name="Atelier du bas"), "Pesons", steward=steward, review_on=DUE)
    return made


def after(days: int) -> None:
    look_after_pages(at=NOW + timedelta(days=days))


def told(user: User) -> list[str]:
    notes = Notification.objects.filter(user=user, category=Category.PAGE).order_by("pk")
    return [note.reason for note in notes]


def now(page: BasePage) -> BasePage:
    found: BasePage = BasePage.objects.get(pk=page.pk)
    return found


def answer(person: User, page: BasePage, **said: str) -> Any:
    return signed_in(person).post(page.url.replace("/pages/", "/reviewed/"), said)


# --- asking -------------------------------------------------------------------------------------


def test_the_steward_team_and_the_contact_are_asked_once_whatever_is_retried(page: GuidePage, keeper: User) -> None:
    contact = UserFactory()
    BasePage.objects.filter(pk=page.pk).update(contact=contact)

    after(0)
    after(0)

    assert told(keeper) == ["asked"]
    assert told(contact) == ["asked"]
    assert now(page).asked_on == timezone.localdate()
    assert "Is this page still needed?" in signed_in(keeper).get("/inbox/").content.decode()


def test_they_are_asked_again_a_week_later_and_not_before(page: GuidePage, keeper: User) -> None:
    after(0)
    after(6)
    assert told(keeper) == ["asked"]

    after(7)
    after(8)

    assert told(keeper) == ["asked", "asked"]


def test_a_page_nobody_keeps_is_asked_of_those_who_run_its_space() -> None:
    runner = UserFactory()
    make_page(SpaceFactory(by=runner), "Pesons", review_on=DUE)

    after(0)

    assert told(runner) == ["asked"]


def test_nothing_is_asked_before_the_day_nor_in_an_archived_space_nor_on_a_practice_ground(keeper: User) -> None:
    team = MembershipFactory(user=keeper).team
    later = timezone.localdate() + timedelta(days=1)
    make_page(SpaceFactory(), "Plus tard", steward=team, review_on=later)
    archived, practice = SpaceFactory(), SpaceFactory()
    make_page(archived, "Ancienne", steward=team, review_on=DUE)
    make_page(practice, "Exercice", steward=team, review_on=DUE)
    archive_space(space=archived, at=NOW)
    Space.objects.filter(pk=practice.pk).update(kind=Space.Kind.PRACTICE)

    after(0)

    assert told(keeper) == []


def test_a_keeper_who_lost_the_space_is_not_asked(keeper: User) -> None:
    space = SpaceFactory(members_only=True)
    SpaceMemberFactory(space=space, user=keeper)
    make_page(space, "Zibeline", contact=keeper, review_on=DUE)
    remove_member(member=SpaceMember.objects.get(space=space, user=keeper), at=NOW)

    after(0)

    assert told(keeper) == []


def test_asking_costs_the_same_about_many_pages(keeper: User) -> None:
    team = MembershipFactory(user=keeper).team

    def cost(pages: int) -> int:
        space = SpaceFactory()
        for number in range(pages):
            make_page(space, f"Page {number}", steward=team, review_on=DUE)
        with CaptureQueriesContext(connection) as queries:
            after(0)
        return len(statements(queries))

    few = cost(2)

    assert cost(12) <= few


def test_the_workers_do_it_again_and_again() -> None:
    assert "care.look_after_pages" in jobs()


# --- answering ----------------------------------------------------------------------------------


def test_still_right_says_who_read_it_and_until_when(page: GuidePage, keeper: User) -> None:
    after(0)

    assert answer(keeper, page, **{"as": "right", "months": "6"}).status_code == 302

    found = now(page)
    assert (found.verified_by, found.verified_on) == (keeper, timezone.localdate())
    assert found.review_on == months_after(timezone.localdate(), 6)
    assert found.asked_on is None
    after(28)
    assert now(page).live
    foot = signed_in(UserFactory()).get(page.url).content.decode()
    assert "by Ada Moreau" in foot


def test_a_date_that_was_chosen_is_not_taken_back_by_a_draft(page: GuidePage, keeper: User) -> None:
    draft = GuidePage.objects.get(pk=page.pk)
    draft.intro = "Un brouillon."
    draft.save_revision(user=keeper)
    answer(keeper, page, **{"as": "right", "months": "3"})

    publish_page(page=now(page).get_latest_revision_as_object(), by=keeper, at=timezone.now())

    assert now(page).review_on == months_after(timezone.localdate(), 3)


def test_an_answer_without_a_date_is_given_back(page: GuidePage, keeper: User) -> None:
    shown = answer(keeper, page, **{"as": "right", "months": "5"})

    assert shown.status_code == 422
    assert "Is this page still needed?" in shown.content.decode()
    assert now(page).verified_on is None


def test_a_page_that_needs_work_is_kept_and_its_writers_are_told(keeper: User) -> None:
    space, writer = SpaceFactory(), UserFactory()
    SpaceMemberFactory(space=space, user=writer)
    made = make_page(space, "Pesons", model=CollaborativePage, by=writer, contact=keeper, review_on=DUE)
    after(0)

    sent = answer(keeper, made, **{"as": "work"})

    assert sent["Location"] == reverse("cms:page_write", args=[made.pk])
    assert told(writer) == ["needs_work"]
    assert now(made).live
    assert now(made).review_on == timezone.localdate() + timedelta(days=30)


def test_no_longer_needed_archives_it_and_tells_the_others(page: GuidePage, keeper: User) -> None:
    other = MembershipFactory(team=page.steward).user

    answer(keeper, page, **{"as": "over"})

    assert not now(page).live
    assert told(other) == ["archived"]
    assert told(keeper) == []


def test_only_those_who_keep_a_page_answer(page: GuidePage) -> None:
    for said in ["right", "work", "over"]:
        assert answer(UserFactory(), page, **{"as": said, "months": "3"}).status_code == 403
    assert now(page).live


# --- archived -----------------------------------------------------------------------------------


def test_nobody_answers_for_four_weeks_and_the_page_is_archived(page: GuidePage, keeper: User) -> None:
    runner = User.objects.get(space_members__space=page.space_id, space_members__role=SpaceMember.Role.FACILITATOR)
    after(0)
    after(27)
    assert now(page).live

    after(28)
    after(29)

    found = now(page)
    assert not found.live
    assert found.archived_on == timezone.localdate(NOW + timedelta(days=28))
    assert told(keeper)[-1] == "archived"
    assert told(keeper).count("archived") == 1
    assert told(runner) == ["archived"]
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.unpublish").exists()


def test_another_date_of_review_is_an_answer(page: GuidePage) -> None:
    after(0)
    BasePage.objects.filter(pk=page.pk).update(review_on=timezone.localdate() + timedelta(days=60))

    after(40)
    assert now(page).live
    assert now(page).asked_on == timezone.localdate()

    after(60)
    assert now(page).live
    assert now(page).asked_on == timezone.localdate(NOW + timedelta(days=60))


def test_the_first_page_of_a_space_is_never_archived() -> None:
    page = first_page(SpaceFactory())
    BasePage.objects.filter(pk=page.pk).update(review_on=DUE)
    after(0)
    after(28)

    assert now(page).live


def test_its_address_says_so_to_those_who_saw_it(page: GuidePage, keeper: User) -> None:
    archive_page(page=page, by=None, at=NOW)

    shown = signed_in(UserFactory()).get(page.url)
    assert shown.status_code == 410
    said = shown.content.decode()
    for words in ["Pesons", "was archived on", "Études", "those who run the space Atelier du bas"]:
        assert words in said
    assert "Couper l’air" not in said
    assert "Bring it back" not in said
    assert "Bring it back" in signed_in(keeper).get(page.url).content.decode()


def test_who_never_saw_the_space_finds_nothing_there() -> None:
    space = SpaceFactory(members_only=True)
    guest = SpaceMemberFactory(space=space, guest=True).user
    page = make_page(space, "Zibeline")
    shared = make_page(space, "Partagée", shared_with_guests=True)
    for one in (page, shared):
        archive_page(page=one, by=None, at=NOW)

    assert signed_in(UserFactory()).get(page.url).status_code == 404
    assert signed_in(guest).get(page.url).status_code == 404
    assert signed_in(guest).get(shared.url).status_code == 410


def test_one_click_from_the_inbox_brings_it_back_as_it_was(page: GuidePage, keeper: User) -> None:
    draft = GuidePage.objects.get(pk=page.pk)
    draft.intro = "Un brouillon d’après."
    draft.save_revision(user=keeper)
    follower = UserFactory()
    watch_page(page=page, user=follower, at=NOW)
    archive_page(page=page, by=None, at=NOW)
    client = signed_in(keeper)
    note = Notification.objects.get(user=keeper, reason="archived")
    assert client.get(reverse("notifications:open", args=[note.pk]))["Location"] == page.url

    back = client.post(reverse("cms:page_bring_back_archived", args=[page.pk]))

    assert back.status_code == 302
    found = now(page)
    assert (found.live, found.archived_on, found.has_unpublished_changes) == (True, None, True)
    assert found.specific.intro == ""
    assert found.review_on == months_after(timezone.localdate(), 3)
    assert told(follower) == []
    bring_page_back(page=found, by=keeper, at=NOW)


def test_others_do_not_bring_it_back(page: GuidePage) -> None:
    archive_page(page=page, by=None, at=NOW)
    address = reverse("cms:page_bring_back_archived", args=[page.pk])

    assert signed_in(UserFactory()).post(address).status_code == 404
    assert not now(page).live


def test_a_page_published_again_from_elsewhere_is_archived_no_more(page: GuidePage, keeper: User) -> None:
    archive_page(page=page, by=None, at=NOW)

    publish_page(page=GuidePage.objects.get(pk=page.pk), by=keeper, at=timezone.now())

    assert now(page).archived_on is None
    assert signed_in(UserFactory()).get(page.url).status_code == 200


# --- who answers for it -------------------------------------------------------------------------


@pytest.mark.feature("P13")
def test_those_who_keep_a_page_choose_who_does_and_until_when(page: GuidePage, keeper: User) -> None:
    team, contact, day = TeamFactory(), UserFactory(), timezone.localdate() + timedelta(days=90)
    address = page.url.replace("/pages/", "/keepers/")
    client = signed_in(keeper)
    assert "Études" in client.get(address).content.decode()

    sent = client.post(address, {"steward": team.pk, "contact": contact.pk, "review_on": day.isoformat()})

    assert sent.status_code == 302
    found = now(page)
    assert (found.steward, found.contact, found.review_on) == (team, contact, day)
    assert found.get_latest_revision_as_object().steward == team


@pytest.mark.feature("P13")
def test_a_contact_who_does_not_see_the_page_and_a_day_gone_by_are_refused(keeper: User) -> None:
    space = SpaceFactory(members_only=True, by=keeper)
    page = make_page(space, "Pesons")
    address = page.url.replace("/pages/", "/keepers/")

    refused = signed_in(keeper).post(address, {"contact": UserFactory().pk, "review_on": DUE.isoformat()})

    assert refused.status_code == 422
    assert "Choose a day to come." in refused.content.decode()
    assert DUE.isoformat() in refused.content.decode()
    assert now(page).contact is None


@pytest.mark.feature("P13")
def test_readers_do_not_choose_who_keeps_a_page(page: GuidePage) -> None:
    assert signed_in(UserFactory()).get(page.url.replace("/pages/", "/keepers/")).status_code == 403


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [("2026-11-30", 3, "2027-02-28"), ("2027-11-30", 3, "2028-02-29"), ("2026-05-15", 12, "2027-05-15")],
)
def test_months_end_where_they_end(day: str, months: int, until: str) -> None:
    from datetime import date

    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(until)
