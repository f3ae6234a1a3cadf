from django.apps import AppConfig


class StreamsConfig(AppConfig):
    name = "realtime.streams"
    verbose_name = "Streams"
