"""The versions of a page: who wrote, what changed, and how to have one back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cms.base.models import BasePage
from cms.models import CollaborativePage
from cms.writing.history import Line, differences
from cms.writing.keeping import open_text
from cms.writing.owner import Pages
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.cms.test_writing import latest, lines, type_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.feature("P7")]


@pytest.fixture
def ada() -> User:
    return UserFactory(name="Ada Moreau", language="en")


@pytest.fixture
def place(ada: User) -> Space:
    return SpaceFactory(by=ada, members_only=True)


@pytest.fixture
def page(place: Space) -> CollaborativePage:
    body = [("paragraph", "<p>Couper l’air.</p><p>Vider la trémie.</p>")]
    made: CollaborativePage = make_page(place, "Changer un peson", model=CollaborativePage, body=body)
    open_text(page=made, at=timezone.now())
    return made


def keep(page: CollaborativePage) -> None:
    document = BasePage.objects.get(pk=page.pk).text.document_id
    Pages().keep(document, page.pk, at=timezone.now())


def history(page: CollaborativePage) -> str:
    return reverse("cms:page_history", args=[page.pk])


def test_a_version_names_all_who_wrote_in_it(page: CollaborativePage, place: Space, ada: User) -> None:
    ben = SpaceMemberFactory(space=place).user
    type_in(page, "Couper l’air.", "Vider la trémie.", "Brosser.", by=ada)
    type_in(page, "Couper l’air.", "Vider la trémie.", "Brosser.", "Remonter.", by=ben)
    keep(page)

    shown = signed_in(ada).get(history(page)).content.decode()

    assert ada.name in shown
    assert ben.name in shown
    assert "What readers see" in shown


def test_a_version_says_what_came_went_and_changed(page: CollaborativePage, ada: User) -> None:
    type_in(page, "Couper l’air à la vanne.", "Remonter.", by=ada)
    keep(page)

    shown = signed_in(ada).get(f"{history(page)}{latest(page).pk}/").content.decode()

    assert "Couper l’air<ins> à la vanne</ins>." in shown
    assert "<del>Vider la trémie.</del>" in shown
    assert "<ins>Remonter.</ins>" in shown


def test_a_version_is_brought_back_and_what_was_said_stays_in_the_history(page: CollaborativePage, ada: User) -> None:
    first = latest(page).pk
    type_in(page, "Tout autre chose.", by=ada)
    keep(page)
    second = latest(page).pk

    answer = signed_in(ada).post(f"{history(page)}{first}/bring-back/", follow=True)

    assert "says again what it said then" in answer.content.decode()
    assert lines(page) == ["Couper l’air.", "Vider la trémie."]
    assert "Tout autre chose." in signed_in(ada).get(f"{history(page)}{second}/").content.decode()


def test_a_locked_page_is_not_brought_back(page: CollaborativePage, ada: User) -> None:
    first = latest(page).pk
    BasePage.objects.filter(pk=page.pk).update(locked=True)

    answer = signed_in(ada).post(f"{history(page)}{first}/bring-back/", follow=True)

    assert "cannot be changed now" in answer.content.decode()


def test_the_version_of_another_page_is_not_there(page: CollaborativePage, ada: User) -> None:
    other = make_page(SpaceFactory(members_only=True), "Entre eux", model=CollaborativePage)

    for address in (f"{history(page)}{latest(other).pk}/", f"{history(page)}{latest(page).pk}/?to={latest(other).pk}"):
        assert signed_in(ada).get(address).status_code == 404
    assert signed_in(ada).post(f"{history(page)}{latest(other).pk}/bring-back/").status_code == 404


def test_the_history_costs_the_same_however_long_it_is(page: CollaborativePage, ada: User) -> None:
    client, asked = signed_in(ada), []
    for _ in range(2):
        client.get(history(page))
        with CaptureQueriesContext(connection) as queries:
            client.get(history(page))
        asked.append(len(statements(queries)))
        for number in range(12):
            then = BasePage.objects.get(pk=page.pk).get_latest_revision_as_object()
            then.intro = f"Version {number}"
            then.save_revision(user=ada)

    assert asked[0] == asked[1]


def told(*words: str) -> list[Line]:
    return [Line("paragraph", word) for word in words]


def test_a_line_that_only_changed_its_place_has_moved() -> None:
    changes = differences(
        told("un deux trois", "quatre cinq", "six sept"), told("quatre cinq", "six sept", "un deux trois")
    )

    assert {(change.kind, change.line.words) for change in changes} >= {
        ("here", "un deux trois"),
        ("away", "un deux trois"),
    }


LINES = st.lists(st.builds(Line, st.sampled_from(["paragraph", "heading"]), st.text("abc d", max_size=9)), max_size=8)


@given(LINES, LINES)
def test_a_comparison_tells_all_of_both(old: list[Line], new: list[Line]) -> None:
    changes = differences(old, new)

    stays = [change.line for change in changes if change.kind not in ("removed", "away")]
    assert stays == new
    before = [
        change.line.words
        if change.kind != "changed"
        else "".join(part.words for part in change.parts if part.kind != "added")
        for change in changes
        if change.kind not in ("added", "here")
    ]
    assert sorted(before) == sorted(line.words for line in old)
