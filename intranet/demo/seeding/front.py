"""The demo's front page and who comes to its events: through the services, at the days it is told."""

from datetime import datetime
from typing import Any

from django.core.files import File

from cms.base.models import BasePage
from cms.events.services import answer_event
from cms.front.services import add_card, add_link, show_banner
from cms.models import EventPage, SpaceImage, WrittenPage
from cms.services import add_image
from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import CONTENT, front
from realtime.spaces.models import Space


class FrontSeeder:
    """All that `front.toml` tells."""

    def __init__(self, pages: dict[str, WrittenPage], people: dict[str, User], clock: Clock) -> None:
        self.pages, self.people, self.clock = pages, people, clock

    def seed(self) -> int:
        """Returns how many things editors put on the front page."""
        told = front()
        for row in told["answers"]:
            self.answers(row)
        for kind in ("banners", "cards", "links"):
            for row in told[kind]:
                getattr(self, kind)(row)
        return sum(len(told[kind]) for kind in ("banners", "cards", "links"))

    def banners(self, row: dict[str, Any]) -> None:
        """A sentence, until an event begins."""
        show_banner(
            words_fr=row["fr"],
            words_en=row["en"],
            level=row["level"],
            page=self.base(row["page"]),
            starts_at=self.clock.morning(row["start"], row["fr"]),
            ends_at=self.begins(row["until"]),
        )

    def cards(self, row: dict[str, Any]) -> None:
        page = self.pages[row["page"]]
        picture = self.picture(page.space, row["image"]) if page.space else None
        add_card(title=row["title"], line=row["line"], page=page, picture=picture)

    def links(self, row: dict[str, Any]) -> None:
        page = self.pages[row["page"]] if "page" in row else None
        add_link(words=row["words"], page=page, address=row.get("address", ""))

    def answers(self, row: dict[str, Any]) -> None:
        """What people said of an event, each of themselves."""
        event = EventPage.objects.get(pk=self.pages[row["page"]].pk)
        for answer in ("coming", "perhaps", "not"):
            for key in row[answer]:
                answer_event(event=event, user=self.people[key], answer=answer, at=self.clock.morning(row["day"], key))

    def base(self, slug: str) -> BasePage:
        found: BasePage = BasePage.objects.get(pk=self.pages[slug].pk)
        return found

    def begins(self, slug: str) -> datetime:
        found: datetime = EventPage.objects.get(pk=self.pages[slug].pk).starts_at
        return found

    def picture(self, space: Space, name: str) -> SpaceImage:
        path = CONTENT / "images" / f"{name}.png"
        with path.open("rb") as file:
            return add_image(space=space, title=name, file=File(file, name=path.name), by=None)
