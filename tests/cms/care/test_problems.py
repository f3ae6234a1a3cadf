"""What readers find wrong with a page, and what cites it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cms.base.curtain import drawn_for
from cms.base.models import BasePage
from cms.care.keeping import OPEN_AT_MOST, report_problem
from cms.care.sources import said_of
from cms.links import gather
from cms.models import CollaborativePage, GuidePage, PageProblem
from cms.reading import Reading
from cms.writing.keeping import open_text
from cms.writing.services import publish_text
from intranet.accounts.models import User
from realtime.notifications.models import Notification
from tests.cms.care.reading import as_read
from tests.cms.conftest import Place
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.cms.test_writing import state_of
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def page(keeper: User) -> GuidePage:
    steward = TeamFactory(name="Études")
    MembershipFactory(team=steward, user=keeper)
    made: GuidePage = make_page(SpaceFactory(), "Pesons", steward=steward)
    return made


def problem_url(page: BasePage) -> str:
    return str(page.url).replace("/pages/", "/problem/")


@pytest.mark.feature("P17")
def test_a_reader_says_what_is_wrong_and_those_who_keep_the_page_find_it(page: GuidePage, keeper: User) -> None:
    reader = UserFactory(name="Zibeline Roux")

    sent = signed_in(reader).post(problem_url(page), {"kind": "old", "words": "La vanne a changé de place."})

    assert sent.status_code == 302
    on_page = signed_in(keeper).get(page.url).content.decode()
    inbox = signed_in(keeper).get("/inbox/").content.decode()
    for screen in (on_page, inbox):
        assert "La vanne a changé de place." in screen
        assert "Zibeline Roux" not in screen
    assert "La vanne a changé" not in signed_in(UserFactory()).get(page.url).content.decode()


def test_its_kind_and_its_words_are_typeset_as_the_reader_reads(page: GuidePage) -> None:
    with translation.override("fr"):
        said = said_of(PageProblem(kind="old", words="Au point 4."))

    assert said == "Quelque chose n’est plus à jour\N{NO-BREAK SPACE}: Au point 4."


@pytest.mark.feature("P17")
def test_nobody_is_kept_with_a_problem(page: GuidePage, keeper: User) -> None:
    """Not even by leaving out of those who are told the one who told."""
    signed_in(keeper).post(problem_url(page), {"kind": "wrong", "words": "Une erreur."})

    problem, note = PageProblem.objects.get(), Notification.objects.get(user=keeper)
    assert problem.closed_by is None
    assert note.actor is None
    assert {field.name for field in PageProblem._meta.fields if field.is_relation} == {"page", "closed_by"}
    assert "kept nowhere" in signed_in(keeper).get(page.url).content.decode()


@pytest.mark.feature("P17")
def test_the_facilitators_and_the_contact_are_told_too() -> None:
    runner, contact = UserFactory(), UserFactory()
    page = make_page(SpaceFactory(by=runner), "Pesons", contact=contact)

    report_problem(page=page, kind="unclear", words="Quel côté ?", at=timezone.now())

    assert set(Notification.objects.values_list("user", flat=True)) == {runner.pk, contact.pk}


@pytest.mark.feature("P17")
def test_one_click_closes_it_and_nobody_waits_any_more(page: GuidePage, keeper: User) -> None:
    problem = report_problem(page=page, kind="wrong", words="Une erreur au point 3.", at=timezone.now())
    client = signed_in(keeper)

    assert client.post(reverse("cms:page_problem_close", args=[problem.pk])).status_code == 302

    assert "Une erreur au point 3." not in client.get(page.url).content.decode()
    assert "Une erreur au point 3." not in client.get("/inbox/").content.decode()


@pytest.mark.feature("P17")
def test_the_words_stay_when_the_form_is_wrong(page: GuidePage) -> None:
    words = "La vanne a changé de place."

    answer = signed_in(UserFactory()).post(problem_url(page), {"words": words})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PageProblem.objects.exists()


@pytest.mark.feature("P17")
def test_a_flood_is_refused_with_words(page: GuidePage) -> None:
    for number in range(OPEN_AT_MOST):
        report_problem(page=page, kind="other", words=str(number), at=timezone.now())

    answer = signed_in(UserFactory()).post(problem_url(page), {"kind": "wrong", "words": "De trop."})

    assert answer.status_code == 422
    assert "open already" in answer.content.decode()


@pytest.mark.feature("P17")
def test_guests_tell_of_shared_pages_and_others_close_nothing(place: Place) -> None:
    said = {"kind": "wrong", "words": "Une erreur."}
    assert place.client("guest").post(problem_url(place.shared), said).status_code == 302
    assert place.client("guest").post(problem_url(place.page), said).status_code == 404
    assert place.client("outside").post(problem_url(place.page), said).status_code == 404

    [problem] = PageProblem.objects.all()
    address = reverse("cms:page_problem_close", args=[problem.pk])
    assert [place.client(role).post(address).status_code for role in ("outside", "member", "facilitator")] == [
        404,
        404,
        302,
    ]


# --- cited by -----------------------------------------------------------------------------------


def cited_by(page: BasePage, reader: User) -> list[BasePage]:
    return reading_of(page, reader).cited_by


def reading_of(page: BasePage, reader: User) -> Reading:
    found = as_read(page, reader)
    with drawn_for(reader):
        return Reading(found, reader, gather(found, reader))


def link_to(page: BasePage) -> list[tuple[str, Any]]:
    return [("paragraph", f'<p>Voir <a linktype="page" id="{page.pk}">celle-ci</a>.</p>')]


@pytest.mark.feature("P24")
def test_a_page_says_which_pages_cite_it_as_far_as_the_reader_sees(page: GuidePage) -> None:
    hidden = SpaceFactory(members_only=True, name="Cachée")
    inside = SpaceMemberFactory(space=hidden).user
    make_page(SpaceFactory(), "Celle qui cite", body=link_to(page))
    make_page(hidden, "Zibeline", body=link_to(page))
    make_page(SpaceFactory(), "Brouillon", body=link_to(page), is_published=False)

    theirs = signed_in(UserFactory()).get(page.url).content.decode()
    mine = signed_in(inside).get(page.url).content.decode()

    assert "Cited by" in theirs
    assert "Celle qui cite" in theirs
    assert "Brouillon" not in theirs
    assert "Zibeline" not in theirs
    assert "Zibeline" in mine


@pytest.mark.feature("P24")
def test_a_list_of_pages_cites_and_a_link_that_went_does_not(page: GuidePage) -> None:
    citing = make_page(SpaceFactory(), "Liste", body=[("pages", {"title": "À lire", "pages": [page]})])
    reader = UserFactory()
    assert [one.title for one in cited_by(page, reader)] == ["Liste"]

    from cms.services import publish_page

    citing.body = [("paragraph", "<p>Plus rien.</p>")]
    publish_page(page=citing, by=None, at=timezone.now())

    assert cited_by(page, reader) == []


@pytest.mark.feature("P24")
def test_what_was_written_together_cites_once_it_is_published(page: GuidePage) -> None:
    from cms.coedit.body import doc_of
    from cms.coedit.changes import change
    from realtime.coedit import services as coedit

    writer = UserFactory()
    written = make_page(SpaceFactory(by=writer), "Écrite ensemble", model=CollaborativePage)
    document = open_text(page=written, at=timezone.now()).document_id
    raw = [{"type": "paragraph", "value": link_to(page)[0][1], "id": "6f1d7f4e-0000-4000-8000-000000000001"}]
    update, _ = change(state_of(written), doc_of(raw))
    coedit.write(document_id=document, update=update, author=writer, at=timezone.now())
    assert cited_by(page, writer) == []

    publish_text(page=written, by=writer, at=timezone.now())

    assert [one.title for one in cited_by(page, writer)] == ["Écrite ensemble"]


@pytest.mark.feature("P24")
def test_at_most_twenty_in_one_query(page: GuidePage) -> None:
    space, reader = SpaceFactory(), UserFactory()
    for number in range(22):
        make_page(space, f"Qui cite {number:02}", body=link_to(page))
    with CaptureQueriesContext(connection) as queries:
        reading = reading_of(page, reader)
        assert len(reading.cited_by) == 20
        assert reading.below == []
    assert len(statements(queries)) == 2  # the page, and those around it
