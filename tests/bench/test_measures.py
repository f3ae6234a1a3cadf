"""The measure of closings at a small size: it fills two houses, closes their quarters, and says what they cost."""

from argparse import ArgumentParser, Namespace
from typing import Any

import pytest

from intranet.bench.scenarios import measures
from tests.bench.test_threads import migrated

__all__ = ["migrated"]
pytestmark = pytest.mark.engine("sqlite")


def options(*words: str) -> Namespace:
    parser = ArgumentParser()
    measures.arguments(parser)
    return parser.parse_args(words)


@pytest.mark.timeout(600)
def test_a_small_run_reads_twice_as_much_in_twice_the_house(migrated: None) -> None:
    told: list[str] = []

    measures.run(options("--people", "120", "--facts", "2100"), told.append)

    assert told[0].startswith("120 people in 10 blocks, 2,100 facts")
    assert told[2].startswith("240 people in 20 blocks, 4,200 facts")
    assert "55 figures" in told[1]
    rows = [int(line.split(": ")[1].split(" ")[0].replace(",", "")) for line in (told[1], told[3])]
    assert rows[0] > 4 * 2000  # four measures read each message
    assert 1.9 < rows[1] / rows[0] < 2.1
    assert told[4].startswith("twice the house: ")


@pytest.mark.parametrize(
    ("seconds", "rows", "right"), [(2.0, 200, True), (2.2, 190, True), (2.3, 200, False), (0.1, 0, False)]
)
def test_what_grows_too_fast_or_was_not_read_does_not_hold(seconds: float, rows: int, right: bool) -> None:
    one: dict[str, Any] = {"cpu": 1.0, "rows": 100}

    assert measures.holds(one, {"cpu": seconds, "rows": rows}, lambda words: None) is right
