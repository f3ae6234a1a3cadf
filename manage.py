#!/usr/bin/env python3
"""The one door to Parvis: `python3 manage.py up`, `python3 manage.py test`, or any Django command."""

import os
import sys
from importlib import import_module

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "Parvis runs on Python 3.11, 3.12 or 3.13, and this is Python %d.%d.\n"
        "Install one of them and start again, for instance: python3.11 manage.py up" % sys.version_info[:2]
    )

from deploy import bootstrap

OURS = {
    "build": "deploy.build",
    "lock": "deploy.locks",
    "prove": "deploy.prove",
    "test": "deploy.pipeline",
    "tidy": "deploy.tidy",
}  # what must work without Django


def main(argv: list[str]) -> None:
    """Make `.venv` right, continue inside it, and run the command that `argv` names."""
    bootstrap.enter(argv)
    command = argv[1] if len(argv) > 1 else "help"
    if command in OURS:
        sys.exit(import_module(OURS[command]).main(argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)


if __name__ == "__main__":
    main(sys.argv)
