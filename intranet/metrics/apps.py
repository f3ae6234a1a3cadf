from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "intranet.metrics"
    verbose_name = _("Team measures")

    def ready(self) -> None:
        from intranet.metrics import sources, tasks  # noqa: F401  # what the measures read, what recurs
        from intranet.metrics.frozen import lay

        post_migrate.connect(lay, sender=self, dispatch_uid="metrics.lay_frozen")
