"""What an administrator types: windows, the register, the papers, the holidays."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from intranet.metrics.models import Adoption, Holidays, RuleChange, Safeguard, Window
from intranet.metrics.registry import measures
from intranet.people.models import Membership
from tests.intranet.metrics.houses import NAME, OPENED, SETTLED, build_house, invent_facts, make_ready, open_house

pytestmark = pytest.mark.django_db


def run(*words: Any) -> str:
    out = io.StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What time it is, for the commands: the last of the list."""
    times = [OPENED]
    monkeypatch.setattr(timezone, "now", lambda: times[-1])
    return times


def test_a_window_is_opened_and_closed_and_says_how_far_it_is(clock: list[datetime]) -> None:
    house = build_house()
    make_ready("B1")
    invent_facts(house, seed=1, threads=5)

    assert run("close_window", NAME, "--open") == "2026-Q4 is open: 4 blocks, B1\n"
    clock.append(SETTLED)
    said = run("close_window", NAME)

    assert said.startswith("B1: ")
    assert said.endswith("2026-Q4 is closed.\n")
    assert run("close_window", NAME) == "2026-Q4 was closed before; nothing was changed.\n"


def test_a_window_that_cannot_close_says_why(clock: list[datetime]) -> None:
    house, _ = open_house("B1")

    with pytest.raises(CommandError, match="awaited up to a day that is not over"):
        run("close_window", NAME)
    clock.append(SETTLED)
    Membership.objects.filter(user=house.people["a"][0]).update(ends_on=date(2026, 9, 2))
    with pytest.raises(CommandError, match="is not what it was when it opened"):
        run("close_window", NAME)

    assert run("close_window", NAME, "--in-silence").endswith("2026-Q4 is closed.\n")


@pytest.mark.parametrize(("name", "words"), [("2026-Q3", "never opened"), ("autumn", "not that of a quarter")])
def test_an_unknown_window_is_refused(name: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("close_window", name, *(["--open"] if name == "autumn" else []))


def test_the_register_says_what_is_on_and_what_is_missing(clock: list[datetime]) -> None:
    said = run("measures")

    assert "Consultation of the works council: NOT recorded" in said
    assert "Nothing is measured until both are recorded." in said
    for key, each in measures().items():
        assert f"{key} {each.name}" in said
    assert "A1 Customer in the room [Off: what it would read does not exist yet]" in said
    assert "C2 Real dialogue [Off until it is proven that it tells of nobody beside the others]" in said
    assert "B1 Breadth of voice [Not adopted]" in said


def test_what_was_decided_is_recorded(clock: list[datetime]) -> None:
    both = ["--on", "2026-09-15", "--reference", "CSE 4", "--employer", "Claire Morel", "--staff", "Youssef Diallo"]
    run("measures", "safeguard", "consultation", "--on", "2026-09-01", "--reference", "CSE 3")
    run("measures", "safeguard", "assessment", "--on", "2026-09-02", "--reference", "Dossier 12")
    run("measures", "adopt", "B1", "--fingerprint", measures()["B1"].fingerprint[:16], *both)
    run("measures", "raise", "10", "2027-Q1", *both)

    assert "B1 Breadth of voice [In force]" in run("measures")
    assert RuleChange.objects.get().least == 10
    assert Safeguard.objects.count() == 2
    run("measures", "suspend", "B1", "--reason", "Asked for")
    assert Adoption.objects.get().reason == "Asked for"


@pytest.mark.parametrize("sign", ["", "0" * 16, "0" * 64])
def test_a_formula_is_adopted_by_its_fingerprint_alone(clock: list[datetime], sign: str) -> None:
    both = ["--on", "2026-09-15", "--reference", "CSE 4", "--employer", "Claire Morel", "--staff", "Youssef Diallo"]

    with pytest.raises(CommandError, match="not the formula"):
        run("measures", "adopt", "B1", "--fingerprint", sign or measures()["B1"].fingerprint[:15], *both)


def test_the_papers_are_filled_in_both_languages_and_not_written_over(tmp_path: Path) -> None:
    run("measure_papers", tmp_path / "papers")

    written = {path.name: path.read_text() for path in (tmp_path / "papers").iterdir()}
    assert set(written) == {"consultation.fr.md", "consultation.en.md", "assessment.fr.md", "assessment.en.md"}
    for name, text in written.items():
        for key, each in measures().items():
            assert (f"{key} " in text) is (each.is_on or name.startswith("consultation")), (name, key)
        assert "{" not in text
        assert "&#" not in text
    assert "Ampleur de la parole" in written["assessment.fr.md"]
    assert measures()["B1"].fingerprint in written["consultation.fr.md"]
    with pytest.raises(CommandError):
        run("measure_papers", tmp_path / "papers")


def test_the_papers_name_the_threshold_that_will_hold(tmp_path: Path, clock: list[datetime]) -> None:
    RuleChange.objects.create(
        least=15,
        since="2027-Q1",
        decided_on=date(2026, 9, 1),
        reference="x",
        for_employer="a",
        for_staff="b",
        recorded_at=OPENED,
    )

    run("measure_papers", tmp_path)

    assert "groups of 15 or more" in (tmp_path / "assessment.en.md").read_text()


def test_holidays_are_recorded_and_printed() -> None:
    assert run("holidays", 2027, "2027-05-01", "2027-01-01") == "2027: 2027-01-01, 2027-05-01\n"
    assert run("holidays") == "2027: 2027-01-01, 2027-05-01\n"
    assert run("holidays", 2028, "--none") == "2027: 2027-01-01, 2027-05-01\n2028: none\n"
    with pytest.raises(CommandError, match="not of its year"):
        run("holidays", 2027, "2028-01-01")
    assert Holidays.objects.count() == 2


def test_a_window_in_trouble_is_named_by_the_register(clock: list[datetime]) -> None:
    open_house("B1")
    Window.objects.update(trouble="holidays", trouble_about="2027", tried_at=datetime(2027, 1, 2, tzinfo=UTC))
    clock.append(SETTLED + timedelta(days=1))

    assert "2026-Q4 is open, The holidays of a year are not recorded (2027)" in run("measures")
