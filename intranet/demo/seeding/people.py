"""The demo's teams and people: who they are, and the teams they went through."""

from datetime import timedelta
from typing import Any

from intranet.accounts.models import User
from intranet.accounts.services import deactivate_user
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import company
from intranet.people.models import Membership, Profile, Team
from intranet.people.services import (
    create_person,
    create_team,
    memberships_changed,
    profile_words,
    skills_named,
)

DAYS = {
    "fr": {"mon": "lundi", "tue": "mardi", "wed": "mercredi", "thu": "jeudi", "fri": "vendredi"},
    "en": {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday"},
}


def seed_teams() -> dict[str, Team]:
    """The teams, by slug; a parent is written before its children."""
    teams: dict[str, Team] = {}
    for row in company()["teams"]:
        parent = Team.objects.get(slug=row["parent"]) if "parent" in row else None
        teams[row["slug"]] = create_team(
            name=row["name"], slug=row["slug"], kind=row["kind"], purpose=row["purpose"], parent=parent
        )
    return teams


def seed_people(teams: dict[str, Team], clock: Clock) -> dict[str, User]:
    """Everyone, by key, in the teams they are and were in; the guests too."""
    people = {row["key"]: seed_employee(row, clock) for row in company()["people"]}
    people |= {row["key"]: seed_guest(row, clock) for row in company()["guests"]}
    rows = [m for row in company()["people"] for m in memberships(row, people[row["key"]], teams, clock)]
    Membership.objects.bulk_create(rows)
    memberships_changed(list(people.values()), at=clock.now)
    return people


def seed_employee(row: dict[str, Any], clock: Clock) -> User:
    user = create_person(
        email=row["email"],
        name=f"{row['first_name']} {row['last_name']}",
        at=clock.morning(row["joined"], row["key"]),
        title=row["title"],
        about=row.get("about", ""),
        place=row.get("place", ""),
        days=week(row),
        phone=row.get("phone", ""),
        spoken=", ".join(row.get("spoken", [])),
        interests=", ".join(row.get("interests", [])),
        language=row["language"],
    )
    user.profile.skills.set(skills_named(row.get("skills", [])))
    user.profile.search_text = profile_words(user.profile)
    user.profile.save(update_fields=["search_text"])
    return user


def week(row: dict[str, Any]) -> str:
    """The days a person works, in words; nothing for the whole week."""
    names = DAYS[row["language"]]
    days = row.get("days", list(names))
    return "" if len(days) == len(names) else ", ".join(names[day] for day in days)


def seed_guest(row: dict[str, Any], clock: Clock) -> User:
    return create_person(
        email=row["email"],
        name=f"{row['first_name']} {row['last_name']}",
        at=clock.morning(row["joined"], row["key"]),
        kind=Profile.Kind.GUEST,
        expires_at=clock.now + timedelta(days=180),
        title=row["title"],
        organization=row["company"],
        language=row["language"],
        about=row.get("about", ""),
    )


def memberships(row: dict[str, Any], user: User, teams: dict[str, Team], clock: Clock) -> list[Membership]:
    """The dated rows of one person: the teams left, the one now, and the networks beside it."""
    ended = clock.day(row["left"]) if "left" in row else None
    home = Membership(
        user=user,
        team=teams[row["team"]],
        role=row["role"],
        is_home=True,
        starts_on=clock.day(row.get("since", row["joined"])),
        ends_on=ended,
    )
    past = [
        Membership(
            user=user,
            team=teams[was["team"]],
            role=was["role"],
            is_home=True,
            starts_on=clock.day(was["from"]),
            ends_on=clock.day(was["until"]),
        )
        for was in row.get("past", [])
    ]
    also = [
        Membership(
            user=user,
            team=teams[it["team"]],
            role=it["role"],
            is_home=False,
            starts_on=clock.day(it["since"]),
            ends_on=ended,
        )
        for it in row.get("also", [])
    ]
    return [home, *past, *also]


def close_accounts_of_leavers(people: dict[str, User], clock: Clock) -> None:
    """Those who left stay in what they wrote; their accounts are closed, once the story is told."""
    for row in company()["people"]:
        if "left" in row:
            deactivate_user(user=people[row["key"]], at=clock.morning(row["left"], row["key"]))


def make_administrator(person: User) -> None:
    """Somebody who runs the platform."""
    person.is_superuser = True
    person.save(update_fields=["is_superuser"])
