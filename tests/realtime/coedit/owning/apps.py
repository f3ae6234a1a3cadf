from django.apps import AppConfig


class OwningConfig(AppConfig):
    name = "tests.realtime.coedit.owning"
    label = "owning"

    def ready(self) -> None:
        from tests.realtime.coedit.owning import notebooks  # noqa: F401
