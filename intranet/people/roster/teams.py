"""The teams that a file names, and what a file of teams would change."""

from dataclasses import dataclass, field
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _

from intranet.people.models import Team
from intranet.people.roster.columns import KINDS
from intranet.people.roster.reading import Outcome, Row, Sheet, check_length, word_among
from intranet.people.words import folded_words


@dataclass(slots=True)
class Teams:
    """The teams there are, found by code or by name however it is spelled."""

    by_code: dict[str, Team] = field(default_factory=dict)
    by_name: dict[str, list[Team]] = field(default_factory=dict)

    @classmethod
    def all(cls) -> Self:
        teams = cls()
        for team in Team.objects.all():
            teams.by_code[team.slug] = team
            teams.by_name.setdefault(folded_words(team.name), []).append(team)
        return teams

    def find(self, row: Row, column: str, sheet: Sheet) -> Team | None:
        """The team of a cell; None for an empty cell, and for a team that is unknown or not the only one of its name."""
        if not row[column]:
            return None
        if team := self.by_code.get(row[column].lower()):
            return team
        named = self.by_name.get(folded_words(row[column]), [])
        if len(named) == 1:
            return named[0]
        if named:
            sheet.wrong(row.line, column, _("Several teams have this name: give the code of one."))
        else:
            sheet.wrong(row.line, column, _("There is no team called “%(name)s”.") % {"name": row[column][:60]})
        return None

    def codes_above(self) -> dict[str, str]:
        """The code of the team over each one; "" at the top."""
        by_path = {team.path: code for code, team in self.by_code.items()}
        return {code: by_path.get(team.path[: -Team.steplen], "") for code, team in self.by_code.items()}


@dataclass(slots=True)
class TeamLine:
    """One team as a file wants it. `above` is the code of the team over it; "" leaves it where it is, or at the top."""

    line: int
    code: str
    name: str
    above: str
    fields: dict[str, str]
    team: Team | None = None  # which has this code now
    above_now: str = ""

    @property
    def changes(self) -> dict[str, str]:
        """What differs from the team there is."""
        wanted = {"name": self.name, **self.fields}
        return {field: value for field, value in wanted.items() if getattr(self.team, field, None) != value}

    @property
    def moves(self) -> bool:
        """Whether the team there is comes to stand under another one."""
        return self.team is not None and self.above not in ("", self.above_now)

    @property
    def outcome(self) -> Outcome:
        if self.team is None:
            return Outcome.CREATED
        if self.moves:
            return Outcome.MOVED
        return Outcome.CHANGED if self.changes else Outcome.SAME


def plan_teams(sheet: Sheet) -> list[TeamLine]:
    """What each line asks for; adds to the sheet's problems what cannot be done. One query."""
    teams = Teams.all()
    above = teams.codes_above()
    lines: list[TeamLine] = []
    for row in sheet.rows:
        line = team_line(row, teams, above, sheet)
        check_code(line, lines, sheet)
        above[line.code] = line.above or line.above_now
        if line.above and goes_round(line.code, above):
            sheet.wrong(line.line, "parent", _("A team cannot stand under itself."))
        teams.by_code.setdefault(line.code, Team(slug=line.code, name=line.name))
        lines.append(line)
    return lines


def team_line(row: Row, teams: Teams, above: dict[str, str], sheet: Sheet) -> TeamLine:
    check_length(row, "code", 100, sheet)
    check_length(row, "name", 100, sheet)
    check_length(row, "purpose", 600, sheet)
    code, parent = row["code"].lower(), teams.find(row, "parent", sheet)
    kind = word_among(row, "kind", KINDS, sheet)
    found = teams.by_code.get(code)
    return TeamLine(
        line=row.line,
        code=code,
        name=row["name"],
        above=parent.slug if parent else "",
        fields={field: value for field, value in [("kind", kind), ("purpose", row["purpose"])] if value},
        team=found if found and found.pk else None,
        above_now=above.get(code, ""),
    )


def check_code(line: TeamLine, before: list[TeamLine], sheet: Sheet) -> None:
    """A code can stand in an address, and is there once."""
    try:
        validate_slug(line.code or "missing")
    except ValidationError:
        sheet.wrong(line.line, "code", _("A code has letters without accents, digits and hyphens only."))
    twin = next((earlier.line for earlier in before if line.code and earlier.code == line.code), None)
    if twin is not None:
        sheet.wrong(line.line, "code", _("This code is on line %(line)s already.") % {"line": twin})


def goes_round(code: str, above: dict[str, str]) -> bool:
    """Whether the teams above `code` come back to it."""
    passed = {code}
    while code := above.get(code, ""):
        if code in passed:
            return True
        passed.add(code)
    return False
