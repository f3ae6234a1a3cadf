"""The pytest plugin of our tests. It runs before Django's settings are read, so that it can say which database they use."""

import os

import pytest

from tests.support import engines, features
from tests.support.missing import need

ENGINE = engines.chosen()
os.environ["PARVIS_DATABASE_URL"] = ENGINE.url(engines.TEST)
os.environ.pop("PARVIS_REDIS_URL", None)  # the tests' bell is the one of intranet.settings.test


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--features", action="store_true", help="judge docs/features.md at the end of a whole run")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "feature(code): shows a capability of docs/features.md")
    config.pluginmanager.register(features.Register(), "parvis-features")


def pytest_unconfigure() -> None:
    ENGINE.stop()


def pytest_report_header() -> str:
    return f"engine: {ENGINE.name}"


@pytest.fixture(scope="session")
def engine() -> engines.Engine:
    """The database engine of this run, SQLite or PostgreSQL."""
    if ENGINE.name == "postgresql":
        need("postgres")
    return ENGINE
