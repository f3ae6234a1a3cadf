"""The benchmark's programs in C, compiled when they are wanted."""

import hashlib
import shutil
import subprocess
from functools import cache
from pathlib import Path

from django.conf import settings

PROGRAMS = Path(__file__).parent / "programs"


@cache
def compiled(name: str) -> Path | None:
    """The program made of `name`.c, None without a compiler. Raises CalledProcessError when it does not compile."""
    compiler = find_compiler()
    if compiler is None:
        return None
    source = PROGRAMS / f"{name}.c"
    folder = settings.BASE_DIR / "var" / "bench"
    program: Path = folder / f"{name}-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        making = program.with_suffix(".making")
        subprocess.run([compiler, "-O2", "-o", str(making), str(source)], check=True, capture_output=True)
        making.rename(program)
    return program


def find_compiler() -> str | None:
    """A C compiler on PATH."""
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
