"""What the columns of a file may be called, and the words that stand for a role, a kind or a language."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Membership, Team
from intranet.people.words import folded_words


class Sort(StrEnum):
    """What a file holds: its columns say which."""

    PEOPLE = "people"
    TEAMS = "teams"


COLUMNS: dict[Sort, dict[str, str | Promise]] = {
    Sort.PEOPLE: {
        "email": _("The address they sign in with. Required: it says who the line is about."),
        "name": _("First name and last name. Required."),
        "title": _("What they do."),
        "team": _("Their home team: its name or its code. Another team than today’s moves them there."),
        "role": _("Their role in that team: member, facilitator, delegate or manager."),
        "place": _("Where they work."),
        "days": _("The days they work, in words."),
        "phone": _("Their phone."),
        "language": _("The language of their screens: fr or en."),
        "skills": _("What one can ask them, separated by commas."),
    },
    Sort.TEAMS: {
        "code": _(
            "A short name of letters, digits and hyphens, used in its address. Required: it says which team the line is about."
        ),
        "name": _("Its name. Required."),
        "parent": _("The code or the name of the team above it; a parent comes before its teams."),
        "kind": _("team, network or circle."),
        "purpose": _("What it does, in a sentence."),
    },
}
REQUIRED = {Sort.PEOPLE: ["email", "name"], Sort.TEAMS: ["code", "name"]}
EXAMPLES = {
    Sort.PEOPLE: [
        "ada.morel@example.org",
        "Ada Morel",
        "Welder",
        "Sheet metal",
        "member",
        "Hall 2",
        "",
        "",
        "en",
        "TIG welding, Polish",
    ],
    Sort.TEAMS: ["sheet-metal", "Sheet metal", "", "team", "Cuts and bends what the others assemble."],
}

ALIASES = {
    "email": [
        "e mail",
        "mail",
        "courriel",
        "adresse",
        "adresse e mail",
        "adresse electronique",
        "e mail address",
        "address",
    ],
    "name": ["nom", "nom complet", "full name"],
    "title": ["fonction", "poste", "metier", "job"],
    "team": ["equipe", "service"],
    "role": [],
    "place": ["lieu", "site"],
    "days": ["jours"],
    "phone": ["telephone", "tel"],
    "language": ["langue"],
    "skills": ["savoirs", "competences", "sait faire"],
    "code": ["slug"],
    "parent": ["au dessus", "equipe parente", "above"],
    "kind": ["type", "sorte"],
    "purpose": ["mission", "objet", "raison d etre"],
}
HEADINGS = {alias: column for column, aliases in ALIASES.items() for alias in [column, *aliases]}

ROLES = {
    **{role: role for role in Membership.Role.values},
    "membre": "member",
    "responsable": "manager",
    "delegue": "delegate",
    "deleguee": "delegate",
    "animateur": "facilitator",
    "animatrice": "facilitator",
    "animateur rice": "facilitator",
    "delegue e": "delegate",
}
KINDS = {
    **{kind: kind for kind in Team.Kind.values},
    "team": "line",
    "equipe": "line",
    "reseau": "network",
    "cercle": "circle",
}
LANGUAGES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}


def column_called(heading: str) -> str | None:
    """The column that a heading names, in either language; None for one we do not know."""
    return HEADINGS.get(folded_words(heading))
