"""The sixteen measures, and what a seventeenth would have to say of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, TypeAlias

from intranet.metrics.core.bands import PRIVATE, SEEN
from intranet.metrics.core.days import Calendar
from intranet.metrics.core.figures import Value
from intranet.metrics.core.formulas import house, objects, people
from intranet.metrics.core.gathered import Gathered
from intranet.metrics.core.windows import Window

Formula: TypeAlias = Callable[..., Any]  # of an iterable of facts and a Setting
OfHouse: TypeAlias = Callable[[Gathered], Value]


class Axis(Enum):
    """What a measure looks at."""

    PROXIMITY = "proximity"
    PLACES = "places"
    INTERACTIVITY = "interactivity"
    EXTERNALITIES = "externalities"
    LEARNING = "learning"
    FOLLOW_THROUGH = "follow-through"


class Kind(Enum):
    """What a formula gives: people (a bit each), objects (two a person at most), or a value of the house at once."""

    PEOPLE = "A"
    OBJECTS = "B"
    HOUSE = "C"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is computed of a window, and how it is made coarse.

    `formula` takes an iterable of facts and a `Setting`; of `width` see bands.py. `house` makes the figure of the
    house beside those of the blocks. What a window's facts lead to is settled `days` and then `working_days` after it.
    `is_first` is False while the black-box adversary does not cover its joint release.
    """

    key: str
    axis: Axis
    kind: Kind
    formula: Formula
    width: int = PRIVATE
    house: OfHouse | None = None
    days: int = 0
    working_days: int = 0
    is_first: bool = True

    def settles_on(self, window: Window, calendar: Calendar) -> date:
        """The local day up to which facts are awaited. Raises `CalendarMissing`."""
        return calendar.after(window.last_day + timedelta(days=self.days), self.working_days)


SIXTEEN = (
    Measure("A1", Axis.PROXIMITY, Kind.PEOPLE, people.hear_customers, SEEN, house.sum_of_people),
    Measure("A2", Axis.PROXIMITY, Kind.OBJECTS, objects.open_conversations),
    Measure("A3", Axis.PROXIMITY, Kind.OBJECTS, objects.closed_loops, house=house.time_to_tell, working_days=40),
    Measure("B1", Axis.PLACES, Kind.PEOPLE, people.take_part, SEEN, house.sum_of_people),
    Measure("B2", Axis.PLACES, Kind.HOUSE, house.living_places),
    Measure("B3", Axis.PLACES, Kind.PEOPLE, people.speak_regularly, SEEN, house.spread_of_voices),
    Measure(
        "C1", Axis.INTERACTIVITY, Kind.OBJECTS, objects.answered_questions, house=house.time_to_answer, working_days=2
    ),
    Measure("C2", Axis.INTERACTIVITY, Kind.OBJECTS, objects.real_dialogues, is_first=False),
    Measure("D1", Axis.EXTERNALITIES, Kind.PEOPLE, people.help_outside, SEEN, house.sum_of_people),
    Measure("D2", Axis.EXTERNALITIES, Kind.OBJECTS, objects.reused_pages, is_first=False),
    Measure("D3", Axis.EXTERNALITIES, Kind.OBJECTS, objects.pages_of_several, is_first=False),
    Measure("E1", Axis.LEARNING, Kind.PEOPLE, people.try_out, PRIVATE, house.sum_of_people),
    Measure("E2", Axis.LEARNING, Kind.PEOPLE, people.put_to_use, PRIVATE, house.sum_of_people, days=60),
    Measure("E3", Axis.LEARNING, Kind.HOUSE, house.managers_too, is_first=False),
    Measure("F1", Axis.FOLLOW_THROUGH, Kind.PEOPLE, people.have_a_say, PRIVATE, house.sum_of_people),
    Measure("F2", Axis.FOLLOW_THROUGH, Kind.OBJECTS, objects.kept_promises, working_days=10),
)
FIRST = tuple(measure for measure in SIXTEEN if measure.is_first)
