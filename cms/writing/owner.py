"""Pages as owners of shared texts: who reads along, who writes, and why not at this moment."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import WorkflowState

from cms.base.curtain import lifted
from cms.base.models import BasePage
from cms.coedit.schema import SCHEMA
from cms.models import CollaborativePage
from cms.writing.keeping import KIND, materialise
from realtime.coedit.owners import WRITE, Kept, Owner, Right, owner
from realtime.coedit.schema import Schema
from realtime.spaces.access import rights_of_many

LOCKED = Right(writes=False, why="locked", words=_("This page is locked. Whoever locked it can open it again."))
IN_REVIEW = Right(writes=False, why="review", words=_("This page is waiting for its approval."))
SCHEDULED = Right(writes=False, why="scheduled", words=_("This page has a date on which it is published."))


@owner(KIND)
class Pages(Owner):
    """Shared pages, written by the members of their space."""

    def schema(self) -> Schema:
        return SCHEMA

    def rights(self, key: int, people: Collection[int]) -> Mapping[int, Right]:
        """Employees who may write in the space; a draft is no business of the others."""
        with lifted():
            page = CollaborativePage.objects.select_related("space").kept_where_they_stand().filter(pk=key).first()
            if page is None or page.space is None:
                return {}
            right = held_by(page)
        of_all = rights_of_many(people, [page.space])
        return {
            person: right for (person, _space), rights in of_all.items() if rights.may_write and not rights.is_guest
        }

    def writable(self, key: int) -> QuerySet[Any, Any]:
        """The page while it is neither locked nor in the bin or an archived space, nor waiting for its approval."""
        stands = BasePage.objects.kept_where_they_stand()
        pages: QuerySet[Any, Any] = stands.filter(pk=key, locked=False, space__archived_at=None)
        return pages.exclude(Exists(waiting(key))).exclude(pk__in=scheduled(key))

    def keep(self, document_id: int, key: int, *, at: datetime) -> Kept | None:
        kept: Kept | None = materialise(page_id=key, at=at)
        return kept


def held_by(page: CollaborativePage) -> Right:
    """What those who may write a page may do at this moment."""
    if page.locked:
        return LOCKED
    if waiting(page.pk).exists():
        return IN_REVIEW
    return SCHEDULED if scheduled(page.pk).exists() else WRITE


def waiting(page_id: int) -> QuerySet[Any, Any]:
    """The approval that a page waits for, if any."""
    kind = ContentType.objects.get_for_model(BasePage, for_concrete_model=False)
    found: QuerySet[Any, Any] = WorkflowState.objects.active().filter(
        base_content_type=kind, object_id=str(page_id), status=WorkflowState.STATUS_IN_PROGRESS
    )
    return found


def scheduled(page_id: int) -> QuerySet[Any, Any]:
    """The page, when a revision of it waits for its day."""
    found: QuerySet[Any, Any] = BasePage.objects.filter(
        pk=page_id, latest_revision__approved_go_live_at__isnull=False
    ).values("pk")
    return found
