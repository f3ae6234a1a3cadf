"""What the reports of the CMS say of the care of pages: of the spaces an editor sees, and no others."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import NewsPage
from intranet.accounts.models import User
from tests.cms.care.test_problems import link_to
from tests.cms.factories import an_editor, make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P14")]

LATE = timezone.localdate() - timedelta(days=3)
REPORTS = ["unkept", "late", "uncited"]


@pytest.fixture
def editor() -> User:
    return an_editor()


def report(client: Client, name: str, **more: str) -> str:
    answer: Any = client.get(f"/cms/reports/pages-{name}/", more)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


def test_pages_nobody_answers_for(editor: User) -> None:
    space, team = SpaceFactory(name="Atelier du bas"), TeamFactory()
    MembershipFactory(team=team)
    make_page(space, "Sans personne")
    make_page(space, "Équipe vide", steward=TeamFactory())
    gone = UserFactory()
    make_page(space, "Contact parti", contact=gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    make_page(space, "Tenue par une équipe", steward=team)
    make_page(space, "Tenue par quelqu’un", contact=UserFactory())

    shown = report(signed_in(editor), "unkept")

    for title in ["Sans personne", "Équipe vide", "Contact parti", "Atelier du bas"]:
        assert title in shown
    assert "Tenue par" not in shown


def test_pages_past_their_review(editor: User) -> None:
    make_page(SpaceFactory(), "En retard", review_on=LATE)
    make_page(SpaceFactory(), "Plus tard", review_on=timezone.localdate() + timedelta(days=3))

    shown = report(signed_in(editor), "late")

    assert "En retard" in shown
    assert "Plus tard" not in shown


def test_pages_nothing_links_to(editor: User) -> None:
    space = SpaceFactory()
    cited = make_page(space, "Page citée")
    make_page(space, "Page qui cite", body=link_to(cited))
    make_page(space, "Une nouvelle", model=NewsPage)

    shown = report(signed_in(editor), "uncited")

    assert "Page qui cite" in shown
    assert "Page citée" not in shown
    assert "Une nouvelle" not in shown


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_says_nothing_of_a_space_the_editor_does_not_see(editor: User, name: str) -> None:
    hidden = SpaceFactory(members_only=True, name="Zibeline")
    make_page(hidden, "Page zibeline", review_on=LATE)
    client = signed_in(editor)

    assert "ibeline" not in report(client, name)
    assert "ibeline" not in report(client, name, export="csv")


def test_a_link_from_a_hidden_page_tells_nothing(editor: User) -> None:
    page = make_page(SpaceFactory(), "Page citée de loin")
    make_page(SpaceFactory(members_only=True), "Zibeline", body=link_to(page))

    assert "Page citée de loin" in report(signed_in(editor), "uncited")


def test_a_report_leaves_as_a_sheet_with_our_columns(editor: User) -> None:
    make_page(SpaceFactory(name="Atelier du bas"), "En retard", steward=TeamFactory(name="Études"), review_on=LATE)

    lines = report(signed_in(editor), "late", export="csv").splitlines()

    assert lines[0] == "Title,Space,Steward team,Contact,Review on"
    assert lines[1] == f"En retard,Atelier du bas,Études,,{LATE}"


@pytest.mark.parametrize("name", REPORTS)
def test_others_have_no_report(name: str) -> None:
    assert signed_in(UserFactory()).get(f"/cms/reports/pages-{name}/").status_code == 403


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_costs_the_same_for_many_pages(editor: User, name: str) -> None:
    client, space = signed_in(editor), SpaceFactory()

    def cost(number: int) -> int:
        for place in range(number):
            make_page(space, f"Page {number} {place}", review_on=LATE)
        with CaptureQueriesContext(connection) as queries:
            report(client, name)
        return len(statements(queries))

    cost(1)
    few = cost(2)

    assert cost(15) <= few
