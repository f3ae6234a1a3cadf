"""The measure of reading at a small size: it fills two houses, asks the same of both, and says what does not hold."""

import shutil
from argparse import ArgumentParser, Namespace
from typing import Any

import pytest

from intranet.bench import houses
from intranet.bench.reading import ACTS
from intranet.bench.scenarios import threads
from tests.support.engines import template_file

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own migrated database in place of a migration."""

    def copy(environment: dict[str, str]) -> None:
        shutil.copy(template_file(), environment["PARVIS_DATABASE_URL"].removeprefix("sqlite:///"))

    monkeypatch.setattr(houses, "migrate", copy)


def options(*words: str) -> Namespace:
    parser = ArgumentParser()
    threads.arguments(parser)
    return parser.parse_args(words)


@pytest.mark.timeout(600)
def test_a_small_run_asks_no_more_statements_in_the_bigger_house(migrated: None) -> None:
    told: list[str] = []

    threads.run(options("--threads", "200", "--messages", "5000", "--against", "1000", "--runs", "1"), told.append)

    for act in ACTS:
        [line] = [words for words in told if words.startswith(act + " ")]
        few, many = line[len(act) :].split()[:2]
        assert 0 < int(many) <= int(few), line


def cost(queries: int, cpu: float) -> list[dict[str, Any]]:
    return [{"queries": queries, "cpu": cpu, "wall": cpu, "database": cpu / 2}]


@pytest.mark.parametrize(
    ("small", "big", "wrong"),
    [
        (cost(9, 0.01), cost(9, 0.019), ""),
        (cost(9, 0.01), cost(9, 0.021), "2.10 times the processor time"),
        (cost(9, 0.01), cost(10, 0.01), "[9] statements in the small house, [10] in the big one"),
    ],
)
def test_what_does_not_hold_is_named(small: Any, big: Any, wrong: str) -> None:
    said: list[str] = []

    words = threads.line(ACTS[1], {ACTS[1]: {"small": small, "big": big}}, said.append)

    assert wrong in words
    assert bool(words) == bool(wrong)
    assert len(said) == 1
