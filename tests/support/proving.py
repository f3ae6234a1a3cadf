"""A proof that is a test in its long form: the same test, told to do more, and heard."""

import subprocess
import sys

from tests.support.engines import ROOT


def prove(*words: str) -> int:
    """Run pytest with `words` and print what it prints; return its exit code."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-s", *words]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
