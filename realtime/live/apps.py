from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "realtime.live"
    verbose_name = "Live"
