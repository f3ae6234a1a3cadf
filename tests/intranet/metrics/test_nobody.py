"""The shape of what is kept: no relation to a person, no word of a race, nobody's name in what is published."""

import pytest
from django.apps import apps

from intranet.metrics.access import figures_of_house, figures_of_team
from intranet.metrics.exporting import as_csv, as_json
from intranet.metrics.models import GateReport, Window
from intranet.people.models import Membership, Profile, ProfileChange
from intranet.people.services import update_profile
from tests.intranet.metrics.houses import SETTLED, close, invent_facts, open_house
from tests.intranet.people.factories import UserFactory

FORBIDDEN = ("score", "rank", "top", "leader", "points", "percentile")


@pytest.mark.feature("M3", "X1")
def test_no_field_is_named_as_in_a_race() -> None:
    names = [field.name for model in apps.get_app_config("metrics").get_models() for field in model._meta.get_fields()]

    assert [name for name in names for word in FORBIDDEN if word in name.split("_")] == []


@pytest.mark.django_db
@pytest.mark.feature("X1")
def test_nothing_that_is_kept_or_published_names_a_person() -> None:
    house, _ = open_house()
    invent_facts(house, seed=1, threads=60)
    window = close()

    told = [
        each for team in house.teams.values() for each in figures_of_team(UserFactory(), team, way="csv", at=SETTLED)
    ]
    told += figures_of_house(UserFactory())
    report = GateReport.objects.get(window=window)
    kept = [window.units, window.blocks, window.measures, report.cells, as_csv(told), as_json(told)]

    for user in house.everybody:
        assert user.name not in str(kept)
        assert user.email not in str(kept)


@pytest.mark.django_db
@pytest.mark.feature("X2", "M7")
def test_frozen_figures_stay_through_whatever_happens_to_people() -> None:
    house, _ = open_house()
    invent_facts(house, seed=1, threads=60)
    close()
    reader = UserFactory()
    before = [figures_of_team(reader, team, way="csv", at=SETTLED) for team in house.teams.values()]

    Profile.objects.filter(user__in=house.people["a"]).update(is_counted=False)
    Membership.objects.filter(user__in=house.people["b"][:5]).update(team=house.teams["a"])
    Membership.objects.filter(user__in=house.people["c"]).delete()
    invent_facts(house, seed=2, threads=20)
    house.teams["a"].name = "Autre nom"
    house.teams["a"].save()

    assert Window.objects.get().closed_at
    assert [figures_of_team(reader, team, way="csv", at=SETTLED) for team in house.teams.values()] == before


@pytest.mark.django_db
@pytest.mark.feature("X1")
def test_choosing_not_to_be_counted_is_silent() -> None:
    """It is written in no history, and no window or report says how many chose it."""
    house, _ = open_house("B1")
    somebody = house.people["a"][0]

    update_profile(profile=somebody.profile, changes={"is_counted": False}, by=somebody, at=SETTLED)
    window = close()

    assert not Profile.objects.get(pk=somebody.pk).is_counted
    assert not ProfileChange.objects.exists()
    assert {block["name"]: block["n"] for block in window.blocks}["Equipe a"] == 9
    assert "counted" not in str([window.blocks, window.measures, GateReport.objects.get(window=window).cells])
