"""What every test has at hand. The plugin in tests/support/plugin.py was there before, to choose the database."""

from tests.support.browser import browser, problems, windows
from tests.support.databases import django_db_setup
from tests.support.order import any_order
from tests.support.sites import built_front_end, demo_site, redis, site
from tests.support.templates import no_undefined_variables

__all__ = [
    "any_order",
    "browser",
    "built_front_end",
    "demo_site",
    "django_db_setup",
    "no_undefined_variables",
    "problems",
    "redis",
    "site",
    "windows",
]
