"""`python3 manage.py prove updates`: bent updates, as many as you like, in front of the gate of a shared text."""

import argparse
from collections.abc import Sequence

from tests.support.proving import prove


def main(argv: Sequence[str]) -> int:
    """Show so many bent updates to the gate, and return 1 when one broke a text or its process."""
    parser = argparse.ArgumentParser(prog="manage.py prove updates", description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000)
    chosen = parser.parse_args(argv)
    return prove(f"--mutants={chosen.updates}", "tests/realtime/coedit/test_siege.py")
