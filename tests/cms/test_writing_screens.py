"""The screens on which a page is written together, for each kind of person."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.base.models import BasePage
from cms.models import CollaborativePage, SpaceDocument, SpaceImage
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms.factories import make_document, make_image, make_page, png
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P3")]


@pytest.fixture
def ada() -> User:
    return UserFactory(language="en")


@pytest.fixture
def place(ada: User) -> Space:
    return SpaceFactory(by=ada, members_only=True)


@pytest.fixture
def page(place: Space) -> CollaborativePage:
    made: CollaborativePage = make_page(place, "Changer un peson", model=CollaborativePage)
    return made


def url(name: str, page: CollaborativePage, query: str = "") -> str:
    return reverse(f"cms:page_{name}", args=[page.pk]) + query


def test_a_member_begins_a_page_and_is_led_to_its_text(place: Space, ada: User) -> None:
    client = signed_in(ada)

    answer = client.post(reverse("cms:page_begin", args=[place.slug]), {"title": "Notre charte"})

    made = CollaborativePage.objects.get(title="Notre charte")
    assert answer.headers["Location"] == url("write", made)
    assert "Notre charte" in client.get(url("write", made)).content.decode()
    assert not made.live


def test_a_page_without_a_title_is_not_begun(place: Space, ada: User) -> None:
    answer = signed_in(ada).post(reverse("cms:page_begin", args=[place.slug]), {"title": "  "})

    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


def test_a_draft_is_found_by_those_who_write_and_by_nobody_else(place: Space, ada: User) -> None:
    draft = make_page(place, "Brouillon", model=CollaborativePage, by=ada, is_published=False)
    reader = SpaceMemberFactory(space=place, reader=True).user
    pages = reverse("cms:space_pages", args=[place.slug])

    assert "Brouillon" in signed_in(ada).get(pages).content.decode()
    assert "Brouillon" not in signed_in(reader).get(pages).content.decode()
    assert signed_in(ada).get(url("write", draft)).status_code == 200
    assert signed_in(reader).get(url("write", draft)).status_code == 404


def test_the_page_leads_those_who_write_it_to_its_text(page: CollaborativePage, place: Space, ada: User) -> None:
    reader = SpaceMemberFactory(space=place, reader=True).user

    assert url("write", page) in signed_in(ada).get(page.url).content.decode()
    assert url("write", page) not in signed_in(reader).get(page.url).content.decode()


def test_others_are_not_told_that_it_exists(page: CollaborativePage) -> None:
    for stranger in (UserFactory(), UserFactory(kind="guest")):
        client = signed_in(stranger)
        assert client.get(url("write", page)).status_code in (403, 404)
        assert client.post(url("publish", page)).status_code in (403, 404)
        assert client.get(url("shown", page, "?images=1")).status_code in (403, 404)


def test_it_is_published_by_whoever_writes_it(page: CollaborativePage, ada: User) -> None:
    client = signed_in(ada)
    client.post(url("name", page), {"title": "Changer un peson, vite", "intro": "Dix minutes."})
    page.refresh_from_db()
    assert page.title == "Changer un peson"

    answer = client.post(url("publish", page), follow=True)

    assert "The page is published." in answer.content.decode()
    assert "Changer un peson, vite" in answer.content.decode()


def test_a_title_that_is_refused_is_still_there(page: CollaborativePage, ada: User) -> None:
    long = "Long " * 40

    answer = signed_in(ada).post(url("name", page), {"title": long, "intro": "Dix minutes."})

    assert answer.status_code == 422
    assert long.strip() in answer.content.decode()


def test_a_locked_page_is_not_published(page: CollaborativePage, ada: User) -> None:
    BasePage.objects.filter(pk=page.pk).update(locked=True)

    answer = signed_in(ada).post(url("publish", page), follow=True)

    assert "This page cannot be published now" in answer.content.decode()


@pytest.mark.feature("P18")
def test_a_picture_is_taken_in_and_shown(page: CollaborativePage, place: Space, ada: User) -> None:
    client = signed_in(ada)

    answer = client.post(url("image", page), {"file": SimpleUploadedFile("peson.png", png(), "image/png")})

    told = answer.json()["image"]
    assert answer.status_code == 201
    assert SpaceImage.objects.get(pk=told["id"]).collection == place.folder.collection
    shown = client.get(url("shown", page, f"?images={told['id']},999999,x")).json()["images"]
    assert list(shown) == [str(told["id"])]
    assert b"".join(client.get(shown[str(told["id"])]["url"]).streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]  # a file


@pytest.mark.feature("P18")
@pytest.mark.parametrize(
    ("name", "content"), [("peson.png", b"not a picture"), ("peson.exe", b"MZ"), ("peson.svg", b"<svg/>")]
)
def test_what_is_no_picture_is_refused_with_the_reason(
    page: CollaborativePage, ada: User, name: str, content: bytes
) -> None:
    answer = signed_in(ada).post(url("image", page), {"file": SimpleUploadedFile(name, content)})

    assert answer.status_code == 422
    assert answer.json()["message"]
    assert not SpaceImage.objects.exists()


@pytest.mark.feature("P18")
def test_a_file_is_taken_in_or_refused(page: CollaborativePage, ada: User) -> None:
    client = signed_in(ada)

    taken = client.post(url("file", page), {"file": SimpleUploadedFile("fiche.pdf", b"%PDF-1.4 fiche")})
    refused = client.post(url("file", page), {"file": SimpleUploadedFile("fiche.pdf", b"MZ")})

    assert SpaceDocument.objects.get().pk == taken.json()["file"]["id"]
    assert taken.json()["file"]["name"] == "fiche.pdf"
    assert (taken.status_code, refused.status_code) == (201, 422)
    assert "not what its name says" in refused.json()["message"]
    assert client.post(url("file", page)).json()["message"] == "No file arrived. Try again."


def test_pages_and_files_are_found_to_link_to_as_far_as_one_sees_them(
    page: CollaborativePage, place: Space, ada: User
) -> None:
    hidden = SpaceFactory(members_only=True)
    make_page(hidden, "Changer de nom")
    make_document(hidden, "Changer tout")
    make_document(place, "Changer la courroie")

    found = signed_in(ada).get(url("find", page, "?q=changer")).json()

    assert [told["title"] for told in found["pages"]] == ["Changer un peson"]
    assert [told["title"] for told in found["documents"]] == ["Changer la courroie"]
    assert signed_in(ada).get(url("find", page)).json() == {"pages": [], "documents": []}


def test_what_one_does_not_see_is_left_out(page: CollaborativePage, ada: User) -> None:
    hidden = SpaceFactory(members_only=True)
    image, file, other = make_image(hidden), make_document(hidden), make_page(hidden, "Entre eux")
    query = f"?images={image.pk}&files={file.pk}&documents={file.pk}&pages={other.pk}"

    assert set(map(str, signed_in(ada).get(url("shown", page, query)).json().values())) == {"{}"}


def test_opening_costs_the_same_however_long_the_page_is(place: Space, ada: User) -> None:
    """Published as it stands, or a draft."""
    client, asked = signed_in(ada), []
    for length, is_published in ((1, True), (60, True), (60, False)):
        body = [("paragraph", f"<p>Ligne {number}.</p>") for number in range(length)]
        page = make_page(place, f"De {length}", model=CollaborativePage, body=body, is_published=is_published)
        open_text(page=page, at=timezone.now())
        client.get(url("write", page))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("write", page))
        asked.append(len(statements(queries)))

    assert asked[0] == asked[1]
    assert max(asked) <= 22  # one of them for the approval that it may wait for, one for who has it open in the CMS
