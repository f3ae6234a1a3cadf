"""What happens to a page elsewhere, in the CMS or by a program, reaches those who write in it at that moment."""

import logging

from django.db import DatabaseError, transaction
from django.utils import timezone

from cms.models import PageText
from cms.writing.keeping import absorb
from realtime.coedit.bell import ring_rights_after_commit
from realtime.coedit.gate import Refused
from realtime.coedit.store import Overtaken, Shut

logger = logging.getLogger(__name__)


def follow_after_commit(*, page_id: int) -> None:
    """Types in what was saved, and has everyone's rights asked again: once what happened is committed."""
    transaction.on_commit(lambda: _follow(page_id))


def _follow(page_id: int) -> None:
    document_id = PageText.objects.filter(page=page_id).values_list("document", flat=True).first()
    if document_id is None:
        return
    ring_rights_after_commit(document_id)
    try:
        absorb(page_id=page_id, at=timezone.now())
    except (Overtaken, Shut, Refused, DatabaseError):
        logger.warning("What was saved of page %s waits for the next time its text is kept.", page_id, exc_info=True)
