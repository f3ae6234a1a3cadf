"""`python3 manage.py prove frames`: hostile frames and requests, as many as you like, against one process."""

import argparse
from collections.abc import Sequence

from tests.support.proving import prove


def main(argv: Sequence[str]) -> int:
    """Send the frames, print what became of them, and return 1 where one broke anything."""
    parser = argparse.ArgumentParser(prog="manage.py prove frames", description=__doc__)
    parser.add_argument("--frames", type=int, default=200_000)
    chosen = parser.parse_args(argv)
    test = "tests/realtime/live/test_hostile.py::test_thousands_of_hostile_frames_crash_nothing"
    return prove(f"--frames={chosen.frames}", "--timeout=0", test)
