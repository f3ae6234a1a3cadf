"""Files brought for a message: taken in, dropped, purged. Which message carries them is decided when it is said."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from intranet.accounts.models import User
from realtime.spaces.file_types import SIGNATURES, extension_of, is_what_it_says
from realtime.spaces.house_check import NotChecked, why_refused
from realtime.spaces.markup import is_control
from realtime.spaces.models import Space
from realtime.threads.models import Attachment, Thread
from realtime.threads.pictures import FORMATS, NotAPicture, Picture, TooManyPixels, take_picture

FOLDER = "attachments"
NAME_LENGTH = 160
WAITS = timedelta(days=1)  # for the message that carries it
LIBRARY_TYPES = ", ".join(sorted({name for name in SIGNATURES if name != "jpeg"}))
A_BATCH = 500


class FileRefused(Exception):
    """Why a file is not taken in; `reason` is for the person, in their language."""

    @property
    def reason(self) -> str:
        return _("This file cannot be taken in.")


class EmptyFile(FileRefused):
    @property
    def reason(self) -> str:
        return _("This file is empty.")


class FileTooLarge(FileRefused):
    @property
    def reason(self) -> str:
        limit = settings.PARVIS_MAX_FILE // 1024**2
        return _("This file is larger than %(limit)d MB, the most a message carries.") % {"limit": limit}


class TypeRefused(FileRefused):
    @property
    def reason(self) -> str:
        return _("Files of this type are not taken in. These are: %(types)s.") % {"types": LIBRARY_TYPES}


class NotWhatItSays(FileRefused):
    @property
    def reason(self) -> str:
        return _("What is in this file is not what its name says. Save it again under its own type.")


class PictureTooLarge(FileRefused):
    @property
    def reason(self) -> str:
        limit = settings.PARVIS_MAX_PIXELS // 10**6
        return _("This picture has more than %(limit)d million pixels: make it smaller.") % {"limit": limit}


class SpaceIsFull(FileRefused):
    @property
    def reason(self) -> str:
        return _("The files of this space have reached their limit. Ask those who run it to make room.")


class TooMuchWaits(FileRefused):
    @property
    def reason(self) -> str:
        return _("Too many of your files wait for a message: send or remove some of them first.")


class CheckFailed(FileRefused):
    """What the house's own check says of it, or that it could not say anything."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why

    @property
    def reason(self) -> str:
        return self.why or _("This file could not be checked. Try again in a moment.")


def bring_file(*, thread: Thread, by: User, content: File[Any], at: datetime) -> Attachment:
    """Takes in a file for a message of `thread` that `by` has not said yet. Raises a FileRefused.

    The row is committed before the bytes are written: bytes without a row cannot be, a row whose bytes
    never came is purged with those that were never said.
    """
    name = clean_name(content.name or "")
    picture = checked(name, content)
    kept: File[Any] = ContentFile(picture.content) if picture else content
    attachment = Attachment(
        thread=thread,
        uploaded_by=by,
        uploaded_at=at,
        name=name,
        content_type=getattr(content, "content_type", "") or "application/octet-stream",
        size=kept.size,
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
    )
    attachment.file.name = f"{FOLDER}/{attachment.token}.{extension_of(name)}"
    if picture:
        attachment.preview.name = f"{FOLDER}/{attachment.token}.preview.webp"
    make_room(attachment)
    write_bytes(attachment, kept, picture)
    return attachment


def checked(name: str, content: File[Any]) -> Picture | None:
    """The picture that a file is, None for another file. Raises the FileRefused it deserves."""
    extension = extension_of(name)
    if extension not in SIGNATURES:
        raise TypeRefused
    if not content.size:
        raise EmptyFile
    if content.size > settings.PARVIS_MAX_FILE:
        raise FileTooLarge
    if content.file is None or not is_what_it_says(name, content.file):
        raise NotWhatItSays
    picture = picture_of(content.file, extension) if extension in FORMATS else None
    ask_the_house(content.file, name)
    content.file.seek(0)
    return picture


def picture_of(content: IO[bytes], extension: str) -> Picture:
    content.seek(0)
    try:
        return take_picture(content.read(), extension)
    except TooManyPixels:
        raise PictureTooLarge from None
    except NotAPicture:
        raise NotWhatItSays from None


def ask_the_house(content: IO[bytes], name: str) -> None:
    """Asks the check that the operator chose, if any; a check that fails lets nothing through."""
    try:
        why = why_refused(content, name)
    except NotChecked as wrong:
        raise CheckFailed from wrong
    if why:
        raise CheckFailed(why)


def clean_name(name: str) -> str:
    """A file's name on one line, without the way to it and without marks that turn its direction."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(" " if c.isspace() else c for c in name if c in "\t\n\r" or not is_control(c))
    shown = "".join(c for c in shown if unicodedata.category(c) not in {"Cf", "Co", "Cn"})
    path = PurePosixPath(" ".join(shown.split()).strip(" .") or "x")
    stem = path.stem[: NAME_LENGTH - len(path.suffix)] if len(path.suffix) < 12 else path.name[:NAME_LENGTH]
    return stem + path.suffix if len(path.suffix) < 12 else stem


@transaction.atomic
def make_room(attachment: Attachment) -> None:
    """Writes the row of a file unless a limit stands in its way; one after the other in a space."""
    Space.objects.select_for_update(no_key=True).filter(pk=attachment.thread.space_id).values("pk").get()
    waiting = bytes_of(Attachment.objects.unsaid().filter(uploaded_by=attachment.uploaded_by))
    if waiting + attachment.size > settings.PARVIS_UNSAID_FILES:
        raise TooMuchWaits
    if settings.PARVIS_SPACE_FILES:
        held = bytes_of(Attachment.objects.filter(thread__space=attachment.thread.space_id))
        if held + attachment.size > settings.PARVIS_SPACE_FILES:
            raise SpaceIsFull
    attachment.save()


def bytes_of(attachments: Any) -> int:
    return attachments.aggregate(total=Sum("size"))["total"] or 0


def write_bytes(attachment: Attachment, kept: File[Any], picture: Picture | None) -> None:
    """Puts the bytes where the row says; a row whose bytes cannot be written goes again."""
    try:
        default_storage.save(attachment.file.name, kept)
        if picture:
            default_storage.save(attachment.preview.name, ContentFile(picture.preview))
    except Exception:
        remove(Attachment.objects.filter(pk=attachment.pk))
        raise


def drop_file(*, attachment: Attachment) -> None:
    """Takes back a file that no message carries yet; one that was said meanwhile stays."""
    remove(Attachment.objects.unsaid().filter(pk=attachment.pk))


@transaction.atomic
def remove(attachments: Any) -> int:
    """Deletes files: their rows now, their bytes once that is committed. Returns how many."""
    found = list(attachments.select_for_update(of=("self",)).order_by("pk"))
    Attachment.objects.filter(pk__in=[file.pk for file in found]).delete()
    names = [name for file in found for name in (file.file.name, file.preview.name) if name]
    transaction.on_commit(partial(forget_bytes, names), robust=True)
    return len(found)


def forget_bytes(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)


def purge_orphans(*, at: datetime) -> int:
    """Deletes the files that were brought a day ago and never said, and bytes that lost their row.

    Returns how many files nobody said.
    """
    late = Attachment.objects.unsaid().filter(uploaded_at__lt=at - WAITS)
    purged = 0
    while batch := list(late.order_by("pk").values_list("pk", flat=True)[:A_BATCH]):
        purged += remove(late.filter(pk__in=batch))
    sweep()
    return purged


def sweep() -> None:
    """Deletes the bytes that no row names, left by a crash between the two."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for start in range(0, len(names), A_BATCH):
        some = {name: name.partition(".")[0] for name in names[start : start + A_BATCH]}
        known = set(Attachment.objects.filter(token__in=some.values()).values_list("token", flat=True))
        forget_bytes(f"{FOLDER}/{name}" for name, token in some.items() if token not in known)
