"""Brought files, kept for an hour between the report and the import: they need not be chosen again."""

from __future__ import annotations

import json
import re
import secrets
import zipfile
from datetime import datetime, timedelta
from tempfile import TemporaryFile

from django.core.files.base import File
from django.core.files.storage import default_storage

from cms.exchange.brought import Basket, Brought
from intranet.accounts.models import User
from realtime.spaces.models import Space

FOLDER = "brought"  # no address leads there
HOUR = timedelta(hours=1)
TOKEN = re.compile(r"[\w-]{43}")


class Gone(Exception):
    """Nothing is kept under that name, for this person and space, or no longer."""


def keep(*, basket: Basket, space: Space, by: User, at: datetime) -> str:
    """Puts the files away; returns the name that `kept` asks for."""
    token = secrets.token_urlsafe(32)
    told = {
        "space": space.pk,
        "by": by.pk,
        "at": at.timestamp(),
        "refused": {k: str(v) for k, v in basket.refused.items()},
    }
    with TemporaryFile() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("told.json", json.dumps(told))
            for brought in basket.files:
                archive.writestr(f"files/{brought.path}", brought.content)
        file.seek(0)
        default_storage.save(_name(token), File(file))
    return token


def kept(token: str, *, space: Space, by: User, at: datetime) -> Basket:
    """The files that `by` put away for a space within the hour. Raises Gone."""
    if not TOKEN.fullmatch(token) or not default_storage.exists(_name(token)):
        raise Gone
    with default_storage.open(_name(token)) as file, zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("told.json"))
        if (told["space"], told["by"]) != (space.pk, by.pk) or at.timestamp() - told["at"] > HOUR.total_seconds():
            raise Gone
        names = [name for name in archive.namelist() if name.startswith("files/")]
        files = [Brought(name.removeprefix("files/"), archive.read(name)) for name in names]
    return Basket(files, dict(told["refused"]))


def let_go(token: str) -> None:
    """Removes what is kept under a name."""
    if TOKEN.fullmatch(token):
        default_storage.delete(_name(token))


def sweep(*, at: datetime) -> int:
    """Removes what was kept longer than an hour; returns how many."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    old = [name for name in names if default_storage.get_modified_time(f"{FOLDER}/{name}") < at - HOUR]
    for name in old:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(old)


def _name(token: str) -> str:
    return f"{FOLDER}/{token}.zip"
