"""Who decides about a page that waits for its approval, and who sees that it waits."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField
from django.db.models.functions import Cast
from django.http import Http404
from wagtail.models import TaskState, WorkflowState

from cms.base.curtain import lifted
from cms.base.models import BasePage
from cms.models import TeamApprovalTask, answers_for
from intranet.accounts.models import User


def access_waiting(user: User, pk: int) -> TaskState:
    """The approval that page `pk` waits for, with its `page`, for one of those who give it; Http404 for anybody else."""
    with lifted():
        page = pages_to_approve(user).select_related("space", "live_revision").filter(pk=pk).first()
        state = waiting_states([pk]).first() if page else None
        if page is None or state is None:
            raise Http404
        state.page = page
    return state


def pages_to_approve(user: User) -> Any:
    """The pages of spaces in use that wait for an approval that `user` gives."""
    waiting = waiting_states().values("workflow_state__object_id")
    pages = BasePage.objects.managed_by(user).filter(answers_for(user), space__archived_at=None)
    return pages.annotate(key=Cast("pk", CharField())).filter(key__in=waiting)


def waiting_states(pages: "list[int] | None" = None) -> Any:
    """The approvals by those who answer for a page that are asked for now; of some pages."""
    kind = ContentType.objects.get_for_model(BasePage, for_concrete_model=False)
    states = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        workflow_state__base_content_type=kind,
        task__in=TeamApprovalTask.objects.values("task_ptr"),
    )
    if pages is not None:
        states = states.filter(workflow_state__object_id__in=map(str, pages))
    return states.select_related("workflow_state__requested_by", "workflow_state__due", "revision", "task")


def waits_for(page: BasePage) -> TaskState | None:
    """The approval that a page waits for, for those who write it; None when it waits for none. One query."""
    found: TaskState | None = waiting_states([page.pk]).first()
    return found
