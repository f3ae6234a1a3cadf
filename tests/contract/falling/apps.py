from django.apps import AppConfig


class FallingConfig(AppConfig):
    name = "tests.contract.falling"

    def ready(self) -> None:
        from tests.contract.falling import actions  # noqa: F401
