"""The demo's pages, written through the same services as everyone's, with their images, files and versions."""

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.core.files import File
from django.utils import timezone

from cms.models import CollaborativePage, EventPage, GuidePage, NewsPage, SpacePage, WrittenPage
from cms.services import add_document, add_image, create_page, publish_page
from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import CONTENT, pages
from intranet.demo.seeding.markdown import Block, BlocksOf
from intranet.people.models import Team
from realtime.spaces.models import Space

TYPES: dict[str, type[WrittenPage]] = {
    "news": NewsPage,
    "event": EventPage,
    "guide": GuidePage,
    "collaborative": CollaborativePage,
}
WITH_CUSTOMERS = {"sarvenne", "ballyrowan"}
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DATE_FIELDS = ("start", "end")


class PageSeeder:
    """Writes all pages: first their titles, so that they can link to each other, then what they say."""

    def __init__(self, spaces: dict[str, Space], teams: dict[str, Team], people: dict[str, User], clock: Clock) -> None:
        self.spaces, self.teams, self.people, self.clock = spaces, teams, people, clock
        self.written: dict[str, WrittenPage] = {}
        self.images: dict[tuple[str, str], int] = {}
        self.documents: dict[tuple[str, str], int] = {}

    def seed(self) -> dict[str, WrittenPage]:
        """All pages, by slug."""
        rows = pages()
        for row, _body in rows:
            self.written[row["slug"]] = self.begin(row)
        for row, body in rows:
            self.fill(row, body)
        return self.written

    def begin(self, row: dict[str, Any]) -> WrittenPage:
        """A page with its title; the first page of a space is there already."""
        space = self.spaces[row["space"]]
        home = SpacePage.objects.get(space=space, depth=3)
        if row["type"] == "space":
            first: WrittenPage = home
            return first
        page: WrittenPage = create_page(
            parent=home,
            model=TYPES[row["type"]],
            title=row["title"],
            slug=row["slug"],
            intro=row["intro"],
            body=[],
            by=self.people[row["author"]],
            at=self.clock.morning(row["published"], row["slug"]),
            is_published=False,
            **(self.event_times(row) if row["type"] == "event" else {}),
        )
        return page

    def event_times(self, row: dict[str, Any]) -> dict[str, Any]:
        """When and where: moved by a few days to the weekday it is written for."""
        start, end = (self.moment(row[name]) if name in row else None for name in DATE_FIELDS)
        shift = self.shift_to(row.get("weekday"), start) if start else timedelta()
        return {
            "starts_at": start + shift if start else None,
            "ends_at": end + shift if end else None,
            "place": row.get("place", ""),
        }

    def moment(self, when: dict[str, Any]) -> datetime:
        hour, minute = map(int, when["time"].split(":"))
        day = timezone.localdate(self.clock.now) + timedelta(days=when["day"])
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    @staticmethod
    def shift_to(weekday: str | None, start: datetime) -> timedelta:
        """The fewest days, forward or back, from `start` to a weekday."""
        if weekday is None:
            return timedelta()
        days = (WEEKDAYS.index(weekday) - start.weekday()) % 7
        return timedelta(days=days if days <= 3 else days - 7)

    def fill(self, row: dict[str, Any], body: str) -> None:
        """What a page says, published; one with a history version by version, each with what changed."""
        page, slug = self.written[row["slug"]], row["space"]
        page.intro = row["intro"]
        page.steward, page.contact = self.teams.get(row.get("steward", "")), self.people.get(row.get("contact", ""))
        page.shared_with_guests = slug in WITH_CUSTOMERS
        if "review_in" in row:
            page.review_on = self.clock.day(row["review_in"])
        blocks = BlocksOf(link=self.linker(slug), image=self.finder(slug)).read(body)
        at, author = self.clock.morning(row["published"], row["slug"]), self.people[row["author"]]
        revisions = row.get("revisions", [])
        if len(revisions) < 2:
            self.publish(page, blocks, author, at)
            return
        self.publish(page, blocks[-part(len(blocks), 1, len(revisions)) :], author, at)
        for number, after in enumerate(revisions[1:], start=2):
            at = self.clock.morning(after["day"], row["slug"])
            shown = blocks[-part(len(blocks), number, len(revisions)) :]
            self.publish(page, shown, self.people[after["by"]], at, note=after["note"])

    def publish(self, page: WrittenPage, blocks: list[Block], by: User, at: datetime, note: str = "") -> None:
        page.body = json.dumps(blocks)
        publish_page(page=page, by=by, at=at, note=note)

    def linker(self, space: str) -> Callable[[str, str], str]:
        def link(kind: str, name: str) -> str:
            if kind == "page":
                return f'linktype="page" id="{self.written[name].pk}"'
            return f'linktype="document" id="{self.document(space, name)}"'

        return link

    def finder(self, space: str) -> Callable[[str], int]:
        return lambda name: self.image(space, name)

    def image(self, space: str, name: str) -> int:
        if (space, name) not in self.images:
            path = CONTENT / "images" / f"{name}.png"
            with path.open("rb") as file:
                made = add_image(space=self.spaces[space], title=name, file=File(file, name=path.name), by=None)
            self.images[space, name] = made.pk
        return self.images[space, name]

    def document(self, space: str, name: str) -> int:
        if (space, name) not in self.documents:
            with (CONTENT / "files" / name).open("rb") as file:
                made = add_document(space=self.spaces[space], title=name, file=File(file, name=name), by=None)
            self.documents[space, name] = made.pk
        return self.documents[space, name]


def part(whole: int, number: int, total: int) -> int:
    """How many of `whole` blocks the version `number` of `total` has: at least one, all at the end."""
    return max(1, round(whole * number / total))
