"""Which capabilities of docs/features.md are shown by a passing test, told at the end of a full run.

A test says `@pytest.mark.feature("P3")`. A row that is claimed as built and shown by no test fails the run.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

LIST = Path(__file__).resolve().parents[2] / "docs" / "features.md"
ROW = re.compile(r"^\| (?P<code>[A-Z]\d+) \| (?P<words>.+?) \| (?P<status>built|next|later|refused) \|$")


@dataclass(frozen=True)
class Feature:
    """A row of docs/features.md; `status` is built, next, later or refused."""

    code: str
    words: str
    status: str


def read_features(text: str) -> dict[str, Feature]:
    """Return the rows of the list by their code. Raises `ValueError` on a code that stands twice."""
    found: dict[str, Feature] = {}
    for match in filter(None, map(ROW.match, text.splitlines())):
        if match["code"] in found:
            raise ValueError(f"{match['code']} stands twice in docs/features.md")
        found[match["code"]] = Feature(**match.groupdict())
    return found


class Register:
    """Gathers what the tests showed; with xdist, in the process that gives out the tests."""

    def __init__(self) -> None:
        self.features = read_features(LIST.read_text())
        self.shown: set[str] = set()
        self.failed: set[str] = set()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        for marker in item.iter_markers("feature"):
            for code in marker.args:
                if code not in self.features:
                    raise pytest.UsageError(f"{item.nodeid} shows {code}, which docs/features.md does not know")
                item.user_properties.append(("feature", code))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        codes = {str(value) for name, value in report.user_properties if name == "feature"}
        if report.failed:
            self.failed |= codes
        elif report.when == "call" and report.passed:
            self.shown |= codes

    def unshown(self) -> list[Feature]:
        """Return what is claimed as built and was not shown."""
        proven = self.shown - self.failed
        return [row for row in self.features.values() if row.status == "built" and row.code not in proven]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if is_full_run(session.config) and self.unshown() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        if not is_full_run(config):
            return
        proven = len(self.shown - self.failed)
        terminalreporter.section("features")
        terminalreporter.line(
            f"{proven} of {len(self.features)} capabilities in docs/features.md are shown by at least one passing test"
        )
        for row in self.unshown():
            terminalreporter.line(f"claimed as built, shown by no passing test: {row.code} {row.words}", red=True)


def is_full_run(config: pytest.Config) -> bool:
    """Say whether this process speaks for the whole suite: `manage.py test` passes --features."""
    return bool(config.getoption("--features")) and not hasattr(config, "workerinput")
