from django.apps import AppConfig


class RecurringConfig(AppConfig):
    name = "realtime.recurring"
    verbose_name = "Recurring jobs"
