"""A page that several write at once, beside y-websocket: all servers at once, in turns.

Crowds of 2, 10 and 50 type a letter each every 125 ms. Printed: the share of letters that reached each of the others,
how soon, and the processor's time an edit; then what an open text takes, and what it costs to make it a revision of
its page. Fails when a letter of ours did not reach everybody, or reached somebody twice.
"""

import json
import platform
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date

from django.conf import settings

from intranet.bench.coedit.servers import Pages, Side, sides
from intranet.bench.coedit.typing import Row, Size, rows, turns
from intranet.bench.scenarios import Say

NAMES = ("sqlite", "postgres", "two", "y-websocket")
CROWD = 50  # the goals are of
P50 = 60.0  # milliseconds
PARAGRAPHS = (20, 100, 500)
QUICK = Size(crowds=(2, 5), rounds=1, seconds=1.0)


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--servers", default="", help=f"the servers that take part, of {','.join(NAMES)}")
    parser.add_argument("--rounds", type=int, default=Size().rounds, help="turns of each server with a crowd")
    parser.add_argument("--seconds", type=float, default=Size().seconds, help="of a turn")
    parser.add_argument("--seed", type=int, default=1, help="of the order of turns")
    parser.add_argument("--quick", action="store_true", help="a few editors for a second; no figure means anything")


def run(options: Namespace, say: Say) -> bool:
    """Prints the tables; True when everything of ours arrived, once."""
    size = QUICK if options.quick else Size(rounds=options.rounds, seconds=options.seconds)
    chosen = tuple(filter(None, options.servers.split(","))) or (("sqlite", "y-websocket") if options.quick else NAMES)
    say(f"Servers, each beside the others, in turns ({date.today()}, Python {platform.python_version()}):")  # noqa: DTZ011
    with sides(chosen, max(size.crowds), say) as (up, modules):
        found = rows(list(turns(up, modules, size, options.seed)))
        say(table(found))
        if ours := next((side for side in up if isinstance(side, Pages)), None):
            say(costs(ours, PARAGRAPHS[:1] if options.quick else PARAGRAPHS))
    say(goals(found))
    return holds(found)


def holds(found: Sequence[Row]) -> bool:
    """Whether every letter of ours reached everybody else, once."""
    return all(one.delivered == 1 and not one.wrong for one in found if one.is_ours)


def table(found: Sequence[Row]) -> str:
    head = f"{'editors':>8}  {'server':20} {'edits':>8} {'delivered':>10} {'wrong':>6} {'p50 ms':>8} {'p99 ms':>8} {'CPU ms/edit':>12}"
    lines = [
        f"{one.editors:>8}  {one.side:20} {one.edits:>8,} {one.delivered:>10.2%} {one.wrong:>6}"
        f" {one.p50:>8.1f} {one.p99:>8.1f} {one.processor:>12.2f}"
        for one in found
    ]
    return "\n".join(["", head, *lines])


def costs(ours: Side, paragraphs: Sequence[int]) -> str:
    """What an open text takes and what keeping it costs, on the database of `ours`."""
    assert isinstance(ours, Pages)
    command = [sys.executable, "-W", "ignore", "-m", "intranet.bench.coedit.costs", *map(str, paragraphs)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=ours.environment, check=True, capture_output=True)
    lines = ["", f"{'paragraphs':>10} {'an open text':>13} {'a revision, CPU ms':>19} {'on the clock':>13}"]
    for number, cost in json.loads(done.stdout).items():
        lines.append(
            f"{number:>10} {cost['bytes'] / 1000:>10,.0f} kB {cost['processor']:>19.0f} {cost['clock']:>13.0f}"
        )
    return "\n".join(lines)


def goals(found: Sequence[Row]) -> str:
    """Which goals are met; the time is of this machine as it was."""
    lines = [""]
    for one in found:
        if one.is_ours and one.editors == CROWD:
            is_whole = "met" if one.delivered == 1 and not one.wrong else "NOT MET"
            lines.append(f"everything delivered, once, at {CROWD}, {one.side}: {one.delivered:.2%}: {is_whole}")
            lines.append(
                f"p50 under {P50:.0f} ms at {CROWD}, {one.side}: {one.p50:.1f} ms: {'met' if one.p50 < P50 else 'not met'}"
            )
    return "\n".join(lines)
