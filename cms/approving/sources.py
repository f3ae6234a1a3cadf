"""What an inbox and a letter show of approvals, with the rights of the moment."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from cms.approving.access import pages_to_approve
from cms.base.curtain import lifted
from cms.base.models import BasePage
from cms.care.sources import shown
from intranet.accounts.models import User
from intranet.accounts.templatetags.parvis import saying
from realtime.notifications.sources import Shown, source


@source("approval")
def show_approvals(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """Pages that wait for a word, to those who give it; what was said, to those who had asked. Four queries."""
    with lifted():
        states = WorkflowState.objects.filter(pk__in=keys).select_related("due").prefetch_related("task_states")
        by_page = {int(state.object_id): state for state in states if str(state.object_id).isdecimal()}
        to_approve = pages_to_approve(user).filter(pk__in=by_page).select_related("space").in_bulk()
        mine = [pk for pk, state in by_page.items() if state.requested_by_id == user.pk]
        asked = BasePage.objects.managed_by(user).filter(pk__in=mine).select_related("space").in_bulk()
    found: dict[int, Shown] = {}
    for pk, state in by_page.items():
        if state.status == WorkflowState.STATUS_IN_PROGRESS and pk in to_approve:
            found[state.pk] = to_decide(to_approve[pk], state)
        elif state.status != WorkflowState.STATUS_IN_PROGRESS and pk in asked:
            found[state.pk] = decided(asked[pk], state)
    return found


def to_decide(page: BasePage, state: WorkflowState) -> Shown:
    due = getattr(state, "due", None)
    words = due.words if due and due.words else ""
    by = _("Wanted by %s") % date_format(due.due_on, "DATE_FORMAT") if due else ""
    address = reverse("cms:page_approval", args=[page.pk])
    return shown(page, saying(by, words), title=page.draft_title, url=address)


def decided(page: BasePage, state: WorkflowState) -> Shown:
    """The words of whoever decided last."""
    last = max(state.task_states.all(), key=lambda told: told.pk, default=None)
    comment = last.comment if last else ""
    if state.status == WorkflowState.STATUS_APPROVED:
        return shown(page, comment)
    return shown(page, comment, title=page.draft_title, url=reverse("cms:page_write", args=[page.pk]))
