"""Who is told that a page waits for its approval, and what became of it; whoever submitted it, on the portal or in the CMS."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import WorkflowState

from cms.approving.access import waiting_states
from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.care.telling import Reason, is_quiet, notice_about, seers
from cms.models import ApprovalDue
from cms.topic import ON_DRAFT, ON_PAGE
from intranet.people.models import Membership
from realtime.notifications.services import notify
from realtime.spaces.access import people_who_run

PATIENCE = timedelta(days=7)  # for what was submitted in the CMS, where no day is asked for


@backstage
@transaction.atomic
def tell_of_request(*, state: WorkflowState, at: datetime) -> None:
    """Those who may approve a page are asked to; in the CMS nobody chose a day, so it is in a week."""
    due = {"due_on": timezone.localdate(at) + PATIENCE}
    ApprovalDue.objects.get_or_create(state=state, defaults=due)
    page = page_of(state)
    if page is not None:
        tell(page, approvers(page), reason=Reason.APPROVAL, key=f"asked:{newest(state)}", state=state, at=at)


@backstage
@transaction.atomic
def tell_of_decision(*, state: WorkflowState, at: datetime) -> None:
    """Whoever asked is told that the page was approved, or sent back."""
    page = page_of(state)
    if page is not None and state.requested_by_id:
        reason = Reason.APPROVED if state.status == WorkflowState.STATUS_APPROVED else Reason.SENT_BACK
        key = f"decided:{newest(state)}"
        tell(page, {state.requested_by_id}, reason=reason, key=key, state=state, at=at)


@backstage
@transaction.atomic
def remind_of_approvals(*, at: datetime) -> int:
    """Asks again, once, where the day has come and nobody has decided; returns of how many pages."""
    today = timezone.localdate(at)
    late = ApprovalDue.objects.select_for_update().filter(due_on__lte=today, reminded_on=None)
    found = list(late.filter(state__in=waiting_states().values("workflow_state")).select_related("state"))
    ApprovalDue.objects.filter(pk__in=[due.pk for due in found]).update(reminded_on=today)
    for due in found:
        page = page_of(due.state)
        if page is not None:
            key = f"again:{newest(due.state)}"
            tell(page, approvers(page), reason=Reason.APPROVAL, key=key, state=due.state, at=at)
    return len(found)


def approvers(page: BasePage) -> set[int]:
    """Those who may say yes: the steward team of a page, and those who run its space."""
    members = Membership.objects.on(timezone.localdate()).filter(team=page.steward_id).values_list("user", flat=True)
    return {*members} | (people_who_run(page.space) if page.space else set())


def newest(state: WorkflowState) -> int:
    """The time of asking that a state is at: sent back and asked again, it is another one."""
    return int(state.task_states.order_by("-pk").values_list("pk", flat=True).first() or 0)


def page_of(state: WorkflowState) -> BasePage | None:
    """The page that a state is about, where something is told of it."""
    if not str(state.object_id).isdecimal():
        return None
    page: BasePage | None = BasePage.objects.select_related("space").filter(pk=int(state.object_id)).first()
    return None if page is None or is_quiet(page) else page


def tell(page: BasePage, people: Collection[int], *, reason: str, key: str, state: WorkflowState, at: datetime) -> None:
    actor = state.requested_by_id if reason == Reason.APPROVAL else decider(state)
    about: dict[str, Any] = {"source_kind": "approval", "source_key": state.pk, "actor_id": actor, "at": at}
    about["seq"] = ON_PAGE if state.status == WorkflowState.STATUS_APPROVED else ON_DRAFT
    notify([notice_about(page, seers(page, people), reason=reason, key=key, **about)], at=at)


def decider(state: WorkflowState) -> int | None:
    """Who gave or refused the last approval."""
    last = state.task_states.exclude(finished_by=None).order_by("-pk").first()
    return last.finished_by_id if last else None
