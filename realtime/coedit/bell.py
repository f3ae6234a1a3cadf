"""The doorbell of documents: that of the streams, with names of our own. May be lost, and nothing leans on it."""

from collections.abc import Mapping

from django.db import transaction

from realtime.live.bell import tell

MOVED, RIGHTS = "document:", "document-rights:"


def ring(document_id: int, head: int) -> None:
    """Says that a document stands at `head`, from any thread."""
    tell({f"{MOVED}{document_id}": head})


def ring_after_commit(document_id: int, head: int) -> None:
    """The same once the transaction has committed."""
    transaction.on_commit(lambda: ring(document_id, head))


def ring_rights_after_commit(document_id: int) -> None:
    """Says that some may do less with a document from this commit on, or more: as when a page is locked."""
    transaction.on_commit(lambda: tell({f"{RIGHTS}{document_id}": 1}))


def named(moved: Mapping[str, int], beginning: str) -> dict[int, int]:
    """Of what a bell says has moved, the documents under the names that begin so, with the number of each."""
    found = {name.removeprefix(beginning): head for name, head in moved.items() if name.startswith(beginning)}
    return {int(pk): head for pk, head in found.items() if pk.isdigit()}
