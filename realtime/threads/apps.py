from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ThreadsConfig(AppConfig):
    name = "realtime.threads"
    verbose_name = _("Threads")

    def ready(self) -> None:
        from realtime.threads import (  # noqa: F401  # streams, what a socket asks, what is shown, what recurs
            access,
            actions,
            moderation_sources,
            sources,
            tasks,
        )
        from realtime.threads.lexicon import lay

        post_migrate.connect(lay, sender=self, dispatch_uid="threads.lay_lexicon")
