"""What can be measured: each module here is a subcommand of `manage.py bench`, by its name.

It says what it is for in its docstring, takes its arguments in `arguments(parser)`, and measures in
`run(options, say)`, which prints through `say` and returns whether what it measured holds.
"""

import pkgutil
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from importlib import import_module
from typing import Protocol

Say = Callable[[str], None]


class Scenario(Protocol):
    """A module of this package."""

    __doc__: str | None

    def arguments(self, parser: ArgumentParser) -> None:
        """Declares what the scenario can be asked."""

    def run(self, options: Namespace, say: Say) -> bool:
        """Measures; says what it finds, and whether it holds."""


def scenarios() -> dict[str, Scenario]:
    """All of them, by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return {name: import_module(f"{__name__}.{name}") for name in names}
