"""What `bench coedit` makes of its turns: what is lost, doubled or late is told, and fails where it is ours."""

from typing import Any

import pytest

from intranet.bench.coedit.typing import Turn, rows
from intranet.bench.scenarios.coedit import goals, holds, table

WELL = {"sent": 100, "wanted": 4900, "delivered": 4900, "doubled": 0, "gaps": 0, "refused": 0, "closed": 0}


def turn(side: str = "ours, SQLite", *, editors: int = 50, processor: float = 0.2, **counted: Any) -> Turn:
    told = {**WELL, "unacknowledged": 0, "p50": 20.0, "p99": 40.0, **counted}
    return Turn(side, side.startswith("ours"), editors, processor, told)


def test_a_row_is_of_all_turns_of_a_server_with_a_crowd() -> None:
    found = rows([turn(p50=10.0), turn("y-websocket"), turn(p50=30.0), turn(editors=2)])

    assert [(one.editors, one.side, one.edits, one.p50) for one in found] == [
        (2, "ours, SQLite", 100, 20.0),
        (50, "ours, SQLite", 200, 20.0),
        (50, "y-websocket", 100, 20.0),
    ]
    assert found[0].processor == pytest.approx(2.0)
    assert "100.00%" in table(found)


@pytest.mark.parametrize(
    "wrong",
    [{"delivered": 4899}, {"doubled": 1}, {"gaps": 1}, {"refused": 1}, {"closed": 1}, {"unacknowledged": 1}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_it_fails_when_a_letter_of_ours_went_wrong_and_not_when_one_of_theirs_did(wrong: dict[str, Any]) -> None:
    assert not holds(rows([turn(), turn(**wrong)]))
    assert holds(rows([turn(), turn("y-websocket", **wrong)]))
    assert "NOT MET" in goals(rows([turn(**wrong)]))


def test_a_goal_of_time_that_is_missed_is_told_and_fails_nothing() -> None:
    found = rows([turn(p50=61.0)])

    assert holds(found)
    assert "61.0 ms: not met" in goals(found)
    assert "59.0 ms: met" in goals(rows([turn(p50=59.0)]))
