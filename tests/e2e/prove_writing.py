"""`python3 manage.py prove writing`: three browsers write one page at once, as long as you like."""

import argparse
from collections.abc import Sequence

from tests.support.proving import prove


def main(argv: Sequence[str]) -> int:
    """Write in rounds, and return 1 where the three, the database and the published page differ or a word is lost."""
    parser = argparse.ArgumentParser(prog="manage.py prove writing", description=__doc__)
    parser.add_argument("--operations", type=int, default=400, help="of each of the three, in a round")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(argv)
    test = "tests/e2e/test_writing_together.py::test_three_write_at_once_and_end_with_one_text"
    words = (f"--operations={chosen.operations}", "--timeout=0", test)
    return max(prove(f"--round={number}", *words) for number in range(chosen.rounds))
