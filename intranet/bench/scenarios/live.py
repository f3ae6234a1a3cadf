"""The live transport beside its limit and its peers: all servers at once, in turns, as ratios.

Fails when a message was lost, doubled or out of order with us, or when a ratio of CPU is past its goal.
"""

import platform
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

from intranet.bench.live.field import bring_up
from intranet.bench.live.goals import verdicts
from intranet.bench.live.report import tables, write_json
from intranet.bench.live.roster import NAMES, OURS, roster
from intranet.bench.live.scenes import QUICK, Size, play
from intranet.bench.live.servers.base import Server
from intranet.bench.scenarios import Say

QUICK_NAMES = ("sqlite", "limit", "tutorial")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--only", default="A,B,C,D,E", help="the scenarios to play, as A,B")
    parser.add_argument("--servers", default="", help=f"the servers that take part, of {','.join(NAMES)}")
    parser.add_argument("--rounds", type=int, default=Size().rounds, help="turns of each server in a scenario")
    parser.add_argument("--peers", action="store_true", help="fetch ejabberd (apt, as root) and ws (npm) where missing")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything that was counted")
    parser.add_argument(
        "--quick", action="store_true", help="a few clients for a few seconds; no figure means anything"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the order of turns")


def run(options: Namespace, say: Say) -> bool:
    """Prints the tables; True when nothing was lost and no CPU ratio is past its goal."""
    chosen = tuple(filter(None, options.servers.split(","))) or (QUICK_NAMES if options.quick else NAMES)
    size = QUICK if options.quick else Size(rounds=options.rounds)
    say(f"Servers, each beside the others, in turns ({date.today()}, Python {platform.python_version()}):")  # noqa: DTZ011
    with roster(chosen, peers=options.peers, say=say) as servers:
        return measure(servers, size, options, say)


def measure(servers: list[Server], size: Size, options: Namespace, say: Say) -> bool:
    field, _ = bring_up(servers, clients=size.clients, say=say, seed=options.seed)
    names = [side.name for side in field.sides]  # also of those that leave the field later
    try:
        findings = play(field, size, options.only)
    finally:
        field.stop()
    ours = [side.name for side in field.sides if side.server.is_ours]
    found = verdicts(field.slots, findings, OURS, ours)
    say(tables(field.slots, findings, found, names))
    if options.json:
        write_json(options.json, field.slots, findings, found)
    return all(verdict.holds for verdict in found if verdict.is_strict)
