"""What is done to the demo's pages after they are written, told by a file of content kind by kind."""

from typing import Any, ClassVar

from cms.models import WrittenPage
from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.people.models import Team
from realtime.spaces.models import Space


class PageSeeder:
    """Does what a file tells: for each of `kinds` a method takes its rows one by one."""

    kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        pages: dict[str, WrittenPage],
        spaces: dict[str, Space],
        teams: dict[str, Team],
        people: dict[str, User],
        clock: Clock,
    ) -> None:
        self.pages, self.spaces, self.teams, self.people, self.clock = pages, spaces, teams, people, clock

    def do(self, told: dict[str, list[dict[str, Any]]]) -> int:
        """Returns how many acts."""
        for kind in self.kinds:
            for row in told[kind]:
                getattr(self, kind)(row)
        return sum(len(rows) for rows in told.values())
