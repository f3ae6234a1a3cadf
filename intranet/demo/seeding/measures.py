"""The demo's quarters with their figures: computed from what the company said, through the services, at their times."""

from datetime import date, datetime, time, timedelta

from dateutil.easter import easter

from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import measures
from intranet.metrics import house
from intranet.metrics.access import figures_of_team
from intranet.metrics.core.windows import Window
from intranet.metrics.models import Adoption
from intranet.metrics.registry import measure
from intranet.metrics.services import (
    Approval,
    adopt_measure,
    close_window,
    open_window,
    record_holidays,
    record_safeguard,
    suspend_changed,
)
from intranet.people.models import Team

OPENS = timedelta(days=2, hours=9)  # after a quarter begins
CLOSES = timedelta(days=20, hours=9)  # after it ends: the last facts are in by then
FORMER = "0" * 64  # no formula has this fingerprint any more


class MeasureSeeder:
    """Measures are adopted before the first quarter, and each quarter opens and closes in its time."""

    def __init__(self, teams: dict[str, Team], people: dict[str, User], clock: Clock) -> None:
        self.teams, self.people, self.clock = teams, people, clock
        closed = house.window_of(clock.now - CLOSES).moved(-1)
        self.windows = [closed.moved(n) for n in range(1 - measures()["quarters"], 1)]
        self.first = self.windows[0]

    def seed(self) -> int:
        """Returns how many quarters have figures."""
        self.record()
        self.adopt()
        for at, act, window in sorted(self.acts(), key=lambda one: one[0]):
            (open_window if act == "open" else close_window)(name=window.name, at=at)
        self.change()
        self.look()
        return len(self.windows)

    def record(self) -> None:
        for row in measures()["safeguards"]:
            day = self.day(row)
            record_safeguard(kind=row["kind"], done_on=day, reference=row["reference"], at=noon(day, self.first))
        for year in range(self.first.year, self.clock.now.year + 2):
            record_holidays(year=year, days=holidays(year), at=self.first.opens_at)

    def adopt(self) -> None:
        row = measures()["adoption"]
        day = self.day(row)
        approval = Approval(
            day, row["reference"], self.people[row["for_employer"]].name, self.people[row["for_staff"]].name
        )
        for key in row["measures"]:
            adopt_measure(key=key, fingerprint=measure(key).fingerprint, approval=approval, at=noon(day, self.first))

    def day(self, row: dict[str, int]) -> date:
        if "day" in row:
            return self.clock.day(row["day"])
        return self.first.first_day - timedelta(days=row["before"])

    def acts(self) -> list[tuple[datetime, str, Window]]:
        """What happened when: the next quarter opens before the last one closes."""
        opened = [(window.opens_at + OPENS, "open", window) for window in [*self.windows, self.windows[-1].moved(1)]]
        closed = [(window.closes_at + CLOSES, "close", window) for window in self.windows]
        return [(at, act, window) for at, act, window in [*opened, *closed] if at <= self.clock.now]

    def change(self) -> None:
        """One measure is counted otherwise now: what was adopted is the formula it had before."""
        row = measures()["changed"]
        Adoption.objects.standing().filter(measure=row["measure"]).update(fingerprint=FORMER)
        suspend_changed(at=self.clock.morning(row["day"], "measures changed"))

    def look(self) -> None:
        """Who looked at the figures of a team that is not theirs."""
        for row in measures()["looked"]:
            at = self.clock.morning(row["day"], f"{row['by']} looks")
            figures_of_team(self.people[row["by"]], self.teams[row["team"]], way=row["way"], at=at)


def noon(day: date, window: Window) -> datetime:
    return datetime.combine(day, time(12), window.zone)


def holidays(year: int) -> list[date]:
    """Those of France."""
    row = measures()["holidays"]
    moving = [easter(year) + timedelta(days=days) for days in row["after_easter"]]
    return [*(date.fromisoformat(f"{year}-{day}") for day in row["days"]), *moving]
