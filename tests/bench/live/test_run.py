"""`bench live --quick` on the database of this run: everything is told, and every table is there."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from intranet.bench.live.goals import Verdict
from intranet.bench.live.report import drawn, verdict_table
from tests.support.engines import Engine

OURS = {"sqlite": ("sqlite", "ours, SQLite"), "postgresql": ("postgres", "ours, PostgreSQL")}


@pytest.mark.timeout(600)
def test_a_quick_run_tells_everything_and_prints_every_table(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server, name = OURS[engine.name]
    kept = tmp_path / "found.json"

    call_command("bench", "live", "--quick", "--servers", f"{server},limit,tutorial", "--json", str(kept))

    printed = capsys.readouterr().out
    found = json.loads(kept.read_text())
    mine = [slot for slot in found["slots"] if slot["server"] == name]
    assert {slot["scenario"] for slot in mine} == SCENARIOS
    assert all(slot["counted"]["sent"] == slot["counted"]["acked"] for slot in mine if slot["scenario"] != "D20")
    assert all(slot["counted"]["lost"] == slot["counted"]["doubled"] == 0 for slot in mine)
    assert all(
        slot["counted"]["delivered"] > 0 and slot["processor"] > 0 for slot in mine if "level" not in slot["scenario"]
    )
    for title in TITLES:
        assert title in printed
    assert printed.count(name) > len(SCENARIOS)
    assert "NOT MET" not in printed


SCENARIOS = {"A20/1", "A20/8", "B10", "B20", "C", "D20", "E calm", "E stalled", "E level"}
TITLES = ["A. Fan-out to 20, 1 outstanding", "B. 20 messages a second", "C. Senders", "D. 20 come back", "Goals"]


def test_a_goal_that_fails_the_run_is_told_apart() -> None:
    table = verdict_table(
        [Verdict("CPU", "2.10", "<= 2", False, is_strict=True), Verdict("p50", "1.60", "<= 1.5", False)]
    )

    assert [line.split()[-2:] for line in drawn([table]).splitlines() if line.startswith((" CPU", " p50"))] == [
        ["NOT", "MET"],
        ["not", "met"],
    ]
