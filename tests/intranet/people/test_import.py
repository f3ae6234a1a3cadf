"""Taking people and teams in from a file: told first, then done whole, or not at all."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail import hooks

from intranet.accounts.models import User
from intranet.people.models import Membership, ProfileChange, Team
from intranet.people.roster.applying import NotImported, import_text, plan_import
from intranet.people.roster.columns import EXAMPLES, Sort
from intranet.people.roster.reading import Outcome
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
HEAD = "email;name;title;team;role;language;skills\n"


def put(text: str) -> dict[str, list[str]]:
    """What an import did, without the outcomes of nobody."""
    report = import_text(text=text, by=None, at=timezone.now())
    return {outcome.value: names for outcome, names in report.items() if names}


def told(text: str) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.words) for problem in plan_import(text).problems]


@pytest.mark.feature("H2")
def test_newcomers_get_an_account_a_profile_and_a_home() -> None:
    TeamFactory(name="Tôlerie")
    assert put(HEAD + "Adele@Exemple.example;Adèle Noël;Soudeuse;tolerie;responsable;français;TIG, Polonais\n") == {
        "created": ["Adèle Noël"]
    }
    adele = User.objects.select_related("profile").get(email="adele@exemple.example")
    assert (adele.profile.title, adele.profile.language, adele.has_usable_password()) == ("Soudeuse", "fr", False)
    assert sorted(skill.name for skill in adele.profile.skills.all()) == ["Polonais", "TIG"]
    assert "adele" in adele.profile.search_text
    assert "polonais" in adele.profile.search_text
    home = Membership.objects.get(user=adele)
    assert (home.team.name, home.role, home.is_home, home.ends_on) == ("Tôlerie", "manager", True, None)


def test_a_second_time_changes_nothing() -> None:
    TeamFactory(name="Tôlerie")
    text = HEAD + "a@exemple.example;Adèle;Soudeuse;Tôlerie;manager;fr;TIG\nb@exemple.example;Bo;;;;;\n"
    put(text)
    assert put(text) == {"same": ["Adèle", "Bo"]}
    assert Membership.objects.count() == 1
    assert ProfileChange.objects.count() == 0


@pytest.mark.feature("H5")
def test_another_team_ends_one_row_and_opens_another() -> None:
    old = MembershipFactory(manager=True)
    new = TeamFactory(name="Peinture")
    assert put(f"email;name;team\n{old.user.email};{old.user.name};Peinture\n") == {"moved": [old.user.name]}
    rows = Membership.objects.filter(user=old.user).order_by("pk")
    assert [(row.team_id, row.role, row.ends_on is None) for row in rows] == [
        (old.team_id, "manager", False),
        (new.pk, "member", True),
    ]


def test_a_team_one_was_in_besides_becomes_the_home() -> None:
    home = MembershipFactory()
    besides = MembershipFactory(user=home.user, is_home=False)
    put(f"email;name;team\n{home.user.email};{home.user.name};{besides.team.slug}\n")
    opened = Membership.objects.get(user=home.user, ends_on=None)
    assert (opened.team_id, opened.is_home) == (besides.team_id, True)


def test_another_role_and_other_words_are_changes_that_are_remembered() -> None:
    row = MembershipFactory(user=UserFactory(title="Monteuse"))
    assert put(f"email;name;title;role\n{row.user.email};{row.user.name};Formatrice;facilitator\n") == {
        "changed": [row.user.name]
    }
    assert Membership.objects.get(user=row.user, ends_on=None).role == "facilitator"
    change = ProfileChange.objects.get()
    assert (change.field, change.before, change.after) == ("title", "Monteuse", "Formatrice")


def test_an_empty_cell_leaves_what_is_there() -> None:
    row = MembershipFactory(user=UserFactory(title="Monteuse", place="Lyon"))
    assert put(HEAD + f"{row.user.email};{row.user.name};;;;;\n") == {"same": [row.user.name]}


def test_every_problem_is_told_by_line_and_column_and_nothing_is_written() -> None:
    TeamFactory(name="Le quai", slug="quai-nord")
    TeamFactory(name="Le quai", slug="quai-sud")
    guest, closed = UserFactory(guest=True), UserFactory(left=True)
    before = User.objects.count()
    text = HEAD + "\n".join(
        [
            "good@exemple.example;Good;;;;;",
            "no-address;A;;;;;",
            "good@exemple.example;Twin;;;;;",
            f"{guest.email};Guest;;;;;",
            f"{closed.email};Closed;;;;;",
            "b@exemple.example;B;;Nowhere;;;",
            "c@exemple.example;C;;le quai;;;",
            "d@exemple.example;D;;;manager;;",
            "e@exemple.example;E;;quai-sud;chief;;",
            "f@exemple.example;F;;;;de;",
            "g@exemple.example;" + "x" * 121 + ";;;;;",
            "h@exemple.example;;;;;;",
        ]
    )
    with pytest.raises(NotImported) as refusal:
        put(text)
    problems = refusal.value.plan.problems
    assert [(problem.line, problem.column) for problem in problems] == [
        (3, "email"),
        (4, "email"),
        (5, "email"),
        (6, "email"),
        (7, "team"),
        (8, "team"),
        (9, "role"),
        (10, "role"),
        (11, "language"),
        (12, "name"),
        (13, "name"),
    ]
    assert User.objects.count() == before


def test_teams_come_with_their_tree_and_can_move() -> None:
    text = (
        "code;nom;parent;type;mission\nusine;Usine;;équipe;Tout\nquai;Quai;usine;équipe;\ncercle;Cercle;Usine;cercle;\n"
    )
    assert put(text) == {"created": ["Usine", "Quai", "Cercle"]}
    assert [(team.slug, team.kind, team.depth) for team in Team.objects.all()] == [
        ("usine", "line", 1),
        ("quai", "line", 2),
        ("cercle", "circle", 2),
    ]
    assert put(text) == {"same": ["Usine", "Quai", "Cercle"]}
    assert put("code;name;parent;purpose\nusine;Usine;;Partout\nquai;Quai;cercle;\n") == {
        "changed": ["Usine"],
        "moved": ["Quai"],
    }
    assert [(team.slug, team.depth) for team in Team.objects.all()] == [("usine", 1), ("cercle", 2), ("quai", 3)]


def test_what_is_wrong_with_teams_is_told() -> None:
    put("code;name;parent\na;A;\nb;B;a\n")
    wrong = "code;name;parent;kind\nÉté;E;;\nx;X;nowhere;\ny;Y;;gang\ny;Y2;;\na;A;b;\nz;Z;z;\n"
    assert [(line, column) for line, column, _ in told(wrong)] == [
        (2, "code"),
        (3, "parent"),
        (4, "kind"),
        (5, "code"),
        (6, "parent"),
        (7, "parent"),
    ]
    assert Team.objects.count() == 2


def test_the_example_of_the_template_can_be_imported() -> None:
    put("code,name,parent,kind,purpose\n" + ",".join(EXAMPLES[Sort.TEAMS]))
    cells = ",".join(f'"{cell}"' for cell in EXAMPLES[Sort.PEOPLE])
    assert put("email,name,title,team,role,place,days,phone,language,skills\n" + cells) == {"created": ["Ada Morel"]}


def test_five_thousand_lines_take_seconds_and_call_each_listener_once() -> None:
    teams = [TeamFactory() for _ in range(20)]
    calls: list[tuple[str, int]] = []
    lines = [f"p{n}@exemple.example;Personne {n};;{teams[n % 20].slug};;;Savoir {n % 50}" for n in range(5000)]

    def listen(name: str) -> Any:
        return lambda users, at: calls.append((name, len(users)))

    with (
        hooks.register_temporarily("after_activation_change", listen("people")),
        hooks.register_temporarily("after_membership_change", listen("teams")),
        CaptureQueriesContext(connection) as queries,
    ):
        started = time.monotonic()
        put(HEAD + "\n".join(lines))
        elapsed = time.monotonic() - started
    assert calls == [("people", 5000), ("teams", 5000)]
    assert Membership.objects.count() == 5000
    assert len(queries) < 700  # in batches, whatever the size of a batch on this engine
    assert elapsed < 60


def test_the_command_reports_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes("email,name\nzoe@exemple.example,Zoé\n".encode("cp1252"))
    bad.write_text("email,name\nnothing,Zoé\n")
    call_command("import_people", str(good), "--dry-run")
    assert "created: 1" in capsys.readouterr().out
    assert not User.objects.exists()
    with pytest.raises(CommandError):
        call_command("import_people", str(bad))
    assert "line 2, email" in capsys.readouterr().err
    call_command("import_people", str(good))
    assert User.objects.get().name == "Zoé"
    assert Outcome.CREATED in capsys.readouterr().out
