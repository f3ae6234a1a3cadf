from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from wagtail.signals import page_published, post_page_move

        from cms.ground import lay_ground

        post_migrate.connect(lay_ground, sender=self, dispatch_uid="cms.lay_ground")
        page_published.connect(beside_what_is_published, dispatch_uid="cms.hang_thread")
        post_page_move.connect(where_it_moved, dispatch_uid="cms.follow_move")


def beside_what_is_published(instance: Any, **kwargs: Any) -> None:
    """A page that Wagtail published has its conversation; one published by our service has it already."""
    from cms.services import hang_thread

    user = kwargs["revision"].user if kwargs.get("revision") else None
    hang_thread(page=instance, by=user, at=timezone.now())


def where_it_moved(instance: Any, **kwargs: Any) -> None:
    """A page that Wagtail moved is in the space it came to."""
    from cms.services import follow_move

    follow_move(page=instance)
