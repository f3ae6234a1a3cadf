"""Pages leave as files that hold what their asker sees, and nothing else."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from cms.models import CollaborativePage, GuidePage
from intranet.accounts.models import User
from tests.cms.conftest import CANARY, Place
from tests.cms.factories import first_page, make_document, make_image, make_page
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P19")]


@pytest.fixture
def reader(settings: Any, tmp_path: Any) -> User:
    settings.MEDIA_ROOT = tmp_path
    found: User = UserFactory()
    return found


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def address(page: Any, form: str) -> str:
    return f"/export/{page.url.removeprefix('/pages/')}?as={form}"


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_page_is_markdown_with_its_title_its_first_words_its_space_and_its_date(reader: User) -> None:
    space = SpaceFactory(name="Atelier")
    image = make_image(space, "Peson")
    body = [
        ("paragraph", "<h2>Avant</h2><p>Couper l’<b>air</b>.</p><ul><li>un<ul><li>deux</li></ul></li></ul>"),
        ("callout", {"kind": "warning", "title": "Attention", "text": "<p>Chaud.</p>"}),
        ("code", {"language": "sh", "code": "ls"}),
        ("image", {"image": image, "alt": "Un peson", "caption": "Le *peson*"}),
    ]
    page = make_page(space, 'Changer un "peson"', body=body, intro="En dix minutes.")

    answer = browser(reader).get(address(page, "markdown"))

    words = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert "attachment; filename*=UTF-8''changer-un-peson.md" in answer.headers["Content-Disposition"]
    assert words.startswith(
        '---\ntitle: "Changer un \\"peson\\""\nintro: "En dix minutes."\nspace: "Atelier"\ndate: "20'
    )
    assert words.partition("---\n\n")[2] == (
        "## Avant\n\nCouper l’**air**.\n\n- un\n  - deux\n\n> [!WARNING] Attention\n>\n> Chaud.\n\n```sh\nls\n```\n\n"
        f'![Un peson](http://testserver/files/media/{image.file.name} "Le *peson*")\n'
    )


def test_a_page_is_one_file_of_html_that_runs_nothing_and_asks_for_nothing(reader: User) -> None:
    space = SpaceFactory()
    page = make_page(
        space, "<script>alert(1)</script>", body=[("image", {"image": make_image(space), "alt": "P", "caption": ""})]
    )

    words = browser(reader).get(address(page, "html")).content.decode()

    assert "<script" not in words
    assert "default-src 'none'" in words
    assert 'src="data:image/png;base64,' in words
    assert 'src="http' not in words
    assert "@media print" in words


def test_a_page_is_a_pdf(reader: User) -> None:
    space = SpaceFactory()
    table = {"columns": [{"type": "text", "heading": "Pièce"}], "rows": [{"values": ["joint"]}], "caption": "Pièces"}
    image = make_image(space)
    page = make_page(
        space,
        "Peson 😀",
        body=[
            ("paragraph", "<h2>Été</h2><p>« Œuvre » ☐ <i>x</i></p><ol><li>a</li></ol>"),
            ("image", {"image": image, "alt": "P", "caption": "c"}),
        ],
    )
    page.body = page.body.stream_block.to_python(
        [*page.body.raw_data, {"type": "table", "value": table, "id": "1" * 36}]
    )
    page.save()

    answer = browser(reader).get(address(page, "pdf"))

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-1.")
    assert b"/Subtype /Image" in answer.content


def test_a_page_whose_pdf_cannot_be_made_is_offered_otherwise(
    reader: User, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    from cms.exchange import fonts

    monkeypatch.setattr(fonts, "BUILT", fonts.BUILT / "nowhere")
    settings.DATA_DIR = tmp_path
    fonts.faces.cache_clear()
    page = make_page(SpaceFactory())

    answer = browser(reader).get(address(page, "pdf"), follow=True)

    fonts.faces.cache_clear()
    assert "print the page, or take it as HTML" in answer.content.decode()


@pytest.mark.parametrize("form", ["markdown", "html", "pdf"])
def test_a_draft_and_words_that_are_not_published_leave_for_nobody(reader: User, form: str) -> None:
    space = SpaceFactory()
    draft = make_page(space, "Brouillon", model=CollaborativePage, is_published=False)
    page = make_page(space, "Publiée", model=CollaborativePage)
    page.body = [("paragraph", "<p>zibeline</p>")]
    page.save_revision()

    client = browser(space.created_by)
    assert client.get(f"/export/{space.slug}/{draft.slug}/?as={form}").status_code == 404
    assert b"zibeline" not in client.get(address(page, form)).content


@pytest.mark.parametrize("role", ["outside", "guest", "administrator", "anonymous"])
def test_who_does_not_see_a_page_does_not_take_it(place: Place, role: str) -> None:
    answer = place.client(role).get(address(place.page, "markdown"))

    assert answer.status_code in (302, 404)
    assert CANARY.encode() not in answer.content.replace(place.space.slug.encode(), b"")


def test_a_guest_takes_what_is_shared_with_them(place: Place) -> None:
    assert CANARY in place.client("guest").get(address(place.shared, "markdown")).content.decode()


@pytest.mark.parametrize("form", ["markdown", "html", "pdf"])
def test_what_the_asker_does_not_see_leaves_no_trace(place: Place, form: str) -> None:
    open_space = SpaceFactory()
    link = f'<p>Voir <a linktype="page" id="{place.page.pk}">ceci</a> et <a linktype="document" id="{place.document.pk}">cela</a>.</p>'
    body = [
        ("paragraph", link),
        ("image", {"image": place.image, "alt": "", "caption": ""}),
        ("file", {"file": place.document, "about": ""}),
        ("pages", {"title": "", "pages": [place.page]}),
    ]
    page = make_page(open_space, body=body)

    content = place.client("outside").get(address(page, form)).content

    assert CANARY.encode() not in content


@pytest.mark.parametrize(("form", "extension"), [("markdown", "md"), ("html", "html")])
def test_a_space_is_an_archive_whose_pages_pictures_and_files_name_each_other(
    reader: User, form: str, extension: str
) -> None:
    space = SpaceFactory(name="Atelier", slug="atelier")
    image, document = make_image(space, "Peson vu"), make_document(space, "Fiche")
    above = make_page(space, "Guides")
    link = f'<p>Voir <a linktype="page" id="{above.pk}">tout</a>.</p>'
    body = [
        ("paragraph", link),
        ("image", {"image": image, "alt": "Un", "caption": ""}),
        ("file", {"file": document, "about": "à lire"}),
    ]
    make_page(space, "Peson", parent=GuidePage.objects.get(pk=above.pk), body=body)

    files = unzipped(body_of(browser(reader).get(f"/spaces/atelier/pages/export/?as={form}")))

    assert sorted(files) == sorted(
        [
            f"index.{extension}",
            f"guides.{extension}",
            f"guides/peson.{extension}",
            "pictures/peson-vu.png",
            "files/fiche.pdf",
        ]
    )
    words = files[f"guides/peson.{extension}"].decode()
    assert f"../guides.{extension}" in words
    assert "../pictures/peson-vu.png" in words
    assert "../files/fiche.pdf" in words
    assert files["files/fiche.pdf"] == b"%PDF-1.4 fiche"


def test_a_space_leaves_as_far_as_its_asker_sees_it(place: Place) -> None:
    files = unzipped(body_of(place.client("member").get(f"/spaces/{place.space.slug}/pages/export/")))

    assert len([name for name in files if name.endswith(".md")]) == 3
    assert not any("Brouillon" in content.decode() for name, content in files.items() if name.endswith(".md"))


@pytest.mark.parametrize("role", ["outside", "guest", "administrator", "anonymous"])
def test_a_space_leaves_for_its_employees_alone(place: Place, role: str) -> None:
    assert place.client(role).get(f"/spaces/{place.space.slug}/pages/export/").status_code in (302, 403, 404)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_an_archive_asks_as_much_of_the_database_with_any_number_of_pages(
    reader: User, form: str, django_assert_max_num_queries: Any
) -> None:
    space = SpaceFactory(slug="grand")
    document, above = make_document(space), make_page(space, "Haut")
    for number in range(8):
        link = f'<p><a linktype="page" id="{above.pk}">h</a></p>'
        body = [
            ("paragraph", link),
            ("image", {"image": make_image(space), "alt": "a", "caption": ""}),
            ("file", {"file": document, "about": ""}),
        ]
        make_page(space, f"Page {number}", body=body)
    client = browser(reader)

    with django_assert_max_num_queries(30) as queries:
        body_of(client.get(f"/spaces/grand/pages/export/?as={form}"))

    assert len(statements(queries)) <= 12


def test_a_page_offers_itself_and_a_space_its_pages(reader: User) -> None:
    space = SpaceFactory(slug="atelier")
    page = make_page(space)
    client = browser(reader)

    assert f'href="{address(page, "pdf")}"' in client.get(page.url).content.decode()
    assert "/spaces/atelier/pages/export/?as=html" in client.get("/spaces/atelier/pages/").content.decode()
    assert first_page(space).live
