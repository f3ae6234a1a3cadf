from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThreadsConfig(AppConfig):
    name = "realtime.threads"
    verbose_name = _("Threads")

    def ready(self) -> None:
        from realtime.threads import access, actions  # noqa: F401  # the kind of stream, what the socket may ask
