"""Files to bring, honest and hostile."""

import io
import struct
import uuid
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from intranet.accounts.models import User
from realtime.threads.models import Attachment, Message, Thread
from realtime.threads.posting import Draft, post_message
from realtime.threads.services import bring_file

PDF = b"%PDF-1.4 fiche de consignation"
PLACE = "Aulnes-la-Riviere"  # a canary in what a camera writes
GPS, IMAGE_DESCRIPTION, ORIENTATION, GPS_AREA = 0x8825, 0x010E, 0x0112, 28


def upload(name: str = "fiche.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def bring(thread: Thread, by: User, name: str = "fiche.pdf", content: bytes = PDF, **more: Any) -> Attachment:
    """A file that `by` has brought and not said yet."""
    return bring_file(thread=thread, by=by, content=upload(name, content), at=more.get("at") or timezone.now())


def say_with(thread: Thread, by: User, *files: Attachment, body: str = "", client_id: Any = None) -> Message:
    """A message with files under it."""
    draft = Draft(by.pk, thread.pk, client_id or uuid.uuid4(), body, file_tokens=tuple(f.token for f in files))
    return post_message(draft, at=timezone.now())


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), *, orientation: int = 1, traces: bool = True) -> bytes:
    """A photo as a telephone takes it: with the place in its Exif."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    if traces:
        exif[IMAGE_DESCRIPTION] = PLACE
        exif.get_ifd(GPS)[GPS_AREA] = PLACE.encode()
    held = io.BytesIO()
    picture = Image.effect_noise(size, 60).convert("RGB")
    picture.save(held, kind, exif=exif, **({"comment": PLACE.encode()} if kind == "JPEG" and traces else {}))
    return held.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 50_000))
        + chunk(b"IEND", b"")
    )
