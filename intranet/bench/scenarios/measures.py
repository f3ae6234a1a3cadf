"""Closing a quarter in a house against one of twice its size: the time may not grow faster than people and facts.

Two throw-away houses are filled, of `--people` with `--facts` and of twice as many; then each quarter is closed by a
fresh process, with all measures that are on. Printed: seconds, facts read a second, figures, memory. It fails when
twice the house takes more than LIMIT times the processor time, or was not read whole.
"""

import time
from argparse import ArgumentParser, Namespace
from typing import Any

from intranet.bench.houses import House, houses
from intranet.bench.scenarios import Say

LIMIT = 2.2  # twice the house against one
LEAST_FACTS = 1.9  # else it was not twice the house that was read


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=10_000, help="people of the smaller house")
    parser.add_argument("--facts", type=int, default=800_000, help="messages and helpful marks of the smaller house")
    parser.add_argument("--seed", type=int, default=1, help="of who said what when")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")


def run(options: Namespace, say: Say) -> bool:
    """Prints what a closing costs in either house; whether it grows as it may."""
    with houses(["one", "twice"], postgres=options.postgres) as opened:
        costs = [
            measured(house, options.people * times, options.facts * times, options.seed, say)
            for times, house in enumerate(opened, 1)
        ]
    return holds(costs[0], costs[1], say)


def measured(house: House, people: int, facts: int, seed: int, say: Say) -> dict[str, Any]:
    started = time.monotonic()
    filled = house.ask(do="fill_quarter", people=people, facts=facts, seed=seed)
    took = time.monotonic() - started
    say(f"{people:,} people in {filled['blocks']:,} blocks, {facts:,} facts, filled in {took:.0f} s")
    house.close()
    house.running = None  # the next one has done nothing yet
    cost: dict[str, Any] = house.ask(do="close_quarter")
    say(
        f"  closed in {cost['wall']:.1f} s ({cost['cpu']:.1f} s of the processor): {cost['rows']:,} facts read, "
        f"{cost['rows'] / cost['wall']:,.0f} a second, {cost['figures']:,} figures; "
        f"{cost['memory']:.0f} MB beside the {cost['whole'] - cost['memory']:.0f} MB of the process"
    )
    return cost


def holds(one: dict[str, Any], twice: dict[str, Any], say: Say) -> bool:
    """Says how the cost grows; whether it grows as it may."""
    growth = twice["cpu"] / one["cpu"]
    facts = twice["rows"] / max(1, one["rows"])
    say(f"twice the house: {facts:.2f} times the facts, {growth:.2f} times the processor time (at most {LIMIT})")
    return bool(growth <= LIMIT and facts >= LEAST_FACTS)
