"""Files become pages: said before, made after, and gone out again they say the same."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cms.exchange.kept import sweep
from cms.models import CollaborativePage, SpaceDocument, SpaceImage
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms.exchange.folders import a_folder, zipped
from tests.cms.factories import make_page, png
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P19")]


@pytest.fixture
def space(settings: Any, tmp_path: Any) -> Space:
    settings.MEDIA_ROOT = tmp_path
    found: Space = SpaceFactory(name="Atelier", slug="atelier", by=UserFactory())
    return found


def browser(user: User | None) -> Client:
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def brought(client: Client, files: dict[str, bytes], **more: Any) -> Any:
    uploads = [SimpleUploadedFile(path.rpartition("/")[2], content) for path, content in files.items()]
    return client.post("/spaces/atelier/pages/import/", {"files": uploads, "paths": list(files), **more})


def imported(client: Client, files: dict[str, bytes], **choices: Any) -> Any:
    report = brought(client, files)
    return client.post(report.headers["Location"], {"same": "skip", **choices}, follow=True)


def exported(client: Client) -> dict[str, bytes]:
    answer: Any = client.get("/spaces/atelier/pages/export/?as=markdown")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_will_become_of_files_is_said_before_anything_is_made(space: Space) -> None:
    client = browser(space.created_by)
    files = {
        "guides/index.md": b"# Guides\n\nTout.",
        "guides/peson.md": b"# Peson\n\n![vu](../p.png) ![manque](non.png) [lien](rien.md) ~~non~~",
        "p.png": png(),
        "seule.png": png("red"),
        "virus.exe": b"MZ",
    }

    page = client.get(brought(client, files).headers["Location"])

    said = page.content.decode()
    assert [told.title for told in page.context["plan"].pages] == ["Guides", "Peson"]
    assert page.context["plan"].pages[1].above is page.context["plan"].pages[0]
    assert "Not found among the files: non.png" in said
    assert "Not found among the files: rien.md" in said
    assert "Words struck through are plain words." in said
    assert "We do not take files of this kind." in said
    assert page.context["plan"].unused == ["seule.png"]
    assert not CollaborativePage.objects.exists()
    assert not SpaceImage.objects.exists()


def test_files_become_drafts_with_their_pictures_and_links(space: Space) -> None:
    client = browser(space.created_by)
    files = {
        "guides.md": b"# Guides\n\nVoir [le peson](guides/peson.md#x).",
        "guides/peson.md": b"# Peson\n\n![vu](../p.png)\n\n[Fiche](../f.pdf)\n\nVers [la fiche](../f.pdf).",
        "p.png": png(),
        "f.pdf": b"%PDF-1.4 x",
    }

    imported(client, files)

    guides, peson = CollaborativePage.objects.order_by("path")
    image, file = SpaceImage.objects.get(), SpaceDocument.objects.get()
    assert (guides.live, peson.live, peson.get_parent().pk) == (False, False, guides.pk)
    said = guides.get_latest_revision_as_object().body.raw_data
    assert (
        f'<a linktype="page" id="{peson.pk}">' in said[0]["value"]
        or f'<a id="{peson.pk}" linktype="page">' in said[0]["value"]
    )
    blocks = {block["type"]: block["value"] for block in peson.get_latest_revision_as_object().body.raw_data}
    assert (blocks["image"]["image"], blocks["file"]["file"]) == (image.pk, file.pk)
    assert image.collection == file.collection == space.folder.collection
    assert client.get(f"/write/{peson.pk}/").status_code == 200


def test_pages_are_published_at_once_when_that_is_asked(space: Space) -> None:
    client = browser(space.created_by)

    answer = imported(client, {"a.md": b"# Avant\n\nDit."}, publish="on")

    page = CollaborativePage.objects.get()
    assert "1 page was brought in." in answer.content.decode()
    assert page.live
    assert page.thread is not None
    assert "Dit." in client.get(page.url).content.decode()


def test_the_same_files_again_are_said_to_be_there_and_skipped_or_brought_as_new_ones(space: Space) -> None:
    client = browser(space.created_by)
    files = {"a.md": b"# A\n\nun ![x](p.png)", "a/b.md": b"# B\n\ndeux", "p.png": png()}
    imported(client, files)

    report = client.get(brought(client, files).headers["Location"]).content.decode()
    imported(client, {**files, "a/c.md": b"# C\n\ntrois"})

    assert report.count("There is already a page with this title here.") == 2
    assert [(page.title, page.depth) for page in CollaborativePage.objects.order_by("path")] == [
        ("A", 4),
        ("B", 5),
        ("C", 5),
    ]
    imported(client, files, same="new")
    assert CollaborativePage.objects.filter(title="A").count() == 2
    assert SpaceImage.objects.count() == 1


def test_files_are_kept_for_the_one_who_brought_them_for_an_hour_and_no_longer(space: Space) -> None:
    client = browser(space.created_by)
    address = brought(client, {"a.md": b"# A"}).headers["Location"]
    other = SpaceMemberFactory(space=space).user

    assert browser(other).get(address).status_code == 302
    assert client.get(address).status_code == 200
    assert sweep(at=timezone.now() + timedelta(minutes=30)) == 0
    assert sweep(at=timezone.now() + timedelta(minutes=61)) == 1
    assert client.get(address).status_code == 302


def test_files_are_gone_once_they_are_pages(space: Space) -> None:
    imported(browser(space.created_by), {"a.md": b"# A"})

    assert default_storage.listdir("brought")[1] == []


def test_who_only_reads_brings_nothing(space: Space) -> None:
    guest = SpaceMemberFactory(space=space, guest=True).user

    assert browser(guest).get("/spaces/atelier/pages/import/").status_code in (403, 404)


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.md", b"---\ntitle: 'L''hiver'\n---\n# Autre\n\nx", "L'hiver"),
        ("a.md", b"# Premier *titre*\n\n## Second", "Premier titre"),
        ("a.md", b"Des mots.\n\n## Second", "A"),
        ("02-prise_en_main.md", b"Des mots.", "Prise en main"),
        ("a.html", b"<title>Page &amp; co</title><p>mots", "Page & co"),
        ("a.html", b"<title>Site</title><h1>Titre</h1><p>mots", "Titre"),
        ("a.md", "# É".encode("utf-16"), "É"),
        ("a.html", '<meta charset="windows-1252"><h1>Été</h1>'.encode("cp1252"), "Été"),
    ],
)
def test_a_title_is_what_the_file_says_else_its_first_heading_else_its_name(
    space: Space, name: str, content: bytes, title: str
) -> None:
    client = browser(space.created_by)

    page = client.get(brought(client, {name: content}).headers["Location"])

    assert [told.title for told in page.context["plan"].pages] == [title]


NORMALISED = [
    (r'^(space|steward|date): ".*"\n', ""),  # what we know of a page, said by the export
]


def test_sixty_pages_with_pictures_come_in_and_go_out_equal_but_for_what_is_listed(space: Space) -> None:
    client, files = browser(space.created_by), a_folder()

    imported(client, {"tout.zip": zipped(files)}, publish="on")
    out = exported(client)

    assert CollaborativePage.objects.filter(live=True).count() == 70
    written = {
        _title(content): content.decode()
        for name, content in out.items()
        if name.endswith(".md") and name != "index.md"
    }
    wanted = {_title(content): content.decode() for name, content in files.items() if name.endswith(".md")}
    assert set(written) == set(wanted)
    by_path = {name.removesuffix(".md"): _title(content) for name, content in out.items()}
    brought_by_path = {name.removesuffix(".md"): _title(content) for name, content in files.items()}
    for title, words in wanted.items():
        assert _plain(written[title], by_path) == _plain(words, brought_by_path), title
    pictures = {content for name, content in out.items() if name.startswith("pictures/")}
    named = {name for name in files if name.startswith("pictures/") and any(name in words for words in wanted.values())}
    assert pictures == {files[name] for name in named}
    assert out["files/fiche.pdf"] == files["files/fiche.pdf"]


def _title(content: bytes) -> str:
    found = re.search(rb'^title: "(.*)"$', content, re.MULTILINE)
    return found[1].decode() if found else ""


def _plain(words: str, paths: dict[str, str]) -> str:
    """A file without the listed normalisations: a page is named by its title, a file by the slug of its name."""
    for pattern, instead in NORMALISED:
        words = re.sub(pattern, instead, words, flags=re.MULTILINE)
    words = re.sub(r"\]\(([\w./-]+)\.md\)", lambda link: f"](page {_named(link[1], paths)})", words)
    return re.sub(r"\]\((?:\.\./)*pictures/[\w-]+\.png", "](picture", words)


def _named(way: str, paths: dict[str, str]) -> str:
    end = way.replace("../", "")
    return next(title for path, title in paths.items() if path == end or path.endswith(f"/{end}"))


def test_bringing_in_asks_for_each_page_as_much_however_many_there_are(
    space: Space, django_assert_max_num_queries: Any
) -> None:
    client = browser(space.created_by)
    asked = []
    for size in (5, 10):
        address = brought(client, {f"{size}/{number}.md": b"# T\n\n[x](1.md)" for number in range(size)}).headers[
            "Location"
        ]
        with django_assert_max_num_queries(2_000) as queries:
            client.get(address)
        asked.append(len(statements(queries)))

    assert asked[0] == asked[1] <= 12


def test_the_command_says_what_becomes_of_a_folder_and_brings_it_in(space: Space, tmp_path: Any, capsys: Any) -> None:
    folder = tmp_path / "dossier"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\n![x](p.png)")
    (folder / "b.md").symlink_to("/etc/passwd")

    call_command("import_pages", "atelier", str(folder), "--dry-run")
    assert not CollaborativePage.objects.exists()
    call_command("import_pages", "atelier", str(folder), "--publish")

    said = capsys.readouterr().out
    assert "a.md: page “A”, 0 pictures" in said
    assert "not found: p.png" in said
    assert "b.md: refused. It is a link to another file." in said
    assert "1 pages made, 0 left as they were." in said
    assert CollaborativePage.objects.get().live


def test_a_page_that_is_exported_as_html_comes_in_again(space: Space) -> None:
    client = browser(space.created_by)
    body = [("callout", {"kind": "tip", "title": "Bon", "text": "<p>à savoir</p>"}), ("paragraph", "<p>Dit.</p>")]
    page = make_page(space, "Peson", body=body, intro="D’abord.")
    html = client.get(f"/export/{page.url.removeprefix('/pages/')}?as=html").content

    imported(client, {"x.html": html}, same="new")

    made = CollaborativePage.objects.get().get_latest_revision_as_object()
    assert (made.title, made.intro) == ("Peson", "D’abord.")
    assert [block["type"] for block in made.body.raw_data] == ["callout", "paragraph"]
    assert made.body.raw_data[0]["value"]["kind"] == "tip"
