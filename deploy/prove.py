"""`python3 manage.py prove NAME`: the long form of what the tests show in short, from a seed, with its figures."""

import sys
from collections.abc import Sequence
from importlib import import_module

PROOFS = {
    "coedit": "tests.crash.coedit.prove",
    "crash": "tests.crash.prove",
    "frames": "tests.realtime.live.prove_frames",
    "updates": "tests.realtime.coedit.prove_updates",
    "writing": "tests.e2e.prove_writing",
    "others": "tests.realtime.live.prove_others",
    "privacy": "tests.intranet.metrics.core.prove",
}


def main(argv: Sequence[str]) -> int:
    """Run the proof that `argv` names with the rest of `argv`, and return its exit code."""
    if not argv or argv[0] not in PROOFS:
        print(f"usage: manage.py prove {{{','.join(PROOFS)}}} [--help]", file=sys.stderr)
        return 2
    code: int = import_module(PROOFS[argv[0]]).main(argv[1:])
    return code
