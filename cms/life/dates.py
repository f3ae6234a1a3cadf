"""The day on which a page comes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from cms import services
from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.life.binning import tell_rooms, with_a_day
from cms.models import CollaborativePage
from cms.writing import services as writing
from cms.writing.keeping import materialise
from cms.writing.owner import held_by
from intranet.accounts.models import User


class NotToCome(Exception):
    """The moment is over."""


@backstage
@transaction.atomic
def publish_on(*, page: CollaborativePage, moment: datetime, by: User, at: datetime) -> None:
    """Has what the page says now published at a moment to come; until then it is read by those who write, and not written.

    Raises NotToCome, and Waits for a page that is locked, waits for its approval or has its day already.
    """
    if moment <= at:
        raise NotToCome
    materialise(page_id=page.pk, at=at)
    then = writing.draft_of(page)
    if not held_by(then).writes:
        raise writing.Waits
    services.stand_in_tree(then)
    then.go_live_at = moment
    revision = services.keep_revision(page=then, by=by, at=at)
    revision.publish(user=by, skip_permission_checks=True)  # Wagtail waits for the moment


@backstage
@transaction.atomic
def call_off(*, page: CollaborativePage, by: User, at: datetime) -> None:
    """Nothing comes out by itself any more, and the page is written again."""
    with_a_day(page).update(approved_go_live_at=None)
    then = writing.draft_of(page)
    then.go_live_at = None
    services.keep_revision(page=then, by=by, at=at)
    BasePage.objects.filter(pk=page.pk).update(go_live_at=None)
    tell_rooms([BasePage.objects.select_related("text").get(pk=page.pk)])


def day_of(page: CollaborativePage) -> Any:
    """When it comes out, None where no day is set."""
    return with_a_day(page).values_list("approved_go_live_at", flat=True).first()
