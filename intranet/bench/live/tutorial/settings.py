"""The smallest project that serves the tutorial's consumer, on SQLite as durable as ours."""

import os

from intranet.settings.base import database

SECRET_KEY = "of a benchmark on the loopback"  # noqa: S105  # it signs nothing
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["daphne", "channels"]
DATABASES = {"default": database(os.environ["TUTORIAL_DATABASE"])}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}  # cheaper than the tutorial's Redis
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
