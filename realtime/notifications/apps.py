from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "realtime.notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from realtime.notifications import access, tasks  # noqa: F401  # the kind of stream, what is done again and again
