"""The ladder, where import-linter cannot look: string references, and the lists themselves."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.db import models

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("intranet.", "realtime.", "cms")
PERSONS = (User, Profile, Membership)
AUDIT = {"Reading"}  # who looked at a team's measures is told to that team, by name


def contract(beginning: str) -> dict[str, Any]:
    """The contract of pyproject.toml whose name begins so."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(found for found in contracts if found["name"].startswith(beginning))


def rungs() -> list[set[str]]:
    """The ladder from its top; siblings share a rung."""
    return [{name.strip() for name in rung.split("|")} for rung in contract("The ladder")["layers"]]


def rung_of(app: str) -> int | None:
    """The place of an app on the ladder, 0 at the top; None when it has none."""
    for place, names in enumerate(rungs()):
        if any(app == name or app.startswith(f"{name}.") for name in names):
            return place
    return None


def our_apps() -> Iterator[AppConfig]:
    return (app for app in apps.get_app_configs() if app.name.startswith(PACKAGES))


def relations(model: type[models.Model]) -> Iterator[tuple[str, type[models.Model]]]:
    """The name and target of each relation that a model declares, parents included."""
    for field in model._meta.get_fields(include_hidden=True):
        is_ours = not field.auto_created or isinstance(field, models.OneToOneField)
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and is_ours:
            yield field.name, field.related_model


def upward_keys(model: type[models.Model]) -> list[str]:
    """The relations of a model that go up the ladder."""
    here = rung_of(model._meta.app_config.name)
    return [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for name, target in relations(model)
        if climbs(here, target)
    ]


def climbs(here: int | None, target: type[models.Model]) -> bool:
    there = rung_of(target._meta.app_config.name)
    return here is not None and there is not None and there < here


def persons_in(models_of_metrics: Iterable[type[models.Model]]) -> list[str]:
    """The relations to a person among some models, an audit of readers apart."""
    return [
        f"{model._meta.label}.{name}"
        for model in models_of_metrics
        for name, target in relations(model)
        if issubclass(target, PERSONS) and model.__name__ not in AUDIT
    ]


def test_every_app_has_a_rung() -> None:
    assert [app.name for app in our_apps() if rung_of(app.name) is None] == []


def test_every_app_is_held_to_its_inner_order() -> None:
    held = set(contract("The order inside an app")["containers"])
    assert {app.name for app in our_apps()} - held == {"cms.base"}
    assert held == set(contract("No cycle inside an app")["ancestors"])


@pytest.mark.parametrize("app", [app.name for app in our_apps()])
def test_foreign_keys_go_down_the_ladder(app: str) -> None:
    assert [
        key for model in apps.get_models() if model._meta.app_config.name == app for key in upward_keys(model)
    ] == []


def test_a_key_that_goes_up_would_be_seen() -> None:
    from realtime.threads.models import Thread

    assert climbs(rung_of("intranet.people"), Thread)
    assert not climbs(rung_of("intranet.portal"), Thread)


def test_no_figure_relates_to_a_person() -> None:
    metrics = [model for model in apps.get_models() if model._meta.app_config.name == "intranet.metrics"]
    assert persons_in(metrics) == []


def test_a_figure_that_related_to_a_person_would_be_seen() -> None:
    from realtime.threads.models import ReadMark

    assert persons_in([ReadMark]) == ["threads.ReadMark.user"]
