"""The approval of a page by those who answer for it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState, WorkflowState

from cms.base.models import BasePage
from intranet.accounts.models import User
from intranet.people.models import Membership
from realtime.spaces.models import SpaceMember


def answers_for(user: User) -> Q:
    """The pages `user` answers for: of a team they are in today, or of a space they run."""
    teams = Membership.objects.on(timezone.localdate()).filter(user=user).values("team")
    run = SpaceMember.objects.held_by(user).filter(space=OuterRef("space"), role=SpaceMember.Role.FACILITATOR)
    return Q(steward__in=teams) | Q(Exists(run))


class ApprovalDue(models.Model):
    """Until when the approval of a page is wanted, and when those who answer for it were reminded."""

    state = models.OneToOneField(WorkflowState, on_delete=models.CASCADE, related_name="due")
    due_on = models.DateField()
    words = models.CharField(max_length=400, blank=True)  # of whoever asks, to whoever approves
    reminded_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"by {self.due_on}"


class TeamApprovalTask(Task):
    """A page is approved by its steward team or by those who run its space."""

    class Meta:
        verbose_name = _("approval by the steward team")

    def may_approve(self, page: BasePage, user: User) -> bool:
        """Whether `user` may say yes or no to `page`."""
        return bool(BasePage.objects.managed_by(user).filter(answers_for(user), pk=page.pk).exists())

    def user_can_access_editor(self, obj: BasePage, user: User) -> bool:
        return self.may_approve(obj, user)

    def get_actions(self, obj: BasePage, user: User) -> list[tuple[str, Any, bool]]:
        if not self.may_approve(obj, user):
            return []
        return [
            ("reject", _("Request changes"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> Any:
        pages = BasePage.objects.managed_by(user).filter(answers_for(user))
        return TaskState.objects.filter(
            task=self.task_ptr,
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__object_id__in=pages.values_list(Cast("pk", models.CharField())),
        )

    @classmethod
    def get_description(cls) -> Any:
        return _("The steward team of the page, or those who run its space, approve it.")
