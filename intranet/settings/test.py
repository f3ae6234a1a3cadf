"""Settings of the tests: strict where production is lenient, quick where it is slow, and a bell that lies."""

from intranet.settings.base import *  # noqa: F403
from intranet.settings.base import STORAGES, TEMPLATES

SECRET_KEY = "tests only, never a secret"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PARVIS_ORIGINS = ["http://testserver"]
PARVIS_LOCAL_ORIGINS = True
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
PARVIS_DEMO = True
PARVIS_DEMO_COLLEAGUE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = False  # each client of a test would look through all files
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "tests.support.chaos.ChaosChannelLayer"}}
PARVIS_DIRECT_BELL = False  # even our own hub hears only what gets through
PARVIS_WRITER = "inline"  # a test's transaction is seen by its own connection only
LOGGING = {"version": 1, "disable_existing_loggers": False}  # pytest shows what a failed test logged
TEMPLATES[0]["OPTIONS"]["debug"] = True
LANGUAGE_CODE = "en"
