"""Between the shared text of a page and its revisions: what was typed becomes a revision, what was saved is typed in.

Both take turns on the row of the page. Who types touches only the document, and waits for neither.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from wagtail.models import Revision

from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.coedit.body import doc_of, says, stream_of
from cms.coedit.changes import change
from cms.coedit.shared import read_state, state_of
from cms.models import KeptText, PageText, VersionName
from cms.services import keep_revision
from intranet.accounts.models import User
from realtime.coedit import services as coedit
from realtime.coedit.models import Update
from realtime.coedit.owners import Kept
from realtime.coedit.store import load

KIND = "page"
AGAIN = timedelta(minutes=10)  # how long one revision goes on being written
REMEMBERED = 20  # revisions of a page that somebody may still have open elsewhere
_loaded: ContextVar[tuple[int, int] | None] = ContextVar("loaded_revision", default=None)


def loads(page_id: int, revision_id: int | None) -> None:
    """What this request saves of the page was changed from that revision, whatever was saved since; None: forget it."""
    _loaded.set(None if revision_id is None else (page_id, revision_id))


def says_now(page: BasePage) -> list[dict[str, Any]]:
    """The raw blocks of a page's latest revision, or of the page itself where it has none."""
    revision = page.latest_revision
    if revision is None:
        return list(page.specific.body.raw_data)
    return blocks_of(revision)


def blocks_of(revision: Revision) -> list[dict[str, Any]]:
    """The raw blocks that a revision keeps."""
    return json.loads(revision.content.get("body") or "[]")  # type: ignore[no-any-return]  # a list of blocks


@backstage
@transaction.atomic
def open_text(*, page: BasePage, at: datetime) -> PageText:
    """The shared text of a page, made of its latest revision when it had none."""
    texts = PageText.objects.filter(page=page.pk)
    if found := texts.first():
        return found
    page = _held(page.pk)
    if found := texts.first():  # made while this waited for its turn
        return found
    state = state_of(doc_of(says_now(page)))
    document = coedit.open_document(kind=KIND, key=page.pk, state=state)
    text = PageText.objects.create(page=page, document=document)
    if page.latest_revision is not None:
        _remember(text, page.latest_revision, state, at, is_ours=False)
    return text


@backstage
@transaction.atomic
def absorb(*, page_id: int, at: datetime) -> None:
    """Types into the shared text what was saved elsewhere, as one more who writes. Nothing to do is no error."""
    text = PageText.objects.select_related("document").filter(page=page_id).first()
    if text is not None:
        _absorb(_held(page_id), text, at)


@backstage
@transaction.atomic
def materialise(*, page_id: int, at: datetime) -> Kept | None:
    """Makes the shared text the latest revision of its page; a draft, that nobody but those who write see.

    The revision of before is written over while it is ours, young, and neither published nor on its way to be.
    """
    text = PageText.objects.select_related("document").filter(page=page_id).first()
    if text is None:
        return None
    page = _held(page_id)
    _absorb(page, text, at)
    found = load(text.document_id, claims=False)
    state = coedit.folded(found)
    doc, latest = read_state(state), page.latest_revision
    if latest is not None and says(doc) == says(doc_of(blocks_of(latest))):
        return Kept(latest.pk, at)
    authors = set(
        Update.objects.filter(document=text.document_id).exclude(author=None).values_list("author", flat=True)
    )
    revision = _revise(page, text, stream_of(doc), authors, at)
    kept = _remember(text, revision, state, at, is_ours=True)
    kept.contributors.add(*authors)
    return Kept(revision.pk, at)


@backstage
@transaction.atomic
def opened_elsewhere(*, page_id: int, at: datetime) -> int | None:
    """Makes a revision for an editor of the CMS to begin from, which is not written over; returns the latest one's id."""
    materialise(page_id=page_id, at=at)
    page = _held(page_id)
    KeptText.objects.filter(text__page=page_id, revision=page.latest_revision_id).update(is_ours=False)
    latest: int | None = page.latest_revision_id
    return latest


def _held(page_id: int) -> Any:
    """The page, and its turn.

    Its revision is read by a statement of its own, once it is our turn. PostgreSQL gives a statement that waited the row
    it waited for as it is by then, and all that is joined to it as it was before: a revision written over meanwhile
    would look as if somebody had saved the old words again, and what was typed since would be taken out of the text.
    """
    return BasePage.objects.select_for_update(of=("self",)).prefetch_related("latest_revision").get(pk=page_id)


def _revise(page: Any, text: PageText, raw: list[dict[str, Any]], authors: set[int], at: datetime) -> Revision:
    latest = page.latest_revision
    then = page.specific if latest is None else latest.as_object()
    then.body = then.body.stream_block.to_python(raw)
    user = User.objects.get(pk=min(authors)) if len(authors) == 1 else None
    over = latest if latest is not None and _goes_on(page, text, latest, user, at) else None
    return keep_revision(page=then, by=user, at=at, overwrite_revision=over, clean=False)


def _goes_on(page: Any, text: PageText, latest: Revision, user: User | None, at: datetime) -> bool:
    """Whether the latest revision is still being written."""
    return bool(
        text.kept.filter(revision=latest, is_ours=True, at__gt=at - AGAIN).exists()
        and latest.user_id == (user.pk if user else None)
        and latest.pk != page.live_revision_id
        and latest.approved_go_live_at is None
        and not latest.task_states.exists()
        and not VersionName.objects.filter(revision=latest).exists()
    )


def _absorb(page: Any, text: PageText, at: datetime) -> None:
    latest = page.latest_revision
    if latest is None:
        return
    known = text.kept.filter(revision=latest).exclude(state=b"").first()
    if known is not None and known.is_ours:
        return  # it was made of the shared text
    wanted = doc_of(blocks_of(latest))
    if known is not None and says(read_state(bytes(known.state))) == says(wanted):
        return
    root = _loaded_of(page.pk)
    base = known or _base(text, latest, root)
    update, state = change(bytes(base.state) if base else b"", wanted)
    if update:
        coedit.write(document_id=text.document_id, update=update, author=latest.user, at=at)
    _remember(text, latest, state, at, is_ours=False, loaded=root)


def _loaded_of(page_id: int) -> int | None:
    told = _loaded.get()
    return told[1] if told is not None and told[0] == page_id else None


def _base(text: PageText, latest: Revision, root: int | None) -> KeptText | None:
    """What a revision was changed from: what the same tab saved before, else what it had opened, else what was last."""
    kept = text.kept.filter(epoch=text.document.epoch).exclude(state=b"").order_by("-pk")
    if root is not None:
        own = kept.filter(loaded=root, revision__user=latest.user).first()
        if found := own or kept.filter(revision=root).first():
            return found
    return kept.first()


def _remember(
    text: PageText, revision: Revision, state: bytes, at: datetime, *, is_ours: bool, loaded: int | None = None
) -> KeptText:
    known = KeptText.objects.filter(revision=revision).first()
    begun = known.at if known is not None and known.is_ours and is_ours else at
    told = {"epoch": text.document.epoch, "state": state, "is_ours": is_ours, "loaded": loaded, "at": begun}
    kept, _ = KeptText.objects.update_or_create(revision=revision, defaults={"text": text} | told)
    recent = text.kept.order_by("-pk").values_list("pk", flat=True)[:REMEMBERED]
    text.kept.exclude(pk__in=list(recent)).exclude(state=b"").update(state=b"")
    return kept
