"""The demo's places of exchange."""

from datetime import timedelta
from typing import Any

from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import company
from intranet.people.models import Team
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import create_space, sync_group


def seed_spaces(teams: dict[str, Team], people: dict[str, User], clock: Clock) -> dict[str, Space]:
    """The spaces, by slug, with their teams, people, facilitators and guests."""
    return {row["slug"]: seed_space(row, teams, people, clock) for row in company()["spaces"]}


def seed_space(row: dict[str, Any], teams: dict[str, Team], people: dict[str, User], clock: Clock) -> Space:
    at = clock.morning(row["created"], row["slug"])
    space = create_space(
        name=row["name"],
        slug=row["slug"],
        kind=row["kind"],
        audience=row["audience"],
        description=row["description"],
        charter=row["charter"].strip(),
        by=people[row["facilitators"][0]],
        at=at,
    )
    space.team = teams.get(row.get("team", ""))
    space.save(update_fields=["team"])
    guest = {"role": SpaceMember.Role.GUEST, "expires_at": clock.now + timedelta(days=180)}
    members = [SpaceMember(space=space, team=teams[slug], since=at) for slug in row["teams"]]
    members += [
        SpaceMember(space=space, user=people[key], role=SpaceMember.Role.FACILITATOR, since=at)
        for key in row["facilitators"][1:]
    ]
    named = [key for key in row["people"] if key not in row["facilitators"]]
    members += [SpaceMember(space=space, user=people[key], since=at) for key in named]
    members += [SpaceMember(space=space, user=people[key], since=at, **guest) for key in row["guests"]]
    SpaceMember.objects.bulk_create(members)
    sync_group(space)
    return space
