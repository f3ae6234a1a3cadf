"""One machine, no set-up: the embedded default that `manage.py up` serves."""

import secrets

from structlog.dev import ConsoleRenderer, plain_traceback

from intranet.settings.base import *  # noqa: F403
from intranet.settings.base import DATA_DIR, LOGGING, STATIC_ROOT, STORAGES
from intranet.settings.environment import environment


def kept_secret() -> str:
    """This machine's own secret key, made once and kept beside its data."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = environment.secret_key or kept_secret()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
PARVIS_ORIGINS = environment.origins.split(",") if environment.origins else []
PARVIS_LOCAL_ORIGINS = True  # any port of this machine may open the socket
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
PARVIS_DEMO = True
PARVIS_DEMO_COLLEAGUE = environment.demo_colleague
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
if not environment.mail_url:  # letters are kept beside the data, for whoever wants to read them
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of its absence, and nothing is collected here
WHITENOISE_AUTOREFRESH = False
if "log_level" not in environment.model_fields_set:
    LOGGING["root"]["level"] = "WARNING"
LOGGING["formatters"]["lines"]["processor"] = ConsoleRenderer(colors=False, exception_formatter=plain_traceback)
