"""Pages on their way out: one as a file, a space as an archive of pages, pictures and files that name each other."""

from __future__ import annotations

import base64
import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files.storage import default_storage
from django.utils.text import slugify
from PIL import Image

from cms.access import ReadPage
from cms.base.models import GROUND
from cms.exchange.names import Named, Names
from cms.exchange.pdf_out import pdf_of
from cms.exchange.taking import (
    STEP,
    Seen,
    Taken,
    file_name,
    held_named,
    messages_named,
    names_on_the_web,
    of_space,
    seen_by,
    stored_extension,
    taken,
)
from cms.exchange.writing import html_file, markdown_file
from cms.models import SpaceImage
from intranet.accounts.models import User
from realtime.spaces.file_types import CONTENT_TYPES
from realtime.spaces.models import Space

LIGHT = 300_000  # bytes of a picture that stays as it is inside a page
LARGEST = 1_600  # pixels of a side of one that does not


@dataclass(frozen=True, slots=True)
class Leaving:
    """A file as a browser saves it."""

    name: str
    content_type: str
    content: bytes


def page_as(form: str, *, page: ReadPage, asker: User, site: str) -> Leaving:
    """A page as "markdown", "html" or "pdf", as far as `asker` sees it. Raises fonts.NoFonts for a PDF without letters."""
    told = taken(page)
    seen = seen_by(asker, [told.doc])
    name = slugify(told.title)[:80] or "page"
    if form == "pdf":
        names = names_on_the_web(seen, site, dict.fromkeys(seen.images, ""))
        return Leaving(f"{name}.pdf", "application/pdf", pdf_of(told, names, readers(seen.images)))
    if form == "html":
        words = html_file(told, names_on_the_web(seen, site, embedded(seen.images)))
        return Leaving(f"{name}.html", "text/html; charset=utf-8", words.encode())
    images = {pk: f"{site}/files/media/{image.file.name}" for pk, image in seen.images.items()}
    words = markdown_file(told, names_on_the_web(seen, site, images))
    return Leaving(f"{name}.md", "text/markdown; charset=utf-8", words.encode())


def readers(images: dict[int, SpaceImage]) -> dict[int, Callable[[], bytes]]:
    """What reads each image; one whose file is gone reads as nothing."""
    return {pk: lambda held=image: stored(held.file.name) for pk, image in images.items()}  # type: ignore[misc]  # bound


def stored(name: str) -> bytes:
    """The bytes of a stored file, none for one that is gone."""
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except OSError:
        return b""


def embedded(images: dict[int, SpaceImage]) -> dict[int, str]:
    """Each picture inside its own address, so that a page is one file."""
    return {pk: href for pk, image in images.items() if (href := _inside(image))}


def _inside(image: SpaceImage) -> str:
    kind, content = CONTENT_TYPES.get(stored_extension(image.file.name), ""), stored(image.file.name)
    if len(content) > LIGHT or not kind:
        kind, content = "image/jpeg", _lighter(content)
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if content else ""


def _lighter(content: bytes) -> bytes:
    held = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content)) as opened:
            opened.thumbnail((LARGEST, LARGEST))
            opened.convert("RGB").save(held, "JPEG", quality=82)
    except (OSError, ValueError, Image.DecompressionBombError):
        return b""
    return held.getvalue()


# --- a space --------------------------------------------------------------------------------------


def space_as(form: str, *, space: Space, asker: User, site: str) -> IO[bytes]:
    """An archive of the pages of a space that `asker` sees, as "markdown" or "html", with what they show. Close it."""
    file = TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        Archive(archive, form, site).fill(of_space(space, asker), asker)
    file.seek(0)
    return file


@dataclass
class Archive:
    """Writes pages, then the pictures and files that they name."""

    archive: zipfile.ZipFile
    form: str
    site: str

    def fill(self, pages: Sequence[Taken], asker: User) -> None:
        extension = "html" if self.form == "html" else "md"
        seen = seen_by(asker, [page.doc for page in pages])
        given: set[str] = set()
        paths = placed(pages, extension, given)
        images = {pk: self._held("pictures", image.title, image.file.name, given) for pk, image in seen.images.items()}
        files = {pk: self._held("files", file.title, file.file.name, given) for pk, file in seen.documents.items()}
        orders = ordered(pages)
        for page in pages:
            names = self._names(paths[page.pk], seen, paths, images, files)
            write = html_file(page, names) if extension == "html" else markdown_file(page, names, orders[page.pk])
            self.archive.writestr(paths[page.pk], write)
        for held, told in ((images, seen.images), (files, seen.documents)):
            for pk, path in held.items():
                self.archive.writestr(path, stored(told[pk].file.name))

    def _held(self, folder: str, title: str, name: str, given: set[str]) -> str:
        extension = stored_extension(name)
        return file_name(title.removesuffix(f".{extension}"), extension, given, f"{folder}/")

    def _names(self, path: str, seen: Seen, paths: dict[int, str], images: Any, files: Any) -> Names:
        """How things are called from the file at `path`."""

        def from_here(target: str) -> str:
            return posixpath.relpath(target, posixpath.dirname(path))

        pages = {
            pk: Named(page.title, from_here(paths[pk]) if pk in paths else self.site + (page.url or ""))
            for pk, page in seen.pages.items()
        }
        return Names(
            pages=pages,
            documents={pk: Named(seen.documents[pk].title, from_here(target)) for pk, target in files.items()},
            images={pk: Named(seen.images[pk].default_alt_text, from_here(target)) for pk, target in images.items()},
            messages=messages_named(seen, self.site),
            held=held_named(seen, self.site),
            site=self.site,
        )


def placed(pages: Sequence[Taken], extension: str, given: set[str]) -> dict[int, str]:
    """Where each page is in the archive: below the page it is below, `index` for the first of the space."""
    folders: dict[str, str] = {}  # of the pages below one, by its place in the tree
    paths: dict[int, str] = {}
    for page in pages:
        if page.depth == GROUND:
            paths[page.pk], folders[page.path] = f"index.{extension}", ""
            given.add(paths[page.pk])
            continue
        above = next((folders[way] for way in _ways_up(page.path) if way in folders), "")
        paths[page.pk] = file_name(page.slug, extension, given, above)
        folders[page.path] = f"{paths[page.pk].removesuffix(f'.{extension}')}/"
    return paths


def _ways_up(path: str) -> Iterator[str]:
    while path := path[:-STEP]:
        yield path


def ordered(pages: Sequence[Taken]) -> dict[int, int]:
    """The place of each page among those beside it, from 1."""
    beside: Counter[str] = Counter()
    places = {}
    for page in pages:
        beside[page.path[:-STEP]] += 1
        places[page.pk] = beside[page.path[:-STEP]]
    return places
