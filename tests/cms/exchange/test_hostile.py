"""What is broken, huge or hostile is refused one by one with its reason; the rest comes in, and nothing in it runs."""

import io
import stat
import zipfile
from typing import Any

import pytest
from django.test import Client

from cms.models import CollaborativePage
from realtime.spaces.models import Space
from tests.cms.exchange.test_coming import brought, browser, imported, space  # noqa: F401  # a fixture
from tests.cms.factories import png

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P19")]


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content, compress_type=zipfile.ZIP_DEFLATED)
    return held.getvalue()


def a_link(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target.encode()


def locked() -> bytes:
    """A zip whose one file says that it is encrypted, in both places where zips say so."""
    content = bytearray(archive(("secret.md", b"# Secret")))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def docx(**parts: bytes) -> bytes:
    said = (
        b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        b"<w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr><w:r><w:t>Le titre</w:t></w:r></w:p>"
        b"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Gras</w:t></w:r></w:p></w:body></w:document>"
    )
    kinds = (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName='
        b'"/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    way = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id='
        b'"r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        b"</Relationships>"
    )
    styles = (
        b'<?xml version="1.0"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style '
        b'w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>'
    )
    told = {
        "[Content_Types].xml": kinds,
        "_rels/.rels": way,
        "word/document.xml": said,
        "word/styles.xml": styles,
        "word/_rels/document.xml.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'relationships"><Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
        b'Target="styles.xml"/></Relationships>',
    }
    return archive(*{**told, **parts}.items())


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
HOSTILE: list[tuple[str, dict[str, bytes], str, str]] = [
    ("out of the folder", {"a.zip": archive(("../out.md", b"# X"))}, "../out.md", "leads out of the folder"),
    ("absolute", {"a.zip": archive(("/etc/x.md", b"# X"))}, "/etc/x.md", "leads out of the folder"),
    ("a drive", {"a.zip": archive(("C:x.md", b"# X"))}, "C:x.md", "leads out of the folder"),
    ("backslashes", {"a.zip": archive(("a\\x.md", b"# X"))}, "x.md", ""),
    ("a link", {"a.zip": archive(a_link("l.md", "/etc/passwd"))}, "l.md", "It is a link to another file."),
    ("locked", {"a.zip": locked()}, "secret.md", "It is locked with a password."),
    ("a zip in a zip", {"a.zip": archive(("b.zip", archive(("c.md", b"# X"))))}, "b.zip", "an archive in an archive"),
    ("a bomb", {"a.zip": archive(("b.md", b"0" * 3_000_000))}, "b.md", "It unpacks to far more"),
    ("no zip", {"a.zip": b"PK\x03\x04 nothing"}, "a.zip", "This archive cannot be opened"),
    ("cut short", {"a.zip": archive(("b.md", b"# X"))[:-30]}, "a.zip", "This archive cannot be opened"),
    ("a program", {"a.exe": b"MZ"}, "a.exe", "We do not take files of this kind."),
    ("a drawing", {"a.svg": b"<svg onload=alert(1)>"}, "a.svg", "We do not take files of this kind."),
    ("no letters", {"a.md": b"# \xff\xfe\xfa \xc3("}, "a.md", "save it as UTF-8"),
    ("zeros", {"a.md": b"# a\x00b"}, "a.md", "It is no text."),
    ("deep", {"a.html": b"<div>" * 5_000}, "a.html", "too deep in each other"),
    ("many", {"a.html": b"<b>x</b>" * 60_000}, "a.html", "more parts, or a larger table"),
    ("a huge table", {"a.md": b"|a|b|\n|-|-|\n" + b"|1|2|\n" * 3_000}, "a.md", "more parts, or a larger table"),
    ("too large", {"a.md": b"x" * (4 * 1024**2 + 1)}, "a.md", "larger than 4 MB"),
    ("no picture", {"a.png": b"\x89PNG\r\n\x1a\n but no"}, "a.png", "This picture cannot be read."),
    ("a lie", {"a.png": b"GIF89a"}, "a.png", "It is not what its name says."),
    ("too many folders", {"a.zip": archive(("x/" * 12 + "a.md", b"# X"))}, "x/x/", "too many folders"),
    ("no document", {"a.docx": b"PK nothing"}, "a.docx", "This document cannot be read"),
    (
        "an old document",
        {"a.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
        "a.docx",
        "locked with a password, or in an old format",
    ),
    ("macros", {"a.docx": docx(**{"word/vbaProject.bin": b"x"})}, "a.docx", "This document holds macros."),
    ("entities", {"a.docx": docx(**{"word/document.xml": ENTITY})}, "a.docx", "declares what it does not hold"),
    (
        "hidden entities",
        {"a.docx": docx(**{"word/comments.xml": ENTITY.decode().encode("utf-16")})},
        "a.docx",
        "declares what",
    ),
    (
        "a bomb in a document",
        {"a.docx": docx(**{"word/media/x.png": b"0" * 5_000_000})},
        "a.docx",
        "unpacks to far more",
    ),
]


@pytest.mark.parametrize(("files", "path", "why"), [told[1:] for told in HOSTILE], ids=[told[0] for told in HOSTILE])
def test_one_is_refused_with_its_reason_and_the_rest_comes_in(
    space: Space,  # noqa: F811  # the fixture
    files: dict[str, bytes],
    path: str,
    why: str,
) -> None:
    client = browser(space.created_by)

    report = client.get(brought(client, {**files, "bon.md": b"# Bon\n\nDit."}).headers["Location"])
    plan = report.context["plan"]

    if why:
        assert [str(told) for name, told in plan.refused.items() if path in name and why in str(told)]
    assert [page.title for page in plan.pages if page.path == "bon.md"] == ["Bon"]
    assert all(page.path in ("bon.md", "a/x.md") for page in plan.pages)


def test_there_is_room_for_two_hundred_files(space: Space) -> None:  # noqa: F811
    client = browser(space.created_by)
    many = archive(*((f"{number:03}.md", b"# T") for number in range(203)))

    plan = client.get(brought(client, {"a.zip": many}).headers["Location"]).context["plan"]

    assert len(plan.pages) == 200
    assert {str(why) for why in plan.refused.values()} == {"There are more than 200 files."}
    assert len(plan.refused) == 3


def test_there_is_room_for_fifty_megabytes(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    from cms.exchange import brought as limits

    monkeypatch.setattr(limits, "MOST_BYTES", 3_000)
    client = browser(space.created_by)

    plan = client.get(brought(client, {"a.md": b"x" * 2_000, "b.md": b"x" * 2_000}).headers["Location"]).context["plan"]

    assert [page.path for page in plan.pages] == ["a.md"]
    assert "All files together are larger" in str(plan.refused["b.md"])


def test_a_document_of_word_becomes_a_page(space: Space) -> None:  # noqa: F811
    client = browser(space.created_by)

    imported(client, {"notes.docx": docx()})

    page = CollaborativePage.objects.get().get_latest_revision_as_object()
    assert page.title == "Le titre"
    assert "<b>Gras</b>" in page.body.raw_data[0]["value"]


def client_of(space: Space) -> Client:  # noqa: F811
    return browser(space.created_by)


def test_a_picture_that_a_page_holds_in_its_address_comes_along(space: Space) -> None:  # noqa: F811
    import base64

    src = "data:image/png;base64," + base64.b64encode(png()).decode()

    imported(client_of(space), {"a.html": f'<h1>A</h1><img src="{src}" alt="vu">'.encode()})

    body: Any = CollaborativePage.objects.get().get_latest_revision_as_object().body.raw_data
    assert body[0]["type"] == "image"
