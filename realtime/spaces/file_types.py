"""Which files people may bring, and whether a file is what its name says."""

from pathlib import PurePath
from typing import IO

PDF = (b"%PDF-",)
ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
TEXT: tuple[bytes, ...] = ()  # no signature: must be text

SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "pdf": PDF,
    "docx": ARCHIVE,
    "xlsx": ARCHIVE,
    "pptx": ARCHIVE,
    "odt": ARCHIVE,
    "ods": ARCHIVE,
    "odp": ARCHIVE,
    "zip": ARCHIVE,
    "csv": TEXT,
    "txt": TEXT,
    "md": TEXT,
    "ics": TEXT,
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",),
    "mp4": (b"\x00\x00\x00",),
}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}  # what a browser may show by itself; everything else is saved to disk
ICONS = {
    **dict.fromkeys(["png", "jpg", "jpeg", "gif", "webp"], "image"),
    **dict.fromkeys(["xlsx", "ods", "csv"], "file-spreadsheet"),
    **dict.fromkeys(["pdf", "docx", "odt", "txt", "md"], "file-text"),
    "zip": "archive",
    "ics": "calendar",
    "mp4": "video",
}
SNIFFED = 4096  # bytes


def extension_of(name: str) -> str:
    """The extension of a file's name in small letters, without its dot."""
    return PurePath(name).suffix.lower().lstrip(".")


def is_what_it_says(name: str, content: IO[bytes]) -> bool:
    """Whether the first bytes of `content` are those of a file of that extension; the place in it is kept."""
    place = content.tell()
    content.seek(0)
    start = content.read(SNIFFED)
    content.seek(place)
    signatures = SIGNATURES.get(extension_of(name))
    if signatures is None:
        return False
    return start.startswith(signatures) if signatures else is_text(start)


def is_text(start: bytes) -> bool:
    """Whether bytes are words: no zeros in them, and nothing a browser would take for a page."""
    looks_like_markup = (
        start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml"))
    )
    return b"\x00" not in start and not looks_like_markup


def type_shown(name: str) -> str:
    """The content type under which a browser may show a file itself, "" for one it must save."""
    return CONTENT_TYPES.get(extension_of(name), "")


def icon_of(name: str) -> str:
    """The icon of a file by its extension, as the sprite calls it."""
    return ICONS.get(extension_of(name), "file")
