"""The register of features: what is claimed as built is shown by a test that passes."""

import pytest

from tests.support.features import LIST, read_features

pytest_plugins = ["pytester"]

ROWS = """
| code | capability | status |
|---|---|---|
| T1 | Spaces hold titled threads | built |
| T2 | Live delivery | next |
"""
PLUGIN = """
from pathlib import Path
from tests.support import features
features.LIST = Path("features.md")
def pytest_addoption(parser):
    parser.addoption("--features", action="store_true")
def pytest_configure(config):
    config.addinivalue_line("markers", "feature(code)")
    config.pluginmanager.register(features.Register())
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A little project with one built row, T1, and one still to come, T2."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(LIST.parents[1]))
    pytester.makefile(".md", features=ROWS)
    pytester.makeconftest(PLUGIN)
    return pytester


def run(suite: pytest.Pytester, source: str, *words: str) -> pytest.RunResult:
    suite.makepyfile("import pytest\n" + source)
    return suite.runpytest_subprocess("--features", *words)


def test_a_built_row_that_is_shown_passes(suite: pytest.Pytester) -> None:
    result = run(suite, "@pytest.mark.feature('T1')\ndef test_threads(): pass")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["1 of 2 capabilities in docs/features.md are shown by at least one passing test"])


@pytest.mark.parametrize(
    "source",
    [
        "def test_other(): pass",
        "@pytest.mark.feature('T1')\n@pytest.mark.skip\ndef test_threads(): pass",
    ],
)
def test_a_built_row_that_none_shows_fails(suite: pytest.Pytester, source: str) -> None:
    result = run(suite, source)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["claimed as built, shown by no passing test: T1 *"])


def test_a_row_shown_by_one_test_and_broken_by_another_is_not_shown(suite: pytest.Pytester) -> None:
    result = run(
        suite,
        "@pytest.mark.feature('T1')\n@pytest.mark.parametrize('fine', [True, False])\n"
        "def test_threads(fine): assert fine",
    )
    result.stdout.fnmatch_lines(["0 of 2 capabilities *"])


def test_an_unknown_code_stops_the_run(suite: pytest.Pytester) -> None:
    result = run(suite, "@pytest.mark.feature('T99')\ndef test_threads(): pass")
    assert result.ret != 0


def test_every_row_of_ours_is_read() -> None:
    text = LIST.read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| code")]
    assert len(read_features(text)) == len(rows)


def test_a_code_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="T1 stands twice"):
        read_features(ROWS + "| T1 | Again | next |\n")
