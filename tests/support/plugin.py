"""The pytest plugin of our tests. It runs before Django's settings are read, so that it can say which database they use."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from deploy.messages import compile_all
from tests.support import engines, features, servers
from tests.support.missing import need

ENGINE = engines.chosen()
DATABASE_FIXTURES = {"db", "transactional_db", "engine", "site", "demo_site"}
os.environ["PARVIS_DATABASE_URL"] = ENGINE.url(engines.TEST)
DATA = Path(tempfile.mkdtemp(prefix="parvis-data-"))
(DATA / "static").mkdir()
os.environ["PARVIS_DATA"] = str(DATA)
settings.register_profile("parvis", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine
settings.load_profile("parvis")
os.environ.pop("PARVIS_REDIS_URL", None)  # the tests' bell is the one of intranet.settings.test


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--features", action="store_true", help="judge docs/features.md at the end of a whole run")
    parser.addoption("--judge-delays", action="store_true", help="judge how soon others are heard beside bad clients")
    parser.addoption("--frames", type=int, default=20_000, help="how many hostile frames are sent to a server")
    parser.addoption("--operations", type=int, default=15, help="what each of three does who write a page at once")
    parser.addoption("--round", type=int, default=0, help="the seed of what those three do")
    parser.addoption("--mutants", type=int, default=20_000, help="how many bent updates are shown to a document's gate")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "engine(name): runs on sqlite or on postgresql alone, the other showing nothing more"
    )
    config.addinivalue_line("markers", "contract(row): shows a row of docs/protocol.md, such as close:4401")
    config.addinivalue_line("markers", "feature(code): shows a capability of docs/features.md")
    config.pluginmanager.register(features.Register(), "parvis-features")
    config.pluginmanager.register(servers, "parvis-servers")
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        compile_all()  # a test reads the words of today, whoever runs it


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this engine need not show: tests of the other one, and in a whole run tests without a database."""
    whole_run = bool(config.getoption("--features"))
    kept = [item for item in items if belongs_here(item, whole_run=whole_run)]
    left_out = set(items) - set(kept)
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = kept


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what stays to the end: it walks through it for nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def belongs_here(item: pytest.Item, *, whole_run: bool) -> bool:
    asked = [engine for marker in item.iter_markers("engine") for engine in marker.args]
    if asked:
        return ENGINE.name in asked
    touches = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(touches) or not whole_run or ENGINE.name == "sqlite"


def pytest_unconfigure() -> None:
    ENGINE.stop()
    shutil.rmtree(DATA, ignore_errors=True)


def pytest_report_header() -> str:
    return f"engine: {ENGINE.name}"


@pytest.fixture(scope="session")
def engine() -> engines.Engine:
    """The database engine of this run, SQLite or PostgreSQL."""
    if ENGINE.name == "postgresql":
        need("postgres")
    return ENGINE
