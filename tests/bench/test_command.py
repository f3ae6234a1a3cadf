"""The command that measures: it knows its scenarios, and its exit code says whether they hold."""

from argparse import ArgumentParser, Namespace
from types import ModuleType

import pytest
from django.core.management import CommandError, call_command

from intranet.bench.management.commands import bench
from intranet.bench.scenarios import Say


class Planted(ModuleType):
    """A scenario that holds when it is told to."""

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--holds", action="store_true")

    def run(self, options: Namespace, say: Say) -> bool:
        say(f"measured, {options.holds}")
        return bool(options.holds)


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "scenarios", lambda: {"planted": Planted("planted", "Measures nothing.")})


def test_a_scenario_that_holds_says_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("bench", "planted", "--holds")

    assert capsys.readouterr().out == "measured, True\n"


def test_one_that_does_not_hold_fails_the_command() -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("bench", "planted")

    assert ended.value.code == 1


def test_an_unknown_scenario_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("bench", "nothing")
