"""What becomes of an approved page, wherever it was approved. Wagtail imports this while it makes its models."""

from typing import TYPE_CHECKING

from django.db import transaction

from cms.base.curtain import backstage

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from intranet.accounts.models import User


@backstage
@transaction.atomic
def publish_approved(workflow_state: "WorkflowState", user: "User | None" = None) -> None:
    """Publishes a page that those who answer for it approved: they need no right in the CMS to publish."""
    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)  # who approves is asked by whoever calls
