"""What is held against a run: a lost message and a ratio of CPU past its goal fail it, the rest is told."""

from typing import Any

from intranet.bench.live.goals import Verdict, verdicts
from intranet.bench.live.scenes import Findings, Stall
from intranet.bench.live.slots import Slot

OURS = "ours, SQLite"
CLEAN = dict.fromkeys(("lost", "doubled", "late", "orders", "resets", "closed"), 0)


def turn(server: str, scenario: str, processor: float = 0.01, **counted: Any) -> Slot:
    usual = {"sent": 5, "acked": 5, "expected": 1000, "delivered": 1000, "seconds": 1.0, "ack_seconds": 1.0, **CLEAN}
    return Slot(server, scenario, 0.0, processor, {**usual, **counted})


def judged(*slots: Slot, findings: Findings | None = None) -> dict[str, Verdict]:
    return {verdict.words: verdict for verdict in verdicts(slots, findings or Findings(), OURS, [OURS])}


def test_everything_told_holds() -> None:
    [verdict] = judged(turn(OURS, "C")).values()

    assert (verdict.holds, verdict.is_strict, verdict.measured) == (True, True, "0")


def test_one_missing_message_fails_the_run() -> None:
    for fault in CLEAN:
        [verdict] = judged(turn(OURS, "C", **{fault: 1})).values()
        assert (verdict.holds, verdict.is_strict) == (False, True), fault


def test_one_unacknowledged_message_fails_the_run() -> None:
    [verdict] = judged(turn(OURS, "C", acked=4)).values()

    assert (verdict.holds, verdict.is_strict) == (False, True)


def test_a_peer_that_loses_fails_nothing() -> None:
    assert all(verdict.holds for verdict in judged(turn("tutorial", "C", lost=7)).values())


def test_processor_time_is_held_against_the_limit() -> None:
    found = judged(turn(OURS, "A200/1", 0.021), turn("limit", "A200/1", 0.01))

    verdict = found["CPU a delivery against the limit, 200 watchers, 1 outstanding"]
    assert (verdict.holds, verdict.is_strict, verdict.goal) == (False, True, "<= 2")
    assert verdict.measured.startswith("2.10")


def test_a_latency_past_its_goal_is_told_and_fails_nothing() -> None:
    found = judged(turn(OURS, "B10", receipt_p50=4.0, ack_p50=4.0), turn("limit", "B10", receipt_p50=2.0, ack_p50=2.0))

    verdict = found["receipt p50 against the limit, 10 messages a second"]
    assert (verdict.holds, verdict.is_strict) == (False, False)
    assert found["ack p50 against the limit's, ours, SQLite"].holds


def test_a_queue_for_those_who_do_not_read_is_told() -> None:
    findings = Findings(stalls={OURS: Stall(user=[900_000.0], kernel=[200_000.0])})

    found = judged(turn(OURS, "E calm", receipt_p99=10.0), turn(OURS, "E stalled", receipt_p99=11.0), findings=findings)

    assert not found["memory of a stalled reader in ours, SQLite"].holds
    assert found["of it in the kernel, ours, SQLite"].holds
    assert found["p99 of the others while some do not read, against a calm turn, ours, SQLite"].measured.startswith(
        "1.10"
    )
