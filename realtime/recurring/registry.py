"""Saying of a function that it is to be done again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol


class Work(Protocol):
    """Does what is due at `at`. Done twice, or late, it must do no harm."""

    def __call__(self, *, at: datetime) -> Any: ...


@dataclass(frozen=True, slots=True)
class Recurring:
    """A function, how it is called in the database, and how often it runs."""

    name: str
    every: timedelta
    work: Work


_jobs: dict[str, Recurring] = {}


def recurring(*, every: timedelta) -> Callable[[Work], Work]:
    """Has the task workers do the function every so often, for as long as one of them runs.

    It is called by its name in its app (`notifications.write_soon`); its module is imported when Django starts.
    """

    def register(work: Work) -> Work:
        function: Any = work
        app = function.__module__.split(".")[-2]
        name = f"{app}.{function.__name__}"
        _jobs[name] = Recurring(name, every, work)
        return work

    return register


def jobs() -> dict[str, Recurring]:
    """All of them, by name."""
    return dict(_jobs)
