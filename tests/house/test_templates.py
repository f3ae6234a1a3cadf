"""A variable that is not there is noticed in our templates, and forgiven in those of libraries."""

from pathlib import Path

import pytest
from django.template import Context, Origin, Template, engines
from django.template.backends.django import DjangoTemplates

from tests.support.engines import ROOT

HERE = str(ROOT / "intranet/templates/here.html")
THERE = str(Path(pytest.__file__))


def render(source: str, file: str) -> str:
    backend = engines["django"]
    assert isinstance(backend, DjangoTemplates)
    return Template(source, origin=Origin(file), engine=backend.engine).render(Context({"there": ""}))


def test_a_missing_variable_of_ours_fails() -> None:
    with pytest.raises(AssertionError, match=r"here\.html prints missing, which is not there"):
        render("{{ missing }}", HERE)


def test_what_is_there_and_what_is_asked_for_pass() -> None:
    assert render("{{ there }}{% if missing %}yes{% else %}no{% endif %}", HERE) == "no"


def test_libraries_keep_their_habits() -> None:
    assert render("{{ missing|default:'none' }}", THERE) == "none"
