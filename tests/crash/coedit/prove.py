"""`python3 manage.py prove coedit`: everything breaks while people write one page; nothing may be lost or doubled."""

import argparse
import random
from collections.abc import Sequence

from deploy import frontend
from deploy.progress import say
from tests.crash.coedit.faults import NAMED
from tests.crash.coedit.run import Options, run


def main(argv: Sequence[str]) -> int:
    """Run what `argv` asks for and print the report; 1 when an anomaly was found."""
    parser = argparse.ArgumentParser(prog="manage.py prove coedit", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="in each, every fault comes once")
    parser.add_argument("--seed", type=int, default=None, help="the faults and acts of an earlier run again")
    parser.add_argument("--writers", type=int, default=5)
    parser.add_argument("--few", action="store_true", help="only the faults that the test command shows")
    parser.add_argument("--engine", nargs="+", choices=["postgresql", "sqlite"], default=["postgresql", "sqlite"])
    chosen = parser.parse_args(argv)
    seed = chosen.seed if chosen.seed is not None else random.randrange(10**6)
    say(f"Parvis: proof of the texts that several write, seed {seed}")
    frontend.build()
    reports = []
    for engine in chosen.engine:
        options = Options(seed, chosen.rounds, chosen.writers, engine=engine, only=NAMED if chosen.few else ())
        reports.append(run(options, say=lambda words: say(f"  · {words}")))
    for report in reports:
        say("\n" + "\n".join(report.lines()))
    return 1 if any(report.anomalies for report in reports) else 0
