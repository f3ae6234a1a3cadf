from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from realtime.coedit.rooms import Rooms


class DemoConfig(AppConfig):
    name = "intranet.demo"
    verbose_name = "Demo"

    def ready(self) -> None:
        from wagtail import hooks

        if settings.PARVIS_DEMO_COLLEAGUE and not settings.PARVIS_MANY_PROCESSES:  # else there would be several of her
            hooks.register("coedit_rooms_opened", colleague_at_work)


def colleague_at_work(rooms: "Rooms") -> "Coroutine[Any, Any, None]":
    """Somebody of the demo company writes in one page while it is open."""
    from intranet.demo.colleague.presence import Colleague

    return Colleague(rooms).work()
