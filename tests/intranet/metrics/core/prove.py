"""`python3 manage.py prove privacy`: every world of small houses, then a large one, against what is published."""

import argparse
from collections.abc import Sequence

from tests.intranet.metrics.core import adversary, linear


def main(argv: Sequence[str]) -> int:
    """Try both adversaries, print what they found, and return 1 where one learned anything of anybody."""
    parser = argparse.ArgumentParser(prog="manage.py prove privacy", description=__doc__)
    parser.add_argument("--houses", type=int, default=200, help="random small houses, beside those with a name")
    parser.add_argument("--worlds", type=int, default=20_000, help="of each random small house, at most")
    parser.add_argument("--people", type=int, default=2_000, help="of the large house; 0 for none")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(argv)
    learned = adversary.prove(houses=chosen.houses, worlds=chosen.worlds, seed=chosen.seed)
    learned += linear.prove(people=chosen.people, seed=chosen.seed) if chosen.people else 0
    return 1 if learned else 0
