"""A document of Word, as HTML: opened only after its parts were looked at."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field

import mammoth
from django.utils.translation import gettext_lazy as _

from cms.exchange.brought import Refused, unpacked

MOST_PARTS = 2_000
MOST_BYTES = 50 * 1024**2
MACROS = ("vbaproject.bin", "vbadata.xml", "activex")
DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
"""
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


@dataclass
class Document:
    """The HTML of a document, the pictures in it by the name that the HTML calls them, and what was simplified."""

    html: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)


def read_docx(content: bytes) -> Document:
    """Raises Refused for what is broken, locked, or holds what can run or lead elsewhere."""
    check(content)
    made = Document()

    def keep(image: object) -> dict[str, str]:
        kind = EXTENSIONS.get(image.content_type)  # type: ignore[attr-defined]  # of mammoth, which has no types
        if kind is None:
            made.notes.add("picture_kind")
            return {"src": ""}
        name = f"picture-{len(made.pictures) + 1}.{kind}"
        with image.open() as file:  # type: ignore[attr-defined]  # as above
            made.pictures[name] = file.read()
        return {"src": name}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(content), style_map=STYLES, convert_image=mammoth.images.img_element(keep)
        )
    except Exception as broken:  # whatever a reader of a foreign format stumbles over
        raise Refused(_("This document cannot be read: it is broken.")) from broken
    made.html = result.value
    if any(message.type == "warning" for message in result.messages):
        made.notes.add("styles")
    return made


def check(content: bytes) -> None:
    """Looks at the parts of a document before anything reads them."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(_("This document is locked with a password, or in an old format: save it as docx without one."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_parts(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as broken:
        raise Refused(_("This document cannot be read: it is broken.")) from broken


def _check_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_PARTS:
        raise Refused(_("This document has too many parts."))
    if any(mark in entry.filename.lower() for entry in entries for mark in MACROS):
        raise Refused(_("This document holds macros."))
    size = 0
    for entry in entries:
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        words = bytearray()
        for part in unpacked(archive, entry):
            size += len(part)
            if size > MOST_BYTES:
                raise Refused(_("It unpacks to far more than it should."))
            if is_xml:
                words += part
        if is_xml:
            _check_xml(bytes(words))


def _check_xml(words: bytes) -> None:
    if words[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in words or DECLARED.search(words):
        raise Refused(_("This document declares what it does not hold, which we do not follow."))
    if b"macroEnabled" in words:
        raise Refused(_("This document holds macros."))
