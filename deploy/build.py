"""`python3 manage.py build`: what a served Parvis needs besides its packages, made ahead of time."""

from collections.abc import Sequence

from deploy import frontend, messages
from deploy.progress import StepFailed, say


def main(argv: Sequence[str]) -> int:
    """Build the front end and the catalogs. Takes no arguments; returns the exit code."""
    try:
        frontend.build()
        messages.compile_all()
    except StepFailed as failure:
        say(f"{failure.tail()}\n\nThis step failed: {failure.title}.")
        return 1
    except messages.BrokenCatalog as broken:
        say(f"A catalog cannot be read: {broken}")
        return 1
    return 0
