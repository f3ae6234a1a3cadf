"""What a file of people would change: found out without changing anything."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile, Team
from intranet.people.roster.columns import LANGUAGES, ROLES
from intranet.people.roster.reading import Outcome, Row, Sheet, check_length, word_among
from intranet.people.roster.teams import Teams
from intranet.people.services import skill_slugs

TEXTS = ["title", "place", "days", "phone"]  # columns that are fields of a profile, word for word
MOST_SKILLS = 20


@dataclass(slots=True)
class PersonLine:
    """One person as a file wants them. What is None, or absent from `fields`, stays as it is."""

    line: int
    email: str
    name: str
    fields: dict[str, str]
    skills: list[str] | None
    team: Team | None
    role: str
    user: User | None = None  # who has this address now
    home: Membership | None = None  # their open home membership

    @property
    def moves(self) -> bool:
        return self.team is not None and (self.home is None or self.home.team_id != self.team.pk)

    @property
    def changes_role(self) -> bool:
        return self.role != "" and self.home is not None and not self.moves and self.role != self.home.role

    @property
    def changes_person(self) -> bool:
        """Whether the name, the profile or the skills differ; asks the database nothing."""
        if self.user is None:
            return True
        profile = self.user.profile
        texts = any(getattr(profile, field) != value for field, value in self.fields.items())
        return texts or self.name != self.user.name or self.changes_skills

    @property
    def changes_skills(self) -> bool:
        if self.skills is None or self.user is None:
            return self.skills is not None
        return set(skill_slugs(self.skills)) != {skill.slug for skill in self.user.profile.skills.all()}

    @property
    def outcome(self) -> Outcome:
        if self.user is None:
            return Outcome.CREATED
        if self.moves:
            return Outcome.MOVED
        return Outcome.CHANGED if self.changes_role or self.changes_person else Outcome.SAME


def plan_people(sheet: Sheet) -> list[PersonLine]:
    """What each line asks for; adds to the sheet's problems what cannot be done. Five queries."""
    teams, known = Teams.all(), people_by_email(row["email"] for row in sheet.rows)
    lines = []
    seen: dict[str, int] = {}
    for row in sheet.rows:
        line = person_line(row, teams, sheet)
        line.user = known.get(line.email)
        line.home = next(iter(line.user.open_homes), None) if line.user else None  # type: ignore[attr-defined]  # prefetched below
        check_person(line, row, seen, sheet)
        seen.setdefault(line.email, row.line)
        lines.append(line)
    return lines


def people_by_email(emails: Iterable[str]) -> dict[str, User]:
    """Those of these addresses who have an account, with profile, skills and open home membership."""
    wanted = {email.lower() for email in emails}
    homes = Membership.objects.open().filter(is_home=True).select_related("team")
    people = User.objects.select_related("profile").prefetch_related(
        Prefetch("memberships", homes, to_attr="open_homes"), "profile__skills"
    )
    return {user.email.lower(): user for user in people.order_by("pk") if user.email.lower() in wanted}


def person_line(row: Row, teams: Teams, sheet: Sheet) -> PersonLine:
    fields = {field: row[field] for field in TEXTS if row[field]}
    for field in ["name", *fields]:
        model = User if field == "name" else Profile
        check_length(row, field, getattr(model._meta.get_field(field), "max_length", 0), sheet)
    if language := word_among(row, "language", LANGUAGES, sheet):
        fields["language"] = language
    return PersonLine(
        line=row.line,
        email=row["email"].lower(),
        name=row["name"],
        fields=fields,
        skills=skills_of(row, sheet),
        team=teams.find(row, "team", sheet),
        role=word_among(row, "role", ROLES, sheet),
    )


def skills_of(row: Row, sheet: Sheet) -> list[str] | None:
    if not row["skills"]:
        return None
    names = [name.strip() for name in row["skills"].split(",") if name.strip()]
    if len(names) > MOST_SKILLS or any(len(name) > 60 for name in names):
        sheet.wrong(row.line, "skills", _("At most twenty skills of at most 60 characters, separated by commas."))
    return names


def check_person(line: PersonLine, row: Row, seen: dict[str, int], sheet: Sheet) -> None:
    """Whether the account can be made or changed, and the role has its team."""
    try:
        validate_email(line.email or "missing@example.org")
    except ValidationError:
        sheet.wrong(row.line, "email", _("This is not an e-mail address."))
    if line.email and line.email in seen:
        sheet.wrong(row.line, "email", _("This address is on line %(line)s already.") % {"line": seen[line.email]})
    if line.user is not None and line.user.is_guest:
        sheet.wrong(row.line, "email", _("This address belongs to a guest."))
    elif line.user is not None and not line.user.is_active:
        sheet.wrong(row.line, "email", _("This account is closed. Open it again first, or take the line out."))
    if line.role and not row["team"] and line.home is None:
        sheet.wrong(row.line, "role", _("A role is had in a team: name the team."))
