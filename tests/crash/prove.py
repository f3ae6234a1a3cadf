"""`python3 manage.py prove crash`: everything breaks while people talk; nothing may be lost, doubled, unseen or late."""

import argparse
import random
from collections.abc import Sequence

from deploy import frontend
from deploy.progress import say
from tests.crash.run import Options, run


def main(argv: Sequence[str]) -> int:
    """Run what `argv` asks for and print the report; 1 when an anomaly was found."""
    parser = argparse.ArgumentParser(prog="manage.py prove crash", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="at least; a round of faults is played to its end")
    parser.add_argument("--seed", type=int, default=None, help="the faults and acts of an earlier run again")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--readers", type=int, default=8, help="every fourth one polls")
    parser.add_argument("--engine", nargs="+", choices=["postgresql", "sqlite"], default=["postgresql", "sqlite"])
    chosen = parser.parse_args(argv)
    seed = chosen.seed if chosen.seed is not None else random.randrange(10**6)
    say(f"Parvis: crash proof, seed {seed}")
    frontend.build()
    reports = []
    for engine in chosen.engine:
        options = Options(seed, chosen.seconds, chosen.writers, chosen.readers, engine=engine)
        reports.append(run(options, say=lambda words: say(f"  · {words}")))
    for report in reports:
        say("\n" + "\n".join(report.lines()))
    return 0 if all(report.is_clean for report in reports) else 1
