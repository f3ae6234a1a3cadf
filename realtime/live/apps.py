from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "realtime.live"
    verbose_name = "Live"

    def ready(self) -> None:
        from realtime.live import handlers  # noqa: F401  # registers the actions
        from realtime.live.bell import on_events
        from realtime.streams.bell import hang

        hang(on_events)
