"""The check of files that the operator chose, such as one for viruses; asked for every file that people bring."""

from collections.abc import Callable
from typing import IO, Any

from django.conf import settings
from django.utils.module_loading import import_string


class NotChecked(Exception):
    """The check itself failed: nothing is let through."""


def why_refused(content: IO[Any], name: str) -> str:
    """Why the house refuses a file, "" for a good one and where nobody chose a check. Raises NotChecked."""
    if not settings.PARVIS_FILE_CHECK:
        return ""
    check: Callable[[IO[Any], str], str | None] = import_string(settings.PARVIS_FILE_CHECK)
    content.seek(0)
    try:
        why = check(content, name)
    except Exception as wrong:
        raise NotChecked from wrong
    content.seek(0)
    return str(why or "")
