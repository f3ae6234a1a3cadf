"""`python3 manage.py prove others`: a conversation beside slow readers, floods and a thousand idle sockets."""

import argparse
from collections.abc import Sequence

from tests.support.proving import prove


def main(argv: Sequence[str]) -> int:
    """Measure how soon the others are heard, print the ratios, and return 1 where a p99 more than doubled."""
    argparse.ArgumentParser(prog="manage.py prove others", description=__doc__).parse_args(argv)
    return prove("--judge-delays", "tests/realtime/live/test_others.py")
