"""Reading in a big house against a small one: the cost of each act may not follow the number of messages.

Two throw-away houses of the same people and places are filled, the big one and the small one; then each act of a
reader is done in turn in both, `--runs` times, through the front door. Printed: statements, median time of the
processors (the web process and the database's), median time on the clock, and big against small. It fails when an
act asks more statements in the big house, or costs more than LIMIT times the processor time.
"""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from statistics import median
from typing import Any

from intranet.bench.houses import House, houses
from intranet.bench.reading import ACTS
from intranet.bench.scenarios import Say

LIMIT = 2.0  # big against small
WARM = 2  # runs before those that count
Runs = dict[str, dict[str, list[dict[str, Any]]]]


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--threads", type=int, default=10_000, help="conversations of the big house")
    parser.add_argument("--messages", type=int, default=1_000_000, help="messages of the big house")
    parser.add_argument("--against", type=int, default=10_000, help="messages of the small house, as many a thread")
    parser.add_argument("--runs", type=int, default=15, help="times that each act is done in each house")
    parser.add_argument("--seed", type=int, default=1, help="of the invented words and days")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parser.add_argument("--explain", action="store_true", help="print the slowest statements with their plans instead")


def run(options: Namespace, say: Say) -> bool:
    """Prints the table; whether everything holds."""
    few = max(1, round(options.threads * options.against / options.messages))
    with houses(["small", "big"], postgres=options.postgres) as [small, big]:
        fill(small, few, options.against, options.seed, say)
        fill(big, options.threads, options.messages, options.seed, say)
        if options.explain:
            return explain(big, say)
        runs = measured([small, big], options.runs)
    wrong = [words for act in ACTS for words in [line(act, runs, say)] if words]
    for words in wrong:
        say(f"does not hold: {words}")
    say(f"{len(ACTS)} acts, {len(wrong)} that do not hold (at most {LIMIT:.1f} times, no more statements)")
    return not wrong


def fill(house: House, threads: int, messages: int, seed: int, say: Say) -> None:
    started = time.monotonic()
    house.ask(do="fill", threads=threads, messages=messages, seed=seed)
    say(f"{house.name}: {threads:,} conversations, {messages:,} messages, in {time.monotonic() - started:.0f} s")


def explain(house: House, say: Say) -> bool:
    for act in ACTS:
        say(f"--- {act}")
        for words in house.ask(do="explain", act=act):
            say(words)
    return True


def measured(opened: Sequence[House], times: int) -> Runs:
    """What each act cost in each house, in turn: what the machine does meanwhile touches both alike."""
    runs: Runs = {act: {house.name: [] for house in opened} for act in ACTS}
    for number in range(WARM + times):
        for act in ACTS:
            for house in opened if number % 2 else reversed(opened):
                cost = house.ask(do="measure", act=act)
                if number >= WARM:
                    runs[act][house.name].append(cost)
    return runs


HEAD = f"{'':31} {'statements':>12} {'processors, ms':>22} {'clock, ms':>22} {'database, ms':>16}"


def line(act: str, runs: Runs, say: Say) -> str:
    """Prints what an act cost; returns what does not hold, "" when all does."""
    if act == ACTS[0]:
        say(
            f"{HEAD}\n{'':31} {'small  big':>12} {'small    big  ratio':>22} {'small    big  ratio':>22} {'small    big':>16}"
        )
    small, big = runs[act]["small"], runs[act]["big"]
    few, many = ({cost["queries"] for cost in costs} for costs in (small, big))
    cpu, wall, database = (pair(runs[act], name) for name in ("cpu", "wall", "database"))
    say(
        f"{act:31} {max(few):>7} {max(many):>4} {cpu[0]:>8.1f} {cpu[1]:>6.1f} {cpu[1] / cpu[0]:>6.2f}"
        f" {wall[0]:>8.1f} {wall[1]:>6.1f} {wall[1] / wall[0]:>6.2f} {database[0]:>9.1f} {database[1]:>6.1f}"
    )
    if max(many) > max(few):
        return f"{act}: {sorted(few)} statements in the small house, {sorted(many)} in the big one"
    return f"{act}: {cpu[1] / cpu[0]:.2f} times the processor time" if cpu[1] > LIMIT * cpu[0] else ""


def pair(costs: dict[str, list[dict[str, Any]]], name: str) -> tuple[float, float]:
    """The median of something in the small house and in the big one, in milliseconds."""
    few, many = (median(cost[name] for cost in costs[house]) * 1000 for house in ("small", "big"))
    return few, many
