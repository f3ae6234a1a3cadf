from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "intranet.bench"
    verbose_name = "Bench"
