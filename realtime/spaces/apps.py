from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpacesConfig(AppConfig):
    name = "realtime.spaces"
    verbose_name = _("Spaces")

    def ready(self) -> None:
        from realtime.spaces import access  # noqa: F401  # the kind of stream
