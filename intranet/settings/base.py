"""Production settings. `dev` and `test` stand on top; nothing else branches on the environment."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from intranet.settings.environment import ROOT, environment

BASE_DIR = ROOT
DATA_DIR = environment.data

SECRET_KEY = environment.secret_key
DEBUG = False
PARVIS_DEMO = environment.demo
PARVIS_DEMO_COLLEAGUE = environment.demo and environment.demo_colleague
PARVIS_ORIGINS = [origin.strip().rstrip("/") for origin in environment.origins.split(",") if origin.strip()]
ALLOWED_HOSTS = [urlsplit(origin).hostname or "" for origin in PARVIS_ORIGINS]
CSRF_TRUSTED_ORIGINS = PARVIS_ORIGINS
PARVIS_ADDRESS = PARVIS_ORIGINS[0] if PARVIS_ORIGINS else "http://localhost:8000"  # in letters

INSTALLED_APPS = [
    "daphne",
    "intranet.bench",
    "intranet.demo",
    "intranet.portal",
    "intranet.metrics",
    "cms",
    "cms.base",
    "realtime.threads",
    "realtime.coedit",
    "realtime.spaces",
    "realtime.notifications",
    "realtime.live",
    "realtime.streams",
    "realtime.recurring",
    "intranet.people",
    "intranet.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "modelcluster",
    "treebeard",
    "channels",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django_vite",
    "django_structlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "intranet.people.middleware.LanguageMiddleware",
    "intranet.people.middleware.ZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "intranet.urls"
ASGI_APPLICATION = "intranet.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "intranet" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "intranet.portal.context_processors.frame",
            ],
        },
    },
]

# --- data ---------------------------------------------------------------------------------------


def database(url: str) -> dict[str, Any]:
    """Settings of one database from its address; SQLite keeps an acknowledged write through a power cut."""
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY",
        }
    else:
        # A lost server is asked for again every few seconds: the pool's own waits would double up to minutes.
        pool = {"min_size": 1, "max_size": 12, "timeout": 10, "reconnect_timeout": 3}
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "pool": pool}
    return config


DATABASES = {"default": database(environment.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if environment.redis_url:
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": environment.redis_url, "socket_timeout": None}]},
        }
    }
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "intranet.settings.caches.ForgivingRedisCache",
            "LOCATION": environment.redis_url,
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},  # seconds: a page does not wait for it
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- who signs in -------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["intranet.accounts.backends.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "intranet.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the organization, never by sign-up
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {"ask_access": "10/d/user"}  # beside those of signing in
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if environment.proxied else 0  # whose tries are counted: the browser's address
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = environment.organisation

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"

# --- what a browser may do ----------------------------------------------------------------------

SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = not environment.proxied
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
if environment.proxied:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = False

PARVIS_FRAMES = [origin.strip().rstrip("/") for origin in environment.frames.split(",") if origin.strip()]
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF, *PARVIS_FRAMES],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # of one form: the editor of the CMS sends several for each block of a page
DATA_UPLOAD_MAX_NUMBER_FILES = 210  # of one form: a folder of pages with their pictures
PARVIS_ACCEL_PREFIX = environment.accel_prefix
PARVIS_MAX_FILE = environment.max_file_mb * 1024**2  # bytes of one file, in a library or under a message
PARVIS_SPACE_FILES = environment.space_files_mb * 1024**2  # bytes under the messages of one space; 0: no limit
PARVIS_UNSAID_FILES = environment.unsaid_files_mb * 1024**2  # bytes a person has brought and not said yet
PARVIS_FILE_CHECK = environment.file_check  # dotted path: (content, name) -> why it is refused, "" for a good file
PARVIS_MAX_PIXELS = 64 * 1000 * 1000  # of a picture, before anything of it is decoded

# --- languages, time ----------------------------------------------------------------------------

LANGUAGE_CODE = environment.language
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "intranet" / "locale"]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "intranet.formats"
TIME_ZONE = environment.time_zone

# --- files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "intranet" / "static"]
WHITENOISE_IMMUTABLE_FILE_TEST = r"/build/assets/|\.[0-9a-f]{12}\."  # named after their content
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/files/media/"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "intranet.settings.static_files.StaticFiles"},
}
if environment.media:
    _media = urlsplit(environment.media)
    if _media.scheme != "s3":
        raise ImproperlyConfigured("PARVIS_MEDIA must be empty or look like s3://bucket?endpoint=https://...")
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _media.netloc,
            "endpoint_url": parse_qs(_media.query).get("endpoint", [None])[0],
            "querystring_auth": True,
        },
    }

DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": BASE_DIR / "intranet" / "static" / "build" / "manifest.json",
        "static_url_prefix": "build",
    }
}

# --- mail ---------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.mail_from
if environment.mail_url:
    EMAIL_BACKEND = "realtime.notifications.mail.line.Backend"
    _mail = urlsplit(environment.mail_url)
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or 25
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = parse_qs(_mail.query).get("tls") == ["1"]
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 20  # seconds a mail server may be silent
if not parseaddr(environment.mail_from)[1]:
    raise ImproperlyConfigured("PARVIS_MAIL_FROM must hold an address: Parvis <parvis@example.org>")

# --- Wagtail ------------------------------------------------------------------------------------

WAGTAIL_PAGE_MODEL = "base.BasePage"
WAGTAILIMAGES_IMAGE_MODEL = "cms.SpaceImage"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpeg", "jpg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = PARVIS_MAX_FILE
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 64 * 1000 * 1000
WAGTAILDOCS_DOCUMENT_MODEL = "cms.SpaceDocument"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_AUTOSAVE_INTERVAL = 2000  # milliseconds after the last key
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # signing in is the house's, not the CMS's
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_SITE_NAME = environment.organisation
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.approving.finishing.publish_approved"
WAGTAILADMIN_BASE_URL = PARVIS_ADDRESS
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "Français"), ("en", "English")]
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {  # words are cut to their stems before they reach the database: intranet.people.words
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}
}

# --- live ---------------------------------------------------------------------------------------

PARVIS_WRITER = "thread"  # messages are committed by the process's one writer
PARVIS_MANY_PROCESSES = bool(environment.redis_url)  # the bell must be heard outside this process
PARVIS_DIRECT_BELL = True  # our own hub is rung without the channel layer
PARVIS_FAST_PATH = True  # write straight into Daphne's sockets; False sends as any ASGI server does
PARVIS_LOCAL_ORIGINS = False
PARVIS_PROXIED = environment.proxied
PARVIS_SOCKET_RATE = (20.0, 60.0)  # frames a second, and burst, of one socket
PARVIS_PERSON_RATE = (40.0, 120.0)  # of one person, over their sockets in a process

# --- logs ---------------------------------------------------------------------------------------

_stamps: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_stamps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "logger", "event"]),
            "foreign_pre_chain": _stamps,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": environment.log_level},
    "loggers": {"daphne": {"level": "WARNING"}},
}
DJANGO_STRUCTLOG_USER_ID_FIELD = None  # a log is no place to follow what a person does
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # the CMS shows its previews in a frame of our own origin
