from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "intranet.portal"
    verbose_name = "Portal"
