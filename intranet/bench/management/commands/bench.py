"""`manage.py bench`: measures what the product promises, on this machine, and prints it."""

import sys
from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from deploy import build
from intranet.bench.scenarios import scenarios


class Command(BaseCommand):
    """`bench threads`, `bench live`: exit code 1 when what was measured does not hold."""

    help = "Measure what Parvis promises: each subcommand prints its figures and fails when they do not hold."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        chosen = parser.add_subparsers(dest="scenario", required=True, metavar="WHAT")
        for name, scenario in scenarios().items():
            words = (scenario.__doc__ or "").strip().splitlines()[0]
            scenario.arguments(chosen.add_parser(name, help=words, description=scenario.__doc__))

    def handle(self, *args: Any, **options: Any) -> None:
        if build.main([]) or not scenarios()[options["scenario"]].run(Namespace(**options), self.say):
            sys.exit(1)

    def say(self, words: str) -> None:
        """Prints a line at once, however the output is kept."""
        self.stdout.write(words)
        self.stdout.flush()
