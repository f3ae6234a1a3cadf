"""Files that are not what they say, say too much, or would hurt whoever opens them."""

import io
import zipfile
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from realtime.threads.pictures import NotAPicture, TooManyPixels, take_picture
from realtime.threads.services.files import (
    NAME_LENGTH,
    CheckFailed,
    EmptyFile,
    FileRefused,
    FileTooLarge,
    NotWhatItSays,
    PictureTooLarge,
    TypeRefused,
    clean_name,
)
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread
from tests.realtime.threads.files import PDF, PLACE, bomb, bring, photo

pytestmark = pytest.mark.feature("T5")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as files:
        files.writestr("x.html", "<script>alert(1)</script>")
    return held.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("dessin.svg", SVG, TypeRefused),
        ("dessin.png", SVG, NotWhatItSays),
        ("page.html", b"<p>bonjour", TypeRefused),
        ("page.txt", b"<!doctype html><script>", NotWhatItSays),
        ("notes.csv", b"a;b\x00c", NotWhatItSays),
        ("outil.exe", b"MZ\x90", TypeRefused),
        ("outil.pdf", b"MZ\x90", NotWhatItSays),
        ("outil.pdf.exe", PDF, TypeRefused),
        ("plan.docx", PDF, NotWhatItSays),
        ("sans-extension", b"mots", TypeRefused),
        ("photo.jpg", photo("PNG"), NotWhatItSays),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + b"nothing of a picture", NotWhatItSays),
        ("photo.jpg", photo()[:200], NotWhatItSays),
        ("photo.gif", b"GIF89a" + archive(), NotWhatItSays),
        ("bombe.png", bomb(60_000, 60_000), PictureTooLarge),
        ("bombe.png", bomb(9_000, 9_000), PictureTooLarge),
        ("vide.pdf", b"", EmptyFile),
        ("grand.pdf", b"%PDF-" + b"0" * 1024**2, FileTooLarge),
        ("", b"mots", TypeRefused),
        (".pdf", PDF, TypeRefused),
    ],
)
def test_a_hostile_file_is_refused_with_a_reason(
    house: House, media: Path, settings: Any, name: str, content: bytes, refusal: type[FileRefused]
) -> None:
    settings.PARVIS_MAX_FILE = 1024**2

    with pytest.raises(FileRefused) as refused:
        bring(make_thread(house.open), house.moussa, name or "x", content)

    assert type(refused.value) is refusal
    assert len(refused.value.reason) > 10
    assert not list(media.rglob("*.*"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\moussa\\fiche.pdf", "fiche.pdf"),
        ("a\nb\r\nSet-Cookie: x.pdf", "a b Set-Cookie: x.pdf"),
        ("fiche\u202efdp.exe.pdf", "fichefdp.exe.pdf"),
        ("fi\u200bche.pdf", "fiche.pdf"),
        ("  fiche   de   poste .pdf", "fiche de poste .pdf"),
        ("...pdf", "pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
    ],
)
def test_a_name_is_kept_on_one_line_and_in_one_direction(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@given(st.text(max_size=400))
def test_any_name_is_short_and_has_no_way_in_it(name: str) -> None:
    kept = clean_name(name)

    assert 0 < len(kept) <= NAME_LENGTH
    assert not set(kept) & set("/\\\n\r\x00\u202e")


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_where_a_photo_was_taken_stays_with_who_took_it(kind: str, extension: str) -> None:
    content = photo(kind)
    assert PLACE.encode() in content

    picture = take_picture(content + b"<script>alert(1)</script>", extension)

    for kept in (picture.content, picture.preview):
        assert PLACE.encode() not in kept
        assert b"<script>" not in kept
        assert not Image.open(io.BytesIO(kept)).getexif()
    before, after = (Image.open(io.BytesIO(some)).convert("RGB") for some in (content, picture.content))
    assert before.tobytes() == after.tobytes()


def test_a_progressive_photo_with_its_colors_keeps_every_pixel() -> None:
    held = io.BytesIO()
    Image.effect_noise((300, 200), 80).convert("RGB").save(held, "JPEG", progressive=True, icc_profile=b"profile" * 99)

    picture = take_picture(held.getvalue(), "jpg")

    kept = Image.open(io.BytesIO(picture.content))
    assert kept.convert("RGB").tobytes() == Image.open(held).convert("RGB").tobytes()
    assert kept.info["icc_profile"] == b"profile" * 99


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stays_the_right_side_up(orientation: int) -> None:
    picture = take_picture(photo(size=(600, 400), orientation=orientation), "jpg")

    preview = Image.open(io.BytesIO(picture.preview))
    upright = (400, 600) if orientation >= 5 else (600, 400)
    assert (picture.width, picture.height) == preview.size == upright
    assert Image.open(io.BytesIO(picture.content)).getexif().get(0x0112, 1) == orientation


def test_a_large_photo_is_shown_small() -> None:
    picture = take_picture(photo(size=(3000, 2000)), "jpg")

    assert Image.open(io.BytesIO(picture.preview)).size == (800, 533)
    assert (picture.width, picture.height) == (3000, 2000)


@given(st.binary(max_size=300), st.sampled_from(["jpg", "png", "gif", "webp"]))
def test_no_bytes_whatsoever_break_the_reading_of_pictures(noise: bytes, extension: str) -> None:
    starts = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "gif": b"GIF89a", "webp": b"RIFF\x40\0\0\0WEBP"}

    with pytest.raises((NotAPicture, TooManyPixels)):
        take_picture(starts[extension] + noise, extension)


@pytest.mark.django_db
def test_the_house_may_have_files_checked(house: House, settings: Any) -> None:
    settings.PARVIS_FILE_CHECK = "tests.realtime.threads.test_hostile_files.no_eicar"
    thread = make_thread(house.open)

    bring(thread, house.moussa, "sain.txt", b"bonjour")
    with pytest.raises(CheckFailed) as refused:
        bring(thread, house.moussa, "sale.txt", b"EICAR")
    with pytest.raises(CheckFailed) as broken:
        bring(thread, house.moussa, "panne.txt", b"CRASH")

    assert refused.value.reason == "sale.txt holds a virus."
    assert "could not be checked" in broken.value.reason


def no_eicar(content: IO[bytes], name: str) -> str:
    """A check such as an operator would name in the settings."""
    found = content.read()
    if found == b"CRASH":
        raise ConnectionError
    return f"{name} holds a virus." if found == b"EICAR" else ""
