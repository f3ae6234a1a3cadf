from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from django.db.models.signals import post_save
        from wagtail.models import PageLogEntry
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

        import cms.approving.sources  # what an inbox shows of approvals
        import cms.approving.tasks  # who is reminded
        import cms.care.sources  # what an inbox shows of pages
        import cms.care.tasks  # whether pages are still needed
        import cms.events.sources  # what an inbox shows of events
        import cms.exchange.tasks  # files that were brought and left
        import cms.life.sources  # what inboxes show
        import cms.life.tasks  # what is done again and again
        import cms.writing.owner  # noqa: F401  # pages are owners of shared texts
        from cms.coedit.wrappers import mend_lists
        from cms.ground import lay_ground

        mend_lists()
        post_migrate.connect(lay_ground, sender=self, dispatch_uid="cms.lay_ground")
        in_place_of_letters()
        page_published.connect(beside_what_is_published, dispatch_uid="cms.hang_thread")
        page_unpublished.connect(no_longer_read, dispatch_uid="cms.leave_conversation")
        post_save.connect(in_its_shared_text, sender=PageLogEntry, dispatch_uid="cms.follow_page")
        post_page_move.connect(where_it_moved, dispatch_uid="cms.follow_move")
        page_slug_changed.connect(what_it_was_called, dispatch_uid="cms.remember_slug")


def in_place_of_letters() -> None:
    """Our notices instead of the letters that Wagtail sends at any hour: a receiver of the same name is connected once."""
    from wagtail.models import TaskState, WorkflowState
    from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

    submitted = {"sender": WorkflowState, "dispatch_uid": "workflow_state_submitted_email_notification"}
    asked = {"sender": TaskState, "dispatch_uid": "group_approval_task_submitted_email_notification"}
    approved = {"sender": WorkflowState, "dispatch_uid": "workflow_state_approved_email_notification"}
    rejected = {"sender": WorkflowState, "dispatch_uid": "workflow_state_rejected_email_notification"}
    workflow_submitted.connect(told_by_its_task, **submitted)
    task_submitted.connect(who_approves, **asked)
    workflow_approved.connect(who_had_asked, **approved)
    workflow_rejected.connect(who_had_asked, **rejected)


def told_by_its_task(**kwargs: Any) -> None:
    """The task of a request tells of it, each time it is asked."""


def who_approves(instance: Any, **kwargs: Any) -> None:
    """A page waits for its approval: those who give it are told."""
    from cms.approving.telling import tell_of_request

    tell_of_request(state=instance.workflow_state, at=timezone.now())


def who_had_asked(instance: Any, **kwargs: Any) -> None:
    """A page was approved or sent back: who had asked is told."""
    from cms.approving.telling import tell_of_decision

    tell_of_decision(state=instance, at=timezone.now())


def beside_what_is_published(instance: Any, **kwargs: Any) -> None:
    """A page that Wagtail published has its conversation, and those who watch it are told.

    One published by our service has the conversation already; an alias has none, and its original is told of.
    """
    from cms.calling.services import tell_who_is_called
    from cms.care.telling import tell_of_publication
    from cms.events.telling import tell_of_new_time
    from cms.kept_in import tell_conversation
    from cms.publishing import moment_of_publication, wrote_since
    from cms.services import hang_thread, no_longer_archived

    if not instance.live or instance.alias_of_id:  # Wagtail says this too of one that was only given its day
        return
    user = kwargs["revision"].user if kwargs.get("revision") else None
    hang_thread(page=instance, by=user, at=timezone.now())
    no_longer_archived(page=instance)
    tell_conversation(page=instance, at=moment_of_publication(), by=wrote_since(instance))
    if kwargs.get("revision"):
        about: Any = {"page": instance, "revision": kwargs["revision"], "at": moment_of_publication()}
        told = {*tell_of_new_time(**about), *tell_who_is_called(**about)}
        tell_of_publication(**about, but=told)


def no_longer_read(instance: Any, **kwargs: Any) -> None:
    """The messages that a page cites no longer say that they are kept in it."""
    from cms.kept_in import tell_conversation

    tell_conversation(page=instance, at=timezone.now())


def where_it_moved(instance: Any, **kwargs: Any) -> None:
    """A page that Wagtail moved is in the space it came to, and found where it was."""
    from cms.events.services import follow_address
    from cms.life.addresses import remember_address
    from cms.services import follow_move

    before, after = kwargs["url_path_before"], kwargs["url_path_after"]
    left = kwargs["parent_page_before"].space_id
    follow_move(page=instance, out_of=left)
    follow_address(page=instance, before=before, after=after, out_of=left)
    remember_address(page=instance, before=before, after=after, at=timezone.now())


def what_it_was_called(instance: Any, instance_before: Any, **kwargs: Any) -> None:
    """A page whose slug changed is found where it was."""
    from cms.events.services import follow_address
    from cms.life.addresses import remember_address

    before, after = instance_before.url_path, instance.url_path
    follow_address(page=instance, before=before, after=after)
    remember_address(page=instance, before=before, after=after, at=timezone.now())


def in_its_shared_text(instance: Any, **kwargs: Any) -> None:
    """Whatever is done to a page anywhere: who writes in it is told, by what was saved and by what they may do now."""
    from cms.writing.following import follow_after_commit

    follow_after_commit(page_id=instance.page_id)
