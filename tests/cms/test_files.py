"""Who gets the bytes of a file, and which files come in."""

import io
from typing import IO, Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from cms.models import CollaborativePage, SpaceDocument, SpaceImage
from realtime.spaces.file_types import SIGNATURES, is_what_it_says
from tests.cms.conftest import CANARY, Place
from tests.cms.factories import make_document, make_image, make_page, png
from tests.realtime.spaces.factories import SpaceFactory

SEES = ["member", "facilitator", "editor inside", "guest"]
SEES_NOT = ["outside", "editor outside", "administrator"]


def body(response: HttpResponseBase) -> bytes:
    if not response.streaming:
        return bytes(response.content)  # type: ignore[attr-defined]  # of an answer that is whole
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]  # of a file


def status(client: Client, address: str) -> int:
    """What is answered at an address; a file is let go."""
    response = client.get(address)
    body(response)
    return response.status_code


def addresses(place: Place) -> list[str]:
    """The document and the image by every address they have."""
    rendition = place.image.get_rendition("max-1200x1200")
    return [place.document.url, place.document.file.url, place.image.file.url, rendition.url]


@pytest.mark.parametrize("role", SEES)
def test_those_who_read_a_page_get_its_files(place: Place, role: str) -> None:
    for address in addresses(place):
        answer = place.client(role).get(address)

        assert answer.status_code == 200, address
        assert body(answer)[:4] in (b"%PDF", b"\x89PNG")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"].startswith("private")


@pytest.mark.parametrize("role", SEES_NOT)
def test_the_others_are_not_told_that_a_file_exists(place: Place, role: str) -> None:
    for address in addresses(place):
        answer = place.client(role).get(address)

        assert answer.status_code == 404, address
        assert CANARY.encode() not in body(answer).replace(address.encode(), b"")


def test_somebody_who_has_not_signed_in_gets_nothing(place: Place) -> None:
    assert {status(place.client("anonymous"), address) for address in addresses(place)} == {302}


def test_a_guest_gets_no_file_of_a_page_that_is_not_shared(place: Place) -> None:
    hidden = make_image(place.space, "Autre", name="autre.png")
    fiche = make_document(place.space, "Autre", name="autre.pdf")
    page_body = [("image", {"image": hidden, "alt": "a", "caption": ""}), ("file", {"file": fiche, "about": ""})]
    make_page(place.space, "Entre nous", body=page_body)

    guest = place.client("guest")

    assert status(guest, hidden.file.url) == 404
    assert status(guest, fiche.url) == 404
    assert status(place.client("member"), fiche.url) == 200


def test_what_a_browser_could_run_is_saved_and_not_shown(place: Place) -> None:
    text = make_document(place.space, "Notes", name="notes.txt", content=b"bonjour")

    answer = place.client("member").get(text.url)

    assert body(answer) == b"bonjour"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_behind_a_proxy_the_proxy_sends_the_bytes(place: Place, settings: Any) -> None:
    settings.PARVIS_ACCEL_PREFIX = "/protected/"

    answer = place.client("member").get(place.document.url)

    assert answer["X-Accel-Redirect"] == f"/protected/{place.document.file.name}"
    assert body(answer) == b""
    assert status(place.client("outside"), place.document.url) == 404


@pytest.mark.parametrize("name", ["../secret_key", "photos/../../secret_key", "documents/none.pdf", "anything.txt", ""])
def test_nothing_else_leaves_the_house(place: Place, name: str) -> None:
    assert place.client("member").get(f"/files/media/{name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fiche.pdf", b"<html><script>alert(1)</script>"),
        ("photo.svg", b"<svg onload='alert(1)'/>"),
        ("page.html", b"<p>bonjour"),
        ("notes.txt", b"<!doctype html><script>"),
        ("notes.csv", b"a;b\x00c"),
        ("outil.exe", b"MZ\x90"),
        ("plan.docx", b"%PDF-1.4"),
        ("sans-extension", b"bonjour"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(place: Place, name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        make_document(place.space, name=name, content=content)


def test_a_file_that_is_too_large_is_refused(place: Place, settings: Any) -> None:
    settings.PARVIS_MAX_FILE = 1024**2

    with pytest.raises(ValidationError, match="larger than 1 MB"):
        make_document(place.space, content=b"%PDF-1.4" + b"0" * 1024**2)


def test_every_kind_of_file_we_take_is_known_by_its_first_bytes() -> None:
    for extension, signatures in SIGNATURES.items():
        first = signatures[0] if signatures else b"mots; simples"
        assert is_what_it_says(f"x.{extension.upper()}", io.BytesIO(first + b"rest"))


def test_an_editor_uploads_into_the_folder_of_a_space_they_see(place: Place) -> None:
    for name in ["Ouvert", "Ouvert aussi"]:
        SpaceFactory(name=name)
    client = place.client("editor outside")

    form = client.get("/cms/images/add/").content.decode()

    assert "Ouvert" in form
    assert CANARY not in form


def test_an_svg_is_no_image_for_us(place: Place) -> None:
    folder = place.space.folder.collection_id
    fields = {"title": "x", "collection": folder, "file": SimpleUploadedFile("x.svg", b"<svg/>", "image/svg+xml")}

    answer = place.client("editor inside").post("/cms/images/add/", fields)

    assert answer.status_code == 200
    assert "Not a supported image format" in answer.content.decode()


@pytest.mark.feature("P18")
def test_the_house_checks_what_is_brought_to_pages_too(place: Place, settings: Any) -> None:
    """By the portal, by the CMS and by a service; a check that breaks lets nothing through."""
    settings.PARVIS_FILE_CHECK = "tests.cms.test_files.no_virus"
    shared = make_page(place.space, "Écrite", model=CollaborativePage)
    member = place.client("member")
    sick = SimpleUploadedFile("sale.png", png(comment="EICAR"), "image/png")
    broken = SimpleUploadedFile("panne.txt", b"CRASH", "text/plain")

    image = member.post(reverse("cms:page_image", args=[shared.pk]), {"file": sick})
    file = member.post(reverse("cms:page_file", args=[shared.pk]), {"file": broken})
    sick.seek(0)
    collection = place.space.folder.collection_id
    in_cms = place.client("editor inside").post(
        reverse("wagtailimages:add"), {"title": "Sale", "file": sick, "collection": collection}
    )

    assert image.status_code == file.status_code == 422
    assert image.json()["message"] == "sale.png holds a virus."
    assert "could not be checked" in file.json()["message"]
    assert "sale.png holds a virus." in in_cms.content.decode()
    assert SpaceImage.objects.count() == SpaceDocument.objects.count() == 1
    with pytest.raises(ValidationError):
        make_document(place.space, name="sale.txt", content=b"EICAR")


def no_virus(content: IO[bytes], name: str) -> str:
    """A check such as an operator would name in the settings."""
    found = content.read()
    if found == b"CRASH":
        raise ConnectionError
    return f"{name} holds a virus." if b"EICAR" in found else ""
