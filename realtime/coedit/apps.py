from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoeditConfig(AppConfig):
    name = "realtime.coedit"
    verbose_name = _("Shared documents")

    def ready(self) -> None:
        from realtime.coedit import tasks  # noqa: F401  # what is done again and again
