"""How the demo's pages are cared for: through the services, at the days it is told."""

from typing import Any

from wagtail.models import Revision

from cms.base.models import BasePage
from cms.care.archive import archive_unanswered, ask_whether_needed
from cms.care.keeping import close_problem, report_problem
from cms.care.services import watch_page
from cms.models import GuidePage, SpacePage
from cms.services import create_page
from cms.writing.services import name_version
from intranet.demo.seeding.content import page_care
from intranet.demo.seeding.page_seeder import PageSeeder


class PageCareSeeder(PageSeeder):
    """All that `page_care.toml` tells."""

    kinds = ("archived", "asked", "named", "watched", "problems")

    def seed(self) -> int:
        """Returns how many acts."""
        return self.do(page_care())

    def named(self, row: dict[str, Any]) -> None:
        """A version of a page, counted from the first, gets a name."""
        kept = (
            Revision.objects.for_instance(self.pages[row["page"]])
            .order_by("created_at", "pk")
            .exclude(created_at__lt=self.pages[row["page"]].first_published_at)
        )
        at = self.clock.morning(row["day"], row["name"])
        name_version(revision=kept[row["version"]], name=row["name"], by=self.people[row["by"]], at=at)

    def watched(self, row: dict[str, Any]) -> None:
        for person in row["by"]:
            at = self.clock.morning(row["day"], person)
            watch_page(page=self.pages[row["page"]], user=self.people[person], at=at)

    def problems(self, row: dict[str, Any]) -> None:
        """A reader finds something wrong; somebody may have dealt with it since."""
        at = self.clock.morning(row["day"], row["words"])
        page = BasePage.objects.select_related("space").get(pk=self.pages[row["page"]].pk)
        problem = report_problem(page=page, kind=row["kind"], words=row["words"], at=at)
        if "closed_by" in row:
            closed = self.clock.morning(row["closed_day"], row["words"])
            close_problem(problem=problem, by=self.people[row["closed_by"]], at=closed)

    def asked(self, row: dict[str, Any]) -> None:
        """The pages whose review has come by that day are asked about."""
        ask_whether_needed(at=self.clock.morning(row["day"], row["page"]))

    def archived(self, row: dict[str, Any]) -> None:
        """A page whose review came, and for which nobody answered."""
        page = create_page(
            parent=SpacePage.objects.get(space=self.spaces[row["space"]], depth=3),
            model=GuidePage,
            title=row["title"],
            slug=row["slug"],
            intro=row["intro"],
            body=[("paragraph", "".join(f"<p>{words}</p>" for words in row["body"]))],
            by=self.people[row["author"]],
            at=self.clock.morning(row["published"], row["slug"]),
            steward=self.teams[row["steward"]],
            review_on=self.clock.day(row["review"]),
        )
        asked = self.clock.morning(row["asked"], row["slug"])
        BasePage.objects.filter(pk=page.pk).update(asked_on=asked.date())
        archive_unanswered(at=self.clock.morning(row["asked"] + 30, row["slug"]))
