"""The checker finds every anomaly that is planted, and none where there is none."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crash.checker import KINDS, check
from tests.crash.history import Broken, Call, Fault, Sight
from tests.crash.invented import SIGN, Invented


def kinds(run: Invented) -> set[str]:
    return {anomaly.kind for anomaly in check(run.history, run.stored)}


def test_a_clean_run_has_no_anomaly() -> None:
    run = Invented()
    run.fault(3)
    edited = run.edit(run.say(1, "first"), "second")
    run.react(edited)
    run.react(run.say(2, "third"))
    run.delete(edited)
    run.stored.pages = {2: "".join(f'<li id="m-{row.id}">{row.html}' for row in run.stored.rows)}

    assert check(run.history, run.stored) == []


@given(st.lists(st.sampled_from(["say", "edit", "delete", "react", "fault", "retry"]), max_size=40), st.integers(0, 99))
def test_whatever_goes_well_has_no_anomaly(acts: list[str], seed: int) -> None:
    run = Invented(messages=2, seed=seed)
    for act in acts:
        open_rows = [row for row in run.stored.rows if not row.is_deleted]
        if act == "fault":
            run.fault(run.chance.uniform(0.1, 30))
        elif act == "retry":
            run.say(1, "again")
            run.history.calls[-1].tries = 3
        elif act == "say" or not open_rows:
            run.say(run.chance.choice([1, 2]), f"words {run.now}")
        elif act == "edit":
            run.edit(run.chance.choice(open_rows), f"edited {run.now}")
        else:
            getattr(run, act)(run.chance.choice(open_rows))

    assert check(run.history, run.stored) == []


# --- one spoiled run for each way to break a promise --------------------------------------------


def lose_a_message(run: Invented) -> None:
    run.stored.rows.pop()


def answer_with_another_place(run: Invented) -> None:
    run.history.calls[0].told = {**run.history.calls[0].told, "seq": 99}


def lose_an_event(run: Invented) -> None:
    run.stored.events[1].pop(1)


def lose_an_edit(run: Invented) -> None:
    row = run.stored.rows[0]
    run.edit(row, "other words")
    run.stored.rows[0] = row


def lose_a_deletion(run: Invented) -> None:
    row = run.stored.rows[0]
    run.delete(row)
    run.stored.rows[0] = row


def lose_a_sign(run: Invented) -> None:
    run.react(run.stored.rows[0])
    run.stored.signs.clear()


def keep_a_sign_taken_back(run: Invented) -> None:
    run.react(run.stored.rows[0])
    run.react(run.stored.rows[0])
    run.stored.signs.add((run.stored.rows[0].id, 7, SIGN))


def find_what_nobody_said(run: Invented) -> None:
    run.history.calls.pop(0)


def find_what_was_refused(run: Invented) -> None:
    run.history.calls[0].end("fail", run.now)


def find_other_words(run: Invented) -> None:
    run.stored.rows[0] = replace(run.stored.rows[0], body="nobody said this")


def store_twice(run: Invented) -> None:
    run.stored.rows.append(replace(run.stored.rows[0], id=99, seq=run.stored.rows[2].seq))


def tell_twice(run: Invented) -> None:
    run.tell(1, "message.posted", dict(run.stored.events[1][0].payload))


def show_twice(run: Invented) -> None:
    run.history.readers[0].sights.append(run.history.readers[0].sights[-1])


def show_in_another_order(run: Invented) -> None:
    sights = run.history.readers[0].sights
    sights[0], sights[2] = sights[2], sights[0]


def number_against_the_order_of_things(run: Invented) -> None:
    first, later = [call for call in run.history.calls if call.thread == 1][:2]
    first.told, later.told = later.told, first.told


def leave_a_reader_without_the_end(run: Invented) -> None:
    run.history.readers[0].sights.pop()


def leave_a_reader_with_a_hole(run: Invented) -> None:
    run.history.readers[1].sights.pop(1)


def pass_over_for_who_polls(run: Invented) -> None:
    run.history.readers[-1].sights.pop(1)


def show_too_late(run: Invented) -> None:
    sights = run.history.readers[0].sights
    sights[-1] = replace(sights[-1], at=sights[-1].at + 11.5)


def show_too_late_after_a_fault(run: Invented) -> None:
    run.history.faults.append(Fault("freeze", run.now - 1, run.now + 5))
    sights = run.history.readers[0].sights
    sights[-1] = replace(sights[-1], at=run.now + 16.5)


def show_other_words(run: Invented) -> None:
    sights = run.history.readers[0].sights
    sights[0] = replace(sights[0], payload={**sights[0].payload, "body": "other"})


def show_what_is_not_in_the_log(run: Invented) -> None:
    run.history.readers[0].sights.append(Sight(1, 99, "message.posted", {"id": 99, "body": "", "html": ""}, run.now))


def store_an_edit_untold(run: Invented) -> None:
    row = run.stored.rows[0]
    run.stored.rows[0] = replace(row, body="changed", html="<p>changed</p>")
    run.history.calls.append(Call(7, 1, "edit", str(row.id), "changed", run.now, outcome="ok", ended=run.now))


def load_another_page(run: Invented) -> None:
    run.stored.pages[1] = "<html>nothing</html>"


def tell_of_a_sign_nobody_left(run: Invented) -> None:
    people = [{"id": 8}]
    run.tell(1, "reactions.changed", {"id": run.stored.rows[0].id, "reactions": [{"emoji": SIGN, "people": people}]})


def close_with_1011(run: Invented) -> None:
    run.history.broken.append(Broken("reader 0", "closed with 1011"))


PLANTED: list[tuple[str, Callable[[Invented], None]]] = [
    ("lost", lose_a_message),
    ("lost", answer_with_another_place),
    ("lost", lose_an_event),
    ("lost", lose_an_edit),
    ("lost", lose_a_deletion),
    ("lost", lose_a_sign),
    ("lost", keep_a_sign_taken_back),
    ("phantom", find_what_nobody_said),
    ("phantom", find_what_was_refused),
    ("phantom", find_other_words),
    ("duplicated", store_twice),
    ("duplicated", tell_twice),
    ("duplicated", show_twice),
    ("reordered", show_in_another_order),
    ("reordered", number_against_the_order_of_things),
    ("unseen", leave_a_reader_without_the_end),
    ("unseen", leave_a_reader_with_a_hole),
    ("poll-skip", pass_over_for_who_polls),
    ("stale", show_too_late),
    ("stale", show_too_late_after_a_fault),
    ("wrong bytes", show_other_words),
    ("wrong bytes", show_what_is_not_in_the_log),
    ("wrong bytes", store_an_edit_untold),
    ("wrong bytes", load_another_page),
    ("wrong bytes", tell_of_a_sign_nobody_left),
    ("broken", close_with_1011),
]


@pytest.mark.parametrize(("kind", "spoil"), PLANTED, ids=[spoil.__name__ for _, spoil in PLANTED])
def test_what_is_planted_is_found(kind: str, spoil: Callable[[Invented], None]) -> None:
    run = Invented()
    assert check(run.history, run.stored) == []

    spoil(run)

    assert kind in kinds(run)


def test_each_kind_is_planted_at_least_once() -> None:
    assert {kind for kind, _ in PLANTED} == set(KINDS)


# --- what looks like an anomaly and is none -----------------------------------------------------


def test_a_message_without_an_answer_may_be_there_or_not() -> None:
    run = Invented()
    run.history.calls[-1].end("unknown", run.now)
    run.history.calls.append(Call(7, 1, "say", "never answered", "words", run.now))

    assert kinds(run) == set()


def test_an_edit_whose_try_went_unanswered_may_win_later() -> None:
    run = Invented()
    first = run.edit(run.stored.rows[0], "asked twice")
    run.history.calls[-1].tries = 2
    second = run.edit(first, "asked once")
    run.stored.rows[0] = replace(second, body="asked twice", html="<p>asked twice</p>")
    run.tell(1, "message.edited", {"id": second.id, "body": "asked twice", "html": "<p>asked twice</p>"})

    assert kinds(run) == set()


def test_a_reader_who_comes_after_the_words_were_taken_back_never_sees_them() -> None:
    run = Invented()
    run.delete(run.stored.rows[0])
    late = run.history.readers[0]
    told = {(thread, event.seq): event for thread, events in run.stored.events.items() for event in events}
    late.sights = [replace(sight, payload=told[sight.thread, sight.seq].payload) for sight in late.sights]

    assert kinds(run) == set()


def test_a_machine_that_stood_still_is_given_the_time_back() -> None:
    run = Invented()
    show_too_late(run)
    run.history.stalls.append((run.now + 1, 2.0))

    assert kinds(run) == set()


def test_two_writers_at_once_may_be_numbered_either_way() -> None:
    run = Invented()
    first, later = [call for call in run.history.calls if call.thread == 1][:2]
    later.invoked = first.invoked
    first.told, later.told = later.told, first.told
    run.stored.rows = [row for row in run.stored.rows if row.cid not in (first.key, later.key)]

    assert "reordered" not in kinds(run)


def test_what_a_fault_delays_may_be_late_until_it_ends() -> None:
    run = Invented()
    show_too_late_after_a_fault(run)
    run.history.faults.append(Fault("kill", run.now + 5.5, run.now + 7))

    assert kinds(run) == set()
