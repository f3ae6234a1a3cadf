"""Talk about a passage of a page: it begins, it is settled, it is taken up again."""

import uuid
from datetime import datetime

from django.db import transaction

from cms.models import CollaborativePage, PageText, Passage
from cms.writing.access import space_of
from intranet.accounts.models import User
from realtime.threads.models import Thread
from realtime.threads.services import begin_thread

TITLE = 80  # letters of the passage in the title of its conversation


@transaction.atomic
def begin_talk(
    *,
    page: CollaborativePage,
    quote: str,
    ends: tuple[bytes, bytes],
    words: str,
    by: User,
    at: datetime,
    ref: uuid.UUID,
) -> Passage:
    """Opens a conversation about some words of a page; `ends` are where they begin and end in its shared text.

    Asked twice with the same `ref` it is begun once. Raises PostRefused.
    """
    thread = begin_thread(
        space=space_of(page),
        title=titled(quote),
        body=words,
        by=by,
        at=at,
        kind=Thread.Kind.DISCUSSION,
        audience=Thread.Audience.INTERNAL,
        client_id=ref,
    )
    begun = Passage.objects.filter(thread=thread).first()
    if begun is not None:
        return begun
    thread.origin_url = page.url or ""
    thread.save(update_fields=["origin_url"])
    text = PageText.objects.select_related("document").get(page=page)
    return Passage.objects.create(
        page_id=page.pk,
        thread=thread,
        quote=quote,
        epoch=text.document.epoch,
        begins=ends[0],
        ends=ends[1],
        by=by,
        at=at,
    )


def titled(quote: str) -> str:
    """The first words of a passage, between quotation marks."""
    words = " ".join(quote.split())
    return f"« {words if len(words) <= TITLE else words[: TITLE - 1].rstrip() + '…'} »"


@transaction.atomic
def settle(*, passage: Passage, by: User, at: datetime) -> Passage:
    """Takes the passage out of the margin; its conversation stays. Settled once, it is as whoever came first left it."""
    changed = Passage.objects.filter(pk=passage.pk, resolved_at=None)
    changed.update(resolved_at=at, resolved_by=by)
    passage.refresh_from_db(fields=["resolved_at", "resolved_by"])
    return passage


@transaction.atomic
def take_up(*, passage: Passage) -> Passage:
    """Puts a settled passage back beside the page."""
    passage.resolved_at = passage.resolved_by = None
    passage.save(update_fields=["resolved_at", "resolved_by"])
    return passage
