"""What is done with a document as a whole. Typing in it goes through its room."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from intranet.accounts.models import User
from realtime.coedit import limits
from realtime.coedit.bell import ring_after_commit, ring_rights_after_commit
from realtime.coedit.copy import Copy
from realtime.coedit.models import Checkpoint, ClientId, Document, Update
from realtime.coedit.owners import Kept, owner_of
from realtime.coedit.schema import Schema
from realtime.coedit.store import Appended, Entry, Loaded, News, Overtaken, append, load

TRIES = 20
RESTED = timedelta(minutes=10)  # a log that nobody adds to is folded


def open_document(*, kind: str, key: int, state: bytes = b"") -> Document:
    """The document of a thing, made when it has none yet, with the text that `state` holds as an update of Yjs.

    Raises NoOwner for a kind nobody registered, and gate.Refused for a text that its schema does not allow.
    """
    schema = owner_of(kind).schema()
    check_state(state, schema)
    return Document.objects.get_or_create(
        kind=kind, key=key, defaults={"state": state, "schema_version": schema.version}
    )[0]


def check_state(state: bytes, schema: Schema) -> None:
    """Raises gate.Refused for a text that could not have been typed; the empty one, b"", could."""
    copy = Copy(schema)
    try:
        if state:
            copy.take_in(state, most=limits.DOCUMENT_BYTES)
    finally:
        copy.close()


@transaction.atomic
def close_document(*, document: Document, at: datetime) -> Document:
    """Ends the writing: rooms become readers'. What is committed before stays."""
    Document.objects.filter(pk=document.pk, closed_at=None).update(closed_at=at)
    return _told(document)


@transaction.atomic
def reopen_document(*, document: Document) -> Document:
    """Lets people write again."""
    Document.objects.filter(pk=document.pk).update(closed_at=None)
    return _told(document)


@transaction.atomic
def restart_document(*, document: Document, state: bytes) -> Document:
    """Puts another text in its place, as after a change of the schema: every client begins anew and forgets what it had.

    To bring in what was written elsewhere and keep what is being typed, `write` instead.
    """
    schema = owner_of(document.kind).schema()
    check_state(state, schema)
    Document.objects.filter(pk=document.pk).update(
        epoch=F("epoch") + 1,
        head=F("head") + 1,
        state=state,
        state_seq=F("head") + 1,
        schema_version=schema.version,
    )
    Update.objects.filter(document=document).delete()
    ClientId.objects.filter(document=document).delete()
    return _told(document)


def write(*, document_id: int, update: bytes, author: User | None, at: datetime) -> Appended:
    """Brings in a change that was made elsewhere, as one more who writes: not held by a lock, for its owner has it.

    Raises Shut, gate.Refused, and Overtaken when others write faster than this can read.
    """
    for _ in range(TRIES):
        loaded = load(document_id)
        with_copy = _passed(loaded, update)
        if with_copy is None:
            return Appended(loaded.news.stand.head)
        entry = Entry(with_copy[0], author.pk if author else None, with_copy[1])
        try:
            appended = append(document_id, [entry], base=loaded.news.stand.head, epoch=loaded.news.stand.epoch, at=at)
        except Overtaken:
            continue
        ring_after_commit(document_id, appended.head)
        return appended
    raise Overtaken


def take_snapshot(*, document_id: int, at: datetime) -> Checkpoint | None:
    """Folds the log into the kept text and forgets who typed what; who wrote at all stays, as a set.

    Returns the checkpoint, the last one when nothing is new, None when nothing was ever written. Safe to call twice
    or in two processes at once. Raises Broken, and changes nothing, when the text could not be read back.
    """
    loaded = load(document_id, claims=False)
    news = loaded.news
    if not news.rows:
        return Checkpoint.objects.filter(document_id=document_id).order_by("-seq").first()
    state = folded(loaded)
    seq = news.rows[-1].seq
    with transaction.atomic():
        held = Document.objects.filter(pk=document_id, epoch=news.stand.epoch, state_seq=news.state_seq)
        if held.update(state=state, state_seq=seq):
            return _checkpoint(document_id, Update.objects.filter(document_id=document_id, seq__lte=seq), seq, at)
    return Checkpoint.objects.filter(document_id=document_id).order_by("-seq").first()


def folded(loaded: Loaded) -> bytes:
    """A loaded document as one update, read back to be sure. Raises Broken."""
    schema = owner_of(loaded.kind).schema()
    copy = Copy.of(loaded.news, schema)
    try:
        state = copy.whole()
    finally:
        copy.close()
    stand = loaded.news.stand
    Copy.of(News(stand, (), 0, state, loaded.news.rows[-1].seq if loaded.news.rows else stand.head), schema).close()
    return state


def keep_document(*, document_id: int, at: datetime) -> Kept | None:
    """Has the owner keep the document where it belongs, and folds the log. None when there is nothing to keep it as."""
    document = Document.objects.only("kind", "key").filter(pk=document_id).first()
    if document is None:
        return None
    kept = owner_of(document.kind).keep(document_id, document.key, at=at)
    checkpoint = take_snapshot(document_id=document_id, at=at)
    return kept or (Kept(None, checkpoint.at) if checkpoint else None)


def fold_rested(*, at: datetime) -> int:
    """Keeps every document that has a log and rests, as after the end of the process that had it open."""
    written = Update.objects.values("document_id")
    awake = written.filter(at__gt=at - RESTED)
    rested = list(
        Document.objects.filter(pk__in=written).exclude(pk__in=awake).order_by("pk").values_list("pk", flat=True)
    )
    for document_id in rested:
        keep_document(document_id=document_id, at=at)
    return len(rested)


def forget_client_ids(*, at: datetime) -> int:
    """Forgets, after 30 days, whose tab had which id."""
    old = ClientId.objects.filter(at__lt=at - timedelta(days=limits.CLIENT_IDS_KEPT))
    return old.delete()[0]


def _checkpoint(document_id: int, updates: "QuerySet[Update]", seq: int, at: datetime) -> Checkpoint:
    authors = set(updates.exclude(author=None).values_list("author_id", flat=True).order_by())
    checkpoint = Checkpoint.objects.create(document_id=document_id, seq=seq, at=at)
    checkpoint.contributors.set(authors)
    updates.delete()
    return checkpoint


def _passed(loaded: Loaded, update: bytes) -> tuple[bytes, frozenset[int]] | None:
    copy = Copy.of(loaded.news, owner_of(loaded.kind).schema())
    try:
        passed, said = copy.take_in(update, lambda client: client not in loaded.claims, most=limits.DOCUMENT_BYTES)
    finally:
        copy.close()
    return (said, passed.clients) if said else None


def _told(document: Document) -> Document:
    document.refresh_from_db()
    ring_after_commit(document.pk, document.head)
    ring_rights_after_commit(document.pk)
    return document
