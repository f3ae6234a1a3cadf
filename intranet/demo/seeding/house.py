"""The whole demo company in one transaction: either it lives, or the house stays empty."""

import time
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from cms.services import appoint_editor
from intranet.accounts.models import DemoPerson, User
from intranet.demo.seeding import people as people_seeding
from intranet.demo.seeding.care import seed_care
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import company
from intranet.demo.seeding.front import FrontSeeder
from intranet.demo.seeding.kinds import seed_live, seed_private
from intranet.demo.seeding.measures import MeasureSeeder
from intranet.demo.seeding.notices import seed_notices
from intranet.demo.seeding.page_care import PageCareSeeder
from intranet.demo.seeding.page_life import PageLifeSeeder
from intranet.demo.seeding.pages import PageSeeder
from intranet.demo.seeding.spaces import seed_spaces
from intranet.demo.seeding.syntheses import seed_syntheses
from intranet.demo.seeding.threads import seed_read_marks, seed_threads
from intranet.portal.indexing import make_findable


def seed_company(*, now: datetime) -> Iterator[str]:
    """Makes the company as it is on `now`, yielding a line after each step. Nothing stays of one that fails."""
    clock = Clock(now)
    started = time.monotonic()

    def told(step: str) -> str:
        return f"{time.monotonic() - started:5.1f} s  {step}"

    with transaction.atomic():
        teams = people_seeding.seed_teams()
        people = people_seeding.seed_people(teams, clock)
        yield told(f"{len(people)} people in {len(teams)} teams")
        spaces = seed_spaces(teams, people, clock)
        yield told(f"{len(spaces)} spaces")
        pages = PageSeeder(spaces, teams, people, clock).seed()
        yield told(f"{len(pages)} pages")
        said = seed_threads(spaces, people, clock, host=lambda slug: pages[slug].thread)
        said += seed_private(people, clock)
        seed_live(spaces, people, clock, where=lambda slug: pages[slug].url)
        yield told(f"{said} messages")
        summed_up = seed_syntheses(spaces, people, clock)
        yield told(f"{summed_up} syntheses")
        tended = seed_care(spaces, people, clock)
        yield told(f"{tended} conversations looked after")
        kept = PageCareSeeder(pages, spaces, teams, people, clock).seed()
        kept += PageLifeSeeder(pages, spaces, teams, people, clock).seed()
        yield told(f"{kept} pages looked after")
        shown = FrontSeeder(pages, people, clock).seed()
        yield told(f"{shown} things on the front page")
        seed_read_marks(people, clock)
        seed_notices(spaces, people, clock)
        counted = MeasureSeeder(teams, people, clock).seed()
        yield told(f"{counted} quarters with figures")
        people_seeding.close_accounts_of_leavers(people, clock)
        give_roles({row["person"]: people[row["person"]] for row in company()["cast"]})
        make_findable(at=now)
        yield told("everything can be found")


def give_roles(cast: dict[str, User]) -> None:
    """What the people of the cast run, and their place on the sign-in page."""
    people_seeding.make_administrator(cast["thibault"])
    appoint_editor(user=cast["ines"])
    DemoPerson.objects.bulk_create(
        DemoPerson(
            user=cast[row["person"]],
            position=place,
            words_fr=f"{row['label']}. {row['presentation']}",
            words_en=f"{row['label_en']}. {row['presentation_en']}",
        )
        for place, row in enumerate(company()["cast"])
    )
