"""The checker of texts finds every anomaly that is planted, and none where there is none."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.crash.coedit.checker import KINDS, check
from tests.crash.coedit.history import Deed, Look, Round, TextHistory
from tests.crash.history import Broken

KEPT, LOST, TAKEN, UNSURE = "m0x1z", "m0x2z", "m1x1z", "m1x2z"
FORM = ["a text"]


def went_well() -> TextHistory:
    """Two write: three words were acknowledged, one of them taken back; one went with its tab. All copies agree."""
    history = TextHistory()
    for number, word in enumerate([KEPT, LOST, TAKEN], start=1):
        history.deeds.append(Deed(0, "type", word, begun=number, answered=number + 0.5))
    history.deeds.append(Deed(1, "take back", TAKEN, begun=5, answered=6))
    history.deeds.append(Deed(1, "type", UNSURE, begun=7, is_dropped=True))
    history.looks.append(Look("the database", 4, Counter([KEPT, LOST, TAKEN])))
    copies = [Look(where, 10, Counter([KEPT, LOST]), FORM) for where in ("writer 0", "writer 1", "the database")]
    history.rounds.append(Round(10, [*copies, Look("the page's revision", 10, Counter([KEPT, LOST]))]))
    return history


def kinds(history: TextHistory) -> set[str]:
    return {anomaly.kind for anomaly in check(history)}


def test_a_run_in_which_all_went_well_has_no_anomaly() -> None:
    assert check(went_well()) == []


@pytest.mark.parametrize("count", [0, 1])
def test_a_word_that_was_not_answered_may_be_there_or_not(count: int) -> None:
    history = went_well()
    for look in history.rounds[0].copies:
        look.words.update([UNSURE] * count)

    assert check(history) == []


def test_what_was_answered_after_a_look_need_not_be_in_it() -> None:
    history = went_well()
    history.looks.append(Look("the database", 1, Counter()))

    assert check(history) == []


def lose_on_the_way(history: TextHistory) -> None:
    """The database had it not, and a tab brought it again later."""
    history.looks[0].words[LOST] = 0


def lose_in_the_end(history: TextHistory) -> None:
    for look in history.rounds[0].copies:
        look.words[LOST] = 0


def lose_in_the_revision(history: TextHistory) -> None:
    history.rounds[0].copies[-1].words[LOST] = 0


def double(history: TextHistory) -> None:
    for look in history.rounds[0].copies:
        look.words[KEPT] = 2


def double_for_a_moment(history: TextHistory) -> None:
    history.looks[0].words[KEPT] = 2


def come_back(history: TextHistory) -> None:
    for look in history.rounds[0].copies:
        look.words[TAKEN] = 1


def haunt(history: TextHistory) -> None:
    history.looks[0].words["m9x9z"] = 1


def part(history: TextHistory) -> None:
    """The same words in another order."""
    copies = history.rounds[0].copies
    copies[1] = replace(copies[1], form=["text a"])


def ignore(history: TextHistory) -> None:
    history.deeds.append(Deed(0, "type", "m0x3z", begun=8))


def forget_the_taking_back(history: TextHistory) -> None:
    history.deeds[3].answered = None
    come_back(history)


def break_down(history: TextHistory) -> None:
    history.broken.append(Broken("writer 0", "closed with 4400"))


PLANTED: list[tuple[Callable[[TextHistory], None], set[str]]] = [
    (lose_on_the_way, {"lost"}),
    (lose_in_the_end, {"lost"}),
    (lose_in_the_revision, {"lost", "apart"}),
    (double, {"doubled"}),
    (double_for_a_moment, {"doubled"}),
    (come_back, {"come back"}),
    (haunt, {"phantom"}),
    (part, {"apart"}),
    (ignore, {"unanswered"}),
    (forget_the_taking_back, {"unanswered"}),
    (break_down, {"broken"}),
]


@pytest.mark.parametrize(("plant", "expected"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_planted_is_found(plant: Callable[[TextHistory], None], expected: set[str]) -> None:
    history = went_well()

    plant(history)

    assert kinds(history) == expected


def test_every_kind_is_planted_once() -> None:
    assert set().union(*(expected for _, expected in PLANTED)) == set(KINDS)
