"""What is said of two servers that took turns: nearest turns are compared, and the middle of the ratios is told."""

import pytest

from intranet.bench.live.slots import Slot, pairs, quartiles, ratio


def slot(server: str, at: float, processor: float = 1.0, delivered: int = 1000, **counted: float) -> Slot:
    return Slot(server, "A", at, processor, {"delivered": delivered, "seconds": 1.0, **counted})


def test_a_turn_is_compared_with_the_nearest_of_the_other() -> None:
    slots = [slot("limit", 0.0), slot("ours", 1.0), slot("ours", 9.0), slot("tutorial", 9.5), slot("limit", 10.0)]

    assert {(a.at, b.at) for a, b in pairs(slots, "ours", "limit")} == {(1.0, 0.0), (9.0, 10.0)}


def test_no_turn_is_compared_twice() -> None:
    slots = [slot("ours", 1.0), slot("ours", 1.4), slot("limit", 1.5), slot("limit", 30.0)]

    assert {(a.at, b.at) for a, b in pairs(slots, "ours", "limit")} == {(1.4, 1.5), (1.0, 30.0)}


def test_a_noisy_moment_strikes_both_and_leaves_the_ratio() -> None:
    slots = []
    for round_, noise in enumerate([1.0, 4.0, 1.2, 2.5]):
        slots += [slot("limit", 2 * round_, noise), slot("ours", 2 * round_ + 0.7, 1.5 * noise)]

    assert ratio(slots, "ours", "limit", lambda turn: turn.microseconds) == pytest.approx((1.5, 1.5, 1.5))


def test_a_server_that_was_not_there_has_no_ratio() -> None:
    assert ratio([slot("ours", 0.0)], "ours", "limit", lambda turn: turn.microseconds) is None


@pytest.mark.parametrize(
    ("figures", "expected"),
    [([7.0], (7, 7, 7)), ([1.0, 2.0, 3.0, 4.0, 5.0], (2, 3, 4)), ([4.0, 1.0], (1.75, 2.5, 3.25))],
)
def test_quartiles(figures: list[float], expected: tuple[float, float, float]) -> None:
    assert quartiles(figures) == pytest.approx(expected)


def test_no_figure_has_no_quartiles() -> None:
    with pytest.raises(ValueError, match="no figure"):
        quartiles([])


def test_the_figures_of_a_turn() -> None:
    turn = slot("ours", 0.0, processor=0.02, delivered=4000, seconds=0.5, acked=20, ack_seconds=0.25)

    assert turn.microseconds == pytest.approx(5.0)
    assert turn.deliveries_a_second == 8000
    assert turn.acknowledged_a_second == 80


def test_a_lost_message_that_came_late_is_a_fault_all_the_same() -> None:
    counted = {"lost": -3, "doubled": 0, "late": 3, "orders": 0, "resets": 0, "closed": 0}

    assert slot("ours", 0.0, **counted).faults == 6
