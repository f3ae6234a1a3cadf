"""What a formula knows beside its facts: the window, the calendar, and who is counted where."""

from dataclasses import dataclass
from datetime import date, datetime

from intranet.metrics.core.blocks import Partition, Person
from intranet.metrics.core.days import Calendar, local_day
from intranet.metrics.core.windows import Window, days_of


@dataclass(frozen=True)
class Setting:
    """The quarter, its working days, its blocks; `settled_on` is the day up to which facts are known.

    The bits of those in `without` are 0, by their own choice; they stay in the roster.
    """

    window: Window
    calendar: Calendar
    partition: Partition
    settled_on: date
    managers: frozenset[Person] = frozenset()
    without: frozenset[Person] = frozenset()

    @property
    def days(self) -> frozenset[date]:
        """The local days of the window."""
        return days_of(self.window)

    def has(self, on: date) -> bool:
        """Whether a local day is in the window."""
        return on in self.days

    def day(self, at: datetime) -> date:
        """The local day of an aware instant."""
        return local_day(at, self.window.zone)

    def are_apart(self, one: Person, other: Person) -> bool:
        """Whether two people are of two different blocks; who is counted nowhere is apart from nobody."""
        mine, theirs = self.partition.block_of(one), self.partition.block_of(other)
        return mine is not None and theirs is not None and mine != theirs
