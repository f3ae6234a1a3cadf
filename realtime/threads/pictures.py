"""Pictures under messages: measured before they are decoded, shown small, rid of where and by whom they were taken."""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from PIL import Image, ImageOps

FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
PREVIEW = (800, 800)  # pixels at most
QUALITY = 78
ORIENTATION = 0x0112  # of Exif
SIDEWAYS = {5, 6, 7, 8}
NEXT_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
PNG_TRACES = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}


class NotAPicture(ValueError):
    """The bytes cannot be read as the picture their name promises."""


class TooManyPixels(ValueError):
    """It would fill the memory: over PARVIS_MAX_PIXELS."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to keep: upright size in pixels, the bytes without traces, and a small WebP of it."""

    width: int
    height: int
    content: bytes
    preview: bytes


def take_picture(content: bytes, extension: str) -> Picture:
    """The picture in `content`. Raises NotAPicture or TooManyPixels."""
    image = opened(content, FORMATS[extension])
    width, height = image.size
    if width * height > settings.PARVIS_MAX_PIXELS:
        raise TooManyPixels
    try:
        orientation = int(image.getexif().get(ORIENTATION, 1))
        preview = small(image)
        kept = without_traces(content, FORMATS[extension], orientation)
    except Exception as wrong:  # a decoder given hostile bytes fails in many ways
        raise NotAPicture from wrong
    if orientation in SIDEWAYS:
        width, height = height, width
    return Picture(width, height, kept, preview)


def opened(content: bytes, kind: str) -> Image.Image:
    """The picture with its head read and nothing decoded."""
    try:
        return Image.open(io.BytesIO(content), formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except Exception as wrong:
        raise NotAPicture from wrong


def small(image: Image.Image) -> bytes:
    """The first frame, upright, as a WebP within PREVIEW, with nothing but pixels and colors in it."""
    image.draft("RGB", PREVIEW)  # a JPEG is decoded at a fraction of its size
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail(PREVIEW)
    has_holes = "transparency" in upright.info or upright.mode in {"RGBA", "LA", "PA"}
    out = io.BytesIO()
    upright.convert("RGBA" if has_holes else "RGB").save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def without_traces(content: bytes, kind: str, orientation: int = 1) -> bytes:
    """The same pixels without what a camera or a program wrote beside them (place, device, names, comments).

    What follows the end of the picture goes too. Which side is up and the colors' profile stay.
    """
    match kind:
        case "JPEG":
            return clean_jpeg(content, orientation)
        case "PNG":
            return content[:8] + b"".join(chunk for name, chunk in png_chunks(content) if name not in PNG_TRACES)
        case "WEBP":
            return clean_webp(content)
    return content


def clean_jpeg(content: bytes, orientation: int) -> bytes:
    pieces = [b"\xff\xd8", orientation_segment(orientation)]
    place, has_pixels = 2, False
    while found := NEXT_MARKER.search(content, place):
        marker, start = found[1][0], found.end()
        if has_pixels:
            pieces.append(content[place : found.start()])
        if marker == END_OF_IMAGE:
            break
        place = start + int.from_bytes(content[start : start + 2], "big")
        if is_kept(marker, content[start + 2 : start + 14]):
            pieces.append(b"\xff" + bytes([marker]) + content[start:place])
        has_pixels |= marker == START_OF_SCAN
    return b"".join([*pieces, b"\xff\xd9"])


def is_kept(marker: int, beginning: bytes) -> bool:
    """Of the segments that describe a JPEG: its own head, the colors' profile, Adobe's note on how colors are stored."""
    if marker == 0xE2:
        return beginning.startswith(b"ICC_PROFILE\x00")
    return marker in {0xE0, 0xEE} or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def orientation_segment(orientation: int) -> bytes:
    """The one thing worth telling of how a photo was taken, b"" when it is upright."""
    if not 2 <= orientation <= 8:
        return b""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    told: bytes = exif.tobytes()
    return b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told


def png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG by name, up to its end."""
    place = 8
    while place + 12 <= len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4], "big")
        name = content[place + 4 : place + 8]
        yield name, content[place:end]
        if name == b"IEND":
            return
        place = end


def clean_webp(content: bytes) -> bytes:
    pieces = []
    place, end = 12, min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while place + 8 <= end:
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        chunk = content[place : place + 8 + size + size % 2]
        if chunk[:4] == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0b1100]) + chunk[9:]  # it has no Exif and no XMP any more
        if chunk[:4] not in (b"EXIF", b"XMP "):
            pieces.append(chunk)
        place += 8 + size + size % 2
    body = b"WEBP" + b"".join(pieces)
    return b"RIFF" + len(body).to_bytes(4, "little") + body
