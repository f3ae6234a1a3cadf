"""Doing what a file asks for: all of it in one transaction, with each listener called once."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile, ProfileChange, Skill, Team
from intranet.people.roster.columns import Sort
from intranet.people.roster.people import TEXTS, PersonLine, plan_people
from intranet.people.roster.reading import Outcome, Problem, read_sheet
from intranet.people.roster.teams import TeamLine, plan_teams
from intranet.people.services import (
    create_team,
    memberships_changed,
    people_changed,
    skill_slugs,
    words_with_skills,
    write_changes,
)

Report = dict[Outcome, list[str]]  # whom, or which teams, the file creates, changes, moves, leaves as they are


@dataclass(slots=True)
class Plan:
    """What a file would do, or why it can do nothing."""

    sort: Sort
    lines: list[PersonLine] | list[TeamLine]
    problems: list[Problem] = field(default_factory=list)

    @property
    def report(self) -> Report:
        return {outcome: [line.name for line in self.lines if line.outcome == outcome] for outcome in Outcome}

    @property
    def does_nothing(self) -> bool:
        return all(line.outcome == Outcome.SAME for line in self.lines)


class NotImported(Exception):
    """The file has problems: nothing of it was written."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(len(plan.problems))
        self.plan = plan


def plan_import(text: str) -> Plan:
    """What a CSV text would change; nothing is written, every problem is told."""
    sheet = read_sheet(text)
    lines = plan_teams(sheet) if sheet.sort == Sort.TEAMS else plan_people(sheet)
    return Plan(sheet.sort, lines, sorted(sheet.problems, key=lambda problem: problem.line))


@transaction.atomic
def import_text(*, text: str, by: User | None, at: datetime) -> Report:
    """Does what a CSV text asks for; a second time it changes nothing. Raises NotImported when it has problems."""
    plan = plan_import(text)
    if plan.problems:
        raise NotImported(plan)
    report = plan.report  # before the lines become true
    if plan.sort == Sort.TEAMS:
        write_teams([line for line in plan.lines if isinstance(line, TeamLine)], at=at)
    else:
        write_people([line for line in plan.lines if isinstance(line, PersonLine)], by=by, at=at)
    return report


def write_teams(lines: list[TeamLine], *, at: datetime) -> None:
    for line in lines:
        write_team(line)
    if any(line.moves for line in lines):
        memberships_changed([], at=at)


def write_team(line: TeamLine) -> None:
    """Makes, changes or moves one team. Each is read afresh: a move renumbers the tree."""
    parent = Team.objects.get(slug=line.above) if line.above else None
    if line.team is None:
        create_team(name=line.name, slug=line.code, parent=parent, **line.fields)
        return
    if line.changes:
        Team.objects.filter(pk=line.team.pk).update(**line.changes)
    if line.moves:
        Team.objects.get(pk=line.team.pk).move(parent, pos="last-child")


def write_people(lines: list[PersonLine], *, by: User | None, at: datetime) -> None:
    newcomers = [line for line in lines if line.user is None]
    changed = [line for line in lines if line.user is not None and line.changes_person]
    moving = [line for line in lines if (line.team is not None and line.moves) or line.changes_role]
    with_skills = [line for line in lines if line.changes_skills]  # asked before the lines become true
    create_people(newcomers, at=at)
    change_people(changed, by=by, at=at)
    set_skills(with_skills)
    write_memberships(moving, at=at)
    if newcomers:
        people_changed([line.user for line in newcomers if line.user], at=at)
    if moving:
        memberships_changed([line.user for line in moving if line.user], at=at)


def create_people(lines: list[PersonLine], *, at: datetime) -> None:
    """Accounts without a password: their owners choose one by "forgotten password"."""
    users = [User(email=line.email, name=line.name, joined_at=at) for line in lines]
    for user in users:
        user.set_unusable_password()
    for line, user in zip(lines, User.objects.bulk_create(users), strict=True):
        user.profile = Profile(user=user, **line.fields)
        user.profile.search_text = words_with_skills(user.profile, line.skills or [])
        line.user = user
    Profile.objects.bulk_create([user.profile for user in users])


def change_people(lines: list[PersonLine], *, by: User | None, at: datetime) -> None:
    log: list[ProfileChange] = []
    profiles = []
    for line in lines:
        profile = with_user(line).profile
        if line.name != profile.user.name:
            log.append(
                ProfileChange(profile=profile, by=by, field="name", before=profile.user.name, after=line.name, at=at)
            )
            profile.user.name = line.name
        log += write_changes(profile, line.fields, by=by, at=at)
        skills = line.skills if line.skills is not None else [skill.name for skill in profile.skills.all()]
        profile.search_text = words_with_skills(profile, skills)
        profiles.append(profile)
    User.objects.bulk_update([profile.user for profile in profiles], ["name"], batch_size=500)
    Profile.objects.bulk_update(profiles, [*TEXTS, "language", "search_text"], batch_size=500)
    ProfileChange.objects.bulk_create(log)


def set_skills(lines: list[PersonLine]) -> None:
    """Gives each of these people the skills of their line and no others."""
    wanted = {slug: name for line in lines for slug, name in skill_slugs(line.skills or []).items()}
    Skill.objects.bulk_create([Skill(slug=slug, name=name) for slug, name in wanted.items()], ignore_conflicts=True)
    ids = dict(Skill.objects.filter(slug__in=wanted).values_list("slug", "pk"))
    held = Profile.skills.through
    held.objects.filter(profile__in=[with_user(line).pk for line in lines]).delete()
    held.objects.bulk_create(
        held(profile_id=with_user(line).pk, skill_id=ids[slug])
        for line in lines
        for slug in skill_slugs(line.skills or [])
    )


def write_memberships(lines: list[PersonLine], *, at: datetime) -> None:
    """Ends the former home and opens the new one; or, for another role, ends a row and opens another."""
    day = timezone.localdate(at)
    ending = [line.home for line in lines if line.home is not None]
    pairs = {(with_user(line).pk, line.team.pk): line for line in lines if line.team is not None}
    besides = Membership.objects.open().filter(
        team__in={team for _, team in pairs}, user__in={user for user, _ in pairs}
    )
    ending += [row for row in besides.order_by("pk") if (row.user_id, row.team_id) in pairs and not row.is_home]
    for row in ending:
        row.ends_on = max(day, row.starts_on)
    Membership.objects.bulk_update(ending, ["ends_on"], batch_size=500)
    Membership.objects.bulk_create(opened(line, day) for line in lines)


def opened(line: PersonLine, day: date) -> Membership:
    team = line.team or (line.home.team if line.home else None)
    role = line.role or (line.home.role if line.home and not line.moves else Membership.Role.MEMBER)
    return Membership(user=with_user(line), team=team, role=role, is_home=True, starts_on=day)


def with_user(line: PersonLine) -> User:
    """The person of a line, who is there by now."""
    if line.user is None:
        raise User.DoesNotExist(line.email)
    return line.user
