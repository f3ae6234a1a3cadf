"""The scripted colleague at her page: what she does to its text, through the same service as any change made elsewhere."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cms.base.curtain import backstage
from cms.coedit.changes import change
from cms.coedit.shared import read_state
from cms.coedit.tree import Node
from cms.models import CollaborativePage
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from intranet.demo.colleague.script import Script, next_line, with_words, without_lines
from realtime.coedit import services as coedit
from realtime.coedit.access import rights_of
from realtime.coedit.store import load
from realtime.coedit.structs import Kind, parse


@dataclass(frozen=True, slots=True)
class Desk:
    """Where she writes: the document of her page, and who she is."""

    document_id: int
    author: User


@backstage
def desk_of(script: Script, *, at: datetime) -> Desk | None:
    """None where the demo was not seeded, or where her page or her account is no more."""
    author = User.objects.filter(email=script.email, is_active=True).first()
    page = CollaborativePage.objects.filter(slug=script.slug, space__slug=script.space, binned_at=None).first()
    if author is None or page is None:
        return None
    return Desk(open_text(page=page, at=at).document_id, author)


def may_write(desk: Desk) -> bool:
    """Whether she may at this moment: the page may be locked, or wait for its approval."""
    right = rights_of(desk.document_id, {desk.author.pk}).of.get(desk.author.pk)
    return right is not None and right.writes


def line_to_write(desk: Desk, script: Script) -> str | None:
    """Her next line; None when she has said everything."""
    return next_line(text_of(desk), script.lines)


def type_words(desk: Desk, script: Script, line: str, words: str, *, at: datetime) -> dict[str, Any] | None:
    """Goes on in a line until `words`; returns where her caret is then, as a cursor says it."""
    return bring(desk, with_words(text_of(desk), script, line, words), at=at)


def begin_again(desk: Desk, script: Script, *, at: datetime) -> None:
    """Takes her own lines out."""
    bring(desk, without_lines(text_of(desk), script.lines), at=at)


def text_of(desk: Desk) -> Node:
    return read_state(coedit.folded(load(desk.document_id)))


def bring(desk: Desk, wanted: Node, *, at: datetime) -> dict[str, Any] | None:
    """Makes the text say `wanted`, beside what the others are typing; returns the place behind the last letter brought."""
    update, _state = change(coedit.folded(load(desk.document_id)), wanted)
    if not update:
        return None
    coedit.write(document_id=desk.document_id, update=update, author=desk.author, at=at)
    return place_behind(update)


def place_behind(update: bytes) -> dict[str, Any] | None:
    """The relative position behind the last letters of an update, as Yjs writes it."""
    words = [struct for structs in parse(update).structs.values() for struct in structs if struct.kind == Kind.STRING]
    if not words:
        return None
    last = max(words, key=lambda struct: struct.clock)
    item = {"client": last.client, "clock": last.clock + last.length - 1}
    return {"type": None, "tname": None, "item": item, "assoc": -1}


def new_client() -> int:
    """A number under which her cursor is shown."""
    return secrets.randbelow(2**31) + 1
