"""Files that somebody brings: what is taken out of archives, and what is refused, one by one, with its reason."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from realtime.spaces.file_types import SIGNATURES, extension_of

MARKDOWN = {"md", "markdown"}
HTML = {"html", "htm", "xhtml"}
PAGES = MARKDOWN | HTML | {"docx"}
PICTURES = {"png", "jpg", "jpeg", "gif", "webp"}
ARCHIVES = {"zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst", "jar"}
MOST_FILES = 200
MOST_BYTES = 50 * 1024**2
MOST_OF_A_TEXT = 4 * 1024**2
RATIO = 100  # bytes out of one byte in
SMALL = 1024**2  # below it the ratio is of no matter
DEEPEST = 10  # folders in each other
LONGEST = 200  # letters of a path
PASSED_OVER = {"__macosx", "thumbs.db", "desktop.ini"}


class Refused(Exception):
    """A file that is not taken; `why` in the person's language."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Brought:
    """A file by its path, as in "guides/peson.md"."""

    path: str
    content: bytes

    @property
    def kind(self) -> str:
        return extension_of(self.path)


@dataclass
class Basket:
    """What is taken, and what is not."""

    files: list[Brought] = field(default_factory=list)
    refused: dict[str, str | Promise] = field(default_factory=dict)
    size: int = 0

    def take(self, path: str, read: Iterator[bytes]) -> None:
        """Takes a file, or says why not. `read` gives its bytes, and is asked for no more than there is room."""
        try:
            name = checked(path)
            if name is None:
                return
            if name in (file.path for file in self.files):
                raise Refused(_("There are two files of this name."))
            if len(self.files) >= MOST_FILES:
                raise Refused(_("There are more than %(most)s files.") % {"most": MOST_FILES})
            content = self._read(read, limit_of(name))
        except Refused as refusal:
            self.refused.setdefault(shown(path), refusal.why)
            return
        self.size += len(content)
        self.files.append(Brought(name, content))

    def _read(self, read: Iterator[bytes], most: int) -> bytes:
        found = bytearray()
        for part in read:
            found += part
            if len(found) > most:
                raise Refused(_("This file is larger than %(limit)s MB.") % {"limit": most // 1024**2})
            if self.size + len(found) > MOST_BYTES:
                limit = MOST_BYTES // 1024**2
                raise Refused(_("All files together are larger than %(limit)s MB.") % {"limit": limit})
        return bytes(found)

    def open_archive(self, name: str, file: IO[bytes]) -> None:
        """Takes what is in a zip."""
        try:
            with zipfile.ZipFile(file) as archive:
                for entry in archive.infolist():
                    if not entry.is_dir():
                        self.take(entry.filename, unpacked(archive, entry))
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
            self.refused[shown(name)] = _("This archive cannot be opened: it is broken.")

    def without_common_folder(self) -> Basket:
        """The same, without a folder that everything is in."""
        tops = {file.path.partition("/")[0] if "/" in file.path else "" for file in self.files}
        if len(tops) == 1 and "" not in tops and len(self.files) > 1:
            start = len(tops.pop()) + 1
            self.files = [Brought(file.path[start:], file.content) for file in self.files]
        return self


def limit_of(name: str) -> int:
    most: int = settings.PARVIS_MAX_FILE
    return min(most, MOST_OF_A_TEXT) if extension_of(name) in MARKDOWN | HTML else most


def checked(path: str) -> str | None:
    """The path of a file, as we write it; None for what computers add by themselves. Raises Refused."""
    parts = PurePosixPath(path).parts
    if any(part.lower() in PASSED_OVER or part.startswith("._") or part == ".DS_Store" for part in parts):
        return None
    if not path.isprintable() or "\\" in path or ":" in path or path.startswith("/") or ".." in parts or not parts:
        raise Refused(_("Its name leads out of the folder, or cannot be a name."))
    if len(path) > LONGEST or len(parts) > DEEPEST + 1:
        raise Refused(_("It is in too many folders, or its name is too long."))
    kind = extension_of(path)
    if kind in ARCHIVES:
        raise Refused(_("It is an archive in an archive: bring it by itself."))
    if kind not in PAGES | set(SIGNATURES):
        raise Refused(_("We do not take files of this kind."))
    return "/".join(parts)


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a file in an archive, part by part. Raises Refused."""
    if entry.flag_bits & 0x1:
        raise Refused(_("It is locked with a password."))
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(_("It is a link to another file."))
    if entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1):
        raise Refused(_("It unpacks to far more than it should."))
    out = 0
    try:
        with archive.open(entry) as file:
            while part := file.read(65_536):
                out += len(part)
                if out > SMALL and out > RATIO * max(entry.compress_size, 1):
                    raise Refused(_("It unpacks to far more than it should."))
                yield part
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError, RuntimeError) as broken:
        raise Refused(_("It is broken.")) from broken


def shown(path: str) -> str:
    """A path as it can be shown, whatever is in it."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in path)[:LONGEST] or "?"


def gathered_from(uploads: Iterable[tuple[str, IO[bytes]]]) -> Basket:
    """What is taken of files by their path; a zip among them is opened."""
    basket = Basket()
    for path, file in uploads:
        if extension_of(path) == "zip":
            basket.open_archive(path, file)
        else:
            basket.take(path, iter(lambda held=file: held.read(65_536), b""))  # type: ignore[misc]  # bound as it is now
    return basket.without_common_folder()
