"""What a conversation is told of the page that its synthesis is published in."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.links import references_in
from cms.models import CollaborativePage
from realtime.threads.models import Synthesis
from realtime.threads.services.synthesis import keep_in_page, leave_page


@backstage
@transaction.atomic
def tell_conversation(*, page: BasePage, at: datetime, by: Collection[int] = ()) -> None:
    """Marks the messages that the page of a synthesis cites, or takes the marks away where it is no longer read there.

    To be called whenever a page is published (`by` those who wrote it), withdrawn, moved, put into the bin or brought
    back; for a page that is no synthesis nothing happens.
    """
    found = (
        CollaborativePage.objects.filter(pk=page.pk).exclude(synthesis=None).select_related("synthesis__thread").first()
    )
    if found is None:
        return
    synthesis: Synthesis = found.synthesis
    if not (page.live and is_read_there(found, synthesis)):
        leave_page(synthesis=synthesis, at=at)
        return
    keep_in_page(
        synthesis=synthesis,
        title=found.title,
        url=found.url,
        cited=cited_in(found.body.raw_data),
        by=by,
        with_guests=found.shared_with_guests,
        at=at,
    )


def is_read_there(page: CollaborativePage, synthesis: Synthesis) -> bool:
    """Whether those who see a conversation read the page: it is published, and in the same space."""
    return bool(page.live and page.binned_at is None and page.space_id == synthesis.thread.space_id)


def cited_in(raw: Any) -> set[int]:
    """The numbers of the messages that the raw blocks of a page cite."""
    return {key for kind, key in references_in(list(raw)) if kind == "message"}
