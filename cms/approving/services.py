"""What is done with an approval: asked for, taken back, given, refused."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from wagtail.models import TaskState, WorkflowState

from cms.approving.access import waits_for
from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.models import ApprovalDue, CollaborativePage
from cms.publishing import published_at
from cms.writing.keeping import materialise
from cms.writing.owner import held_by
from intranet.accounts.models import User


class NotNow(Exception):
    """The page is locked, has its day, or waits for its approval already."""


class Decided(Exception):
    """Somebody else has decided meanwhile, or the request was taken back."""


@backstage
@transaction.atomic
def ask_for_approval(*, page: CollaborativePage, due_on: date, words: str, by: User, at: datetime) -> WorkflowState:
    """Asks those who answer for a page to approve what it says now, until a day; nobody writes in it meanwhile.

    They are told by `telling`, as of a page that the CMS submits. Raises NotNow.
    """
    materialise(page_id=page.pk, at=at)
    found = BasePage.objects.select_for_update(of=("self",)).get(pk=page.pk).specific
    if not held_by(found).writes:
        raise NotNow
    before = found.current_workflow_state
    if before is None:
        state: WorkflowState = found.get_workflow().start(found, by)
    else:  # it was sent back
        state = before
        state.requested_by = by
        state.save(update_fields=["requested_by"])
        state.resume(user=by)
    ApprovalDue.objects.update_or_create(state=state, defaults={"due_on": due_on, "words": words, "reminded_on": None})
    return state


@backstage
@transaction.atomic
def take_back(*, page: CollaborativePage, by: User) -> None:
    """The page waits no more: those who write it go on. Raises Decided."""
    state = waits_for(page)
    if state is None:
        raise Decided
    locked(state).workflow_state.cancel(user=by)


@backstage
@transaction.atomic
def approve(*, state: TaskState, by: User, words: str, at: datetime) -> None:
    """Readers see the page as it was submitted. Raises Decided."""
    with published_at(at):
        decide(state, "approve", by, words)


@backstage
@transaction.atomic
def send_back(*, state: TaskState, by: User, words: str) -> None:
    """The page goes back to those who write it, with what is to be changed. Raises Decided."""
    decide(state, "reject", by, words)


def decide(state: TaskState, act: str, by: User, words: str) -> None:
    found = locked(state)
    task: Any = found.task.specific
    task.on_action(found, by, act, comment=words)


def locked(state: TaskState) -> TaskState:
    """The approval while it is still asked for, in its turn. Raises Decided."""
    WorkflowState.objects.select_for_update().get(pk=state.workflow_state_id)
    found: TaskState | None = TaskState.objects.filter(pk=state.pk, status=TaskState.STATUS_IN_PROGRESS).first()
    if found is None:
        raise Decided
    return found
