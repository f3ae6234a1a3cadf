"""The 1.0 alarm: whether what is published opens an exchange, on the page, in the space, in the house, before it is out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cms.exchanges import PERIOD, Tally, tally_of_house, tally_of_space
from cms.models import CollaborativePage, NewsPage
from cms.writing.checks import remarks_on
from intranet.accounts.models import User
from intranet.metrics.services import record_holidays
from realtime.spaces.models import Space
from realtime.spaces.services import archive_space
from realtime.threads.exchanges import answerable, exchange_in, may_be_answered
from realtime.threads.models import Thread
from realtime.threads.services import close_thread
from tests.cms.factories import an_editor, make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.realtime.threads.factories import make_thread, say

pytestmark = [pytest.mark.django_db, pytest.mark.feature("X17")]
MONDAY = datetime.fromisoformat("2026-07-06T09:00:00+02:00")


@pytest.fixture(autouse=True)
def calendar() -> Iterator[None]:
    cache.clear()
    days = [MONDAY.date() + timedelta(days=1)]
    record_holidays(year=2026, days=days, at=MONDAY)
    yield
    cache.clear()


@pytest.fixture
def runner() -> User:
    return UserFactory()


@pytest.fixture
def space(runner: User) -> Space:
    return SpaceFactory(by=runner)


def read(page: Any, user: User) -> str:
    return signed_in(user).get(page.url).content.decode()


def announce(space: Space, at: datetime | None = None, **more: Any) -> Thread:
    thread = make_thread(space, by=space.created_by, kind=Thread.Kind.ANNOUNCEMENT, at=at, **more)
    say(thread, space.created_by or UserFactory(), at=at)
    return thread


# --- one publication ------------------------------------------------------------------------------


def test_a_page_says_who_may_answer_and_that_nobody_did(space: Space, runner: User) -> None:
    page = make_page(space, model=NewsPage)
    say(page.thread, runner, "Des questions ?")  # one's own words are no answer

    shown = read(page, UserFactory())

    assert "Everyone here can answer" in shown
    assert "No answer yet: the first one is yours" in shown


def test_a_page_says_how_soon_it_was_answered_and_by_how_many_teams(space: Space) -> None:
    page = make_page(space, model=NewsPage, at=MONDAY)
    first, second = MembershipFactory(is_home=True), MembershipFactory(is_home=True)
    same_team = MembershipFactory(is_home=True, team=first.team)
    MembershipFactory(user=first.user, team=TeamFactory(network=True), is_home=False)  # not the team they are of
    for n, member in enumerate((first, second, same_team, first)):
        say(page.thread, member.user, at=MONDAY + timedelta(days=2, hours=n))

    shown = read(page, UserFactory())

    assert "First answer after 1 working day<" in shown  # Tuesday was a holiday
    assert "2 teams took part" in shown


def test_where_no_calendar_tells_the_day_is_said(space: Space) -> None:
    last_year = MONDAY - timedelta(days=364)
    page = make_page(space, model=NewsPage, at=last_year)
    say(page.thread, UserFactory(), at=last_year + timedelta(days=1))

    assert "First answer on 8 July 2025" in read(page, UserFactory())


def test_words_that_were_hidden_or_taken_back_are_no_answer(space: Space) -> None:
    thread = announce(space, is_one_way=False)
    message = say(thread, UserFactory())
    assert exchange_in(thread, timezone.localdate()).first_at is not None

    type(message).objects.filter(pk=message.pk).update(hidden_at=timezone.now())

    assert exchange_in(thread, timezone.localdate()).first_at is None


def test_a_guest_reads_the_page_and_nothing_of_the_exchange() -> None:
    space = SpaceFactory(customers=True)
    page = make_page(space, model=NewsPage, shared_with_guests=True)
    guest = SpaceMemberFactory(space=space, guest=True).user
    shown = read(page, guest)

    assert page.title in shown
    assert "can answer" not in shown
    assert "90 days" not in signed_in(guest).get(reverse("cms:space_pages", args=[space.slug])).content.decode()


def test_an_announcement_says_whether_it_opened_an_exchange(space: Space) -> None:
    reader = UserFactory()
    one_way, open_one = announce(space, is_one_way=True), announce(space, is_one_way=False)
    say(open_one, reader)

    def shown(thread: Thread) -> str:
        return signed_in(reader).get(thread.get_absolute_url()).content.decode()

    assert "Only those who run the space can answer" in shown(one_way)
    assert "It opened no exchange" in shown(one_way)
    assert "First answer the same day" in shown(open_one)


STANDING = [(kind, "open") for kind in ("discussion", "question", "announcement")]
STANDING += [(kind, "closed") for kind in ("discussion", "question", "announcement")]
STANDING += [("question", state) for state in ("solved", "withdrawn")]


@pytest.mark.parametrize(("kind", "state"), STANDING)
@pytest.mark.parametrize("is_archived", [False, True])
def test_who_may_answer_is_the_same_in_sql(kind: str, state: str, is_archived: bool, space: Space) -> None:
    thread = make_thread(space, by=space.created_by, kind=kind)
    Thread.objects.filter(pk=thread.pk).update(state=state)
    if is_archived:
        archive_space(space=space, at=timezone.now())
    thread = Thread.objects.select_related("space").get(pk=thread.pk)

    assert Thread.objects.filter(answerable(), pk=thread.pk).exists() is may_be_answered(thread)


# --- all of them ----------------------------------------------------------------------------------


def test_a_space_tells_what_became_of_what_it_published(space: Space, runner: User) -> None:
    now = timezone.now()
    answered, _, closed = (make_page(space, f"Page {n}", model=NewsPage) for n in range(3))
    say(answered.thread, UserFactory())
    close_thread(thread=closed.thread, reason="", by=runner, at=now)
    announce(space, is_one_way=True)
    make_page(space, "Ancienne", at=now - PERIOD - timedelta(days=1))
    make_page(SpaceFactory(), "Ailleurs")

    told = tally_of_space(space, timezone.now())

    assert told == Tally(answered=1, waiting=1, shut=2)
    assert told.one_way == 75
    shown = signed_in(UserFactory()).get(reverse("cms:space_pages", args=[space.slug])).content.decode()
    assert (
        "4 publications in 90 days: 1 opened an exchange, 1 waits for a first answer, 2 nobody could answer." in shown
    )


def test_the_house_counts_what_everyone_sees_and_says_the_same_to_everyone(space: Space) -> None:
    say(make_page(space, model=NewsPage).thread, UserFactory())
    announce(space, is_one_way=True)
    closed = SpaceFactory(members_only=True)
    make_page(closed, "Entre nous")
    make_page(SpaceFactory(kind=Space.Kind.PRACTICE), "Pour essayer")

    assert tally_of_house(timezone.now()) == Tally(answered=1, waiting=0, shut=1)
    readers = [UserFactory(), closed.created_by, UserFactory(administrator=True)]
    pages = [signed_in(reader).get(reverse("metrics:house")).content.decode() for reader in readers]
    assert all("50 in a hundred publications opened no exchange." in page for page in pages)


def test_it_is_one_question_however_much_was_published(space: Space) -> None:
    for n in range(12):
        make_page(space, f"Page {n}", model=NewsPage)
    with CaptureQueriesContext(connection) as asked:
        tally_of_space(space, timezone.now())
    assert len(asked) == 1


def test_nothing_published_is_no_share(space: Space) -> None:
    assert tally_of_house(timezone.now()).one_way == 0
    shown = Client()
    shown.force_login(UserFactory())
    assert "90 days" not in shown.get(reverse("metrics:house")).content.decode()


# --- before it is out -------------------------------------------------------------------------------


def remarks(page: Any) -> list[str]:
    with translation.override("en"):
        return [remark.words for remark in remarks_on(page) if remark.code == "one_way"]


def test_who_writes_what_nobody_can_answer_is_told_before(space: Space, runner: User) -> None:
    page = make_page(space, model=CollaborativePage)
    assert remarks(page) == []

    close_thread(thread=page.thread, reason="", by=runner, at=timezone.now())
    page = CollaborativePage.objects.get(pk=page.pk)

    assert remarks(page) == ["Nobody can answer this page: its conversation is closed. Open it again."]
    editor = an_editor(language="en")
    form = signed_in(editor).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "Nobody can answer this page" in form


def test_who_writes_alone_is_told(space: Space) -> None:
    alone = SpaceFactory(members_only=True)
    page = make_page(alone, model=CollaborativePage, is_published=False)
    assert remarks(page) == ["Nobody can answer this page: you are alone in this space. Invite those it is for."]

    SpaceMemberFactory(space=alone, reader=True)  # who only reads does not answer
    assert len(remarks(page)) == 1

    SpaceMemberFactory(space=alone)
    assert remarks(page) == []


def test_a_team_is_company() -> None:
    space = SpaceFactory(members_only=True)
    page = make_page(space, model=CollaborativePage, is_published=False)
    SpaceMemberFactory(space=space, team=MembershipFactory().team)

    assert remarks(page) == []
