"""The one door to a document: whoever its owner says may read it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from realtime.coedit.models import Document
from realtime.coedit.owners import NoOwner, Right, owner_of
from realtime.live.people import current_epoch

LOCKED = Right(writes=False, why="locked", words=_("This is locked for the moment."))
CLOSED = Right(writes=False, why="closed", words=_("Nobody writes in this document any more."))


@dataclass(frozen=True, slots=True)
class Rights:
    """What people may do with a document, all true at access epoch `epoch`. Who is left out does not see it."""

    of: dict[int, Right]
    epoch: int


def access_document(user: User, pk: int) -> Document:
    """The document, for somebody who may read it. Raises Http404."""
    document = Document.objects.defer("state").filter(pk=pk).first()
    if document is None or user.pk not in rights_in(document, [user.pk]).of:
        raise Http404
    return document


def rights_in(document: Document, people: Collection[int]) -> Rights:
    """What `people` may do, asked again while somebody loses a right meanwhile."""
    while True:
        epoch = current_epoch()
        rights = _ask(document, people)
        if current_epoch() == epoch:
            return Rights(rights, epoch)


def rights_of(document_id: int, people: Collection[int]) -> Rights:
    """As `rights_in`, with the document as it is now; nobody sees one that is no more."""
    document = Document.objects.defer("state").filter(pk=document_id).first()
    return rights_in(document, people) if document else Rights({}, current_epoch())


def _ask(document: Document, people: Collection[int]) -> dict[int, Right]:
    try:
        rights = owner_of(document.kind).rights(document.key, set(people))
    except NoOwner:
        return {}
    asked = {person: right for person, right in rights.items() if person in people}
    return dict.fromkeys(asked, CLOSED) if document.closed_at else asked
