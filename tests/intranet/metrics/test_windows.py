"""A window opens and closes once, at its time, whole or not at all; and where it cannot, it stays open and says why."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from intranet.metrics import services
from intranet.metrics.access import figures_of_house, figures_of_team
from intranet.metrics.core.figures import NOT_ENOUGH
from intranet.metrics.models import Adoption, GateReport, Holidays, Safeguard, Window
from intranet.metrics.registry import Described, Period, measures
from intranet.metrics.services import closing
from intranet.people.models import Membership
from intranet.people.services import join_team
from tests.intranet.metrics.houses import (
    APPROVAL,
    NAME,
    OPENED,
    SETTLED,
    House,
    adopt,
    build_house,
    close,
    invent_facts,
    make_ready,
    open_house,
)
from tests.intranet.people.factories import UserFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


def figures(house: House) -> list[Any]:
    """All that is told of a house."""
    told = [
        each for team in house.teams.values() for each in figures_of_team(UserFactory(), team, way="csv", at=SETTLED)
    ]
    return [*told, *figures_of_house(UserFactory())]


def test_opening_freezes_the_blocks_of_the_eve_and_what_was_adopted() -> None:
    house = build_house()
    make_ready("B1")
    joiner = UserFactory()
    join_team(user=joiner, team=house.teams["a"], at=datetime(2026, 10, 1, 9, tzinfo=UTC))

    window = services.open_window(name=NAME, at=OPENED)

    assert {block["name"]: block["n"] for block in window.blocks} == {
        "Equipe a": 9,
        "Equipe b": 12,
        "Equipe c": 8,
        "Maison": 8,  # two heads, and the team of six
    }
    assert window.roster_on == date(2026, 9, 30)
    assert window.measures == {"B1": measures()["B1"].fingerprint}
    assert "camille" not in str([window.blocks, window.units]).lower()


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        (datetime(2026, 10, 1, 23, 59, tzinfo=PARIS), services.TooEarlyToOpen),
        (datetime(2027, 1, 1, tzinfo=PARIS), services.TooLateToOpen),
    ],
)
def test_a_window_opens_at_its_time(at: datetime, refusal: type[Exception]) -> None:
    build_house()
    make_ready()

    with pytest.raises(refusal):
        services.open_window(name=NAME, at=at)

    assert not Window.objects.exists()


def test_a_window_opens_once() -> None:
    open_house()

    with pytest.raises(services.AlreadyOpen):
        services.open_window(name=NAME, at=OPENED + timedelta(days=1))


@pytest.mark.parametrize("missing", Safeguard.Kind.values)
def test_nothing_opens_before_both_safeguards(missing: str) -> None:
    build_house()
    make_ready()
    Safeguard.objects.filter(kind=missing).delete()

    with pytest.raises(services.SafeguardsMissing):
        services.open_window(name=NAME, at=OPENED)


def test_nothing_opens_for_a_safeguard_that_came_after_the_first_day() -> None:
    build_house()
    make_ready()
    Safeguard.objects.filter(kind="consultation").update(done_on=date(2026, 10, 2))

    with pytest.raises(services.SafeguardsMissing):
        services.open_window(name=NAME, at=OPENED + timedelta(days=9))


def test_nothing_opens_where_nothing_was_adopted_before_it() -> None:
    build_house()
    make_ready()
    Adoption.objects.update(decided_on=date(2026, 10, 2))

    with pytest.raises(services.NothingAdopted):
        services.open_window(name=NAME, at=OPENED)


def test_closing_publishes_a_figure_of_each_block_and_measure_and_keeps_the_report() -> None:
    house, _ = open_house()
    invent_facts(house, seed=1, threads=20)

    window = close()

    of_blocks = [each for each in figures(house) if each.about and not each.is_sum]
    assert {(each.measure, each.about) for each in of_blocks} == {
        (key, block["name"]) for key in ("A2", "B1", "B3", "C1", "D1") for block in window.blocks
    }
    report = GateReport.objects.get(window=window)
    assert report.left_out == []
    assert all(cell["passes"] for cell in report.cells)
    assert {cell["measure"] for cell in report.cells} == {"A2", "B1", "B2", "B3", "C1", "D1"}


def test_closing_again_changes_nothing() -> None:
    house, _ = open_house()
    close()
    before = figures(house)
    invent_facts(house, seed=4, threads=20)

    with pytest.raises(services.AlreadyClosed):
        services.close_window(name=NAME, at=SETTLED + timedelta(days=30))

    assert figures(house) == before
    assert Window.objects.get().closed_at == SETTLED


def nothing_is_written(trouble: str, about: str = "") -> None:
    window = Window.objects.get()
    assert (window.closed_at, window.trouble) == (None, trouble)
    assert about in window.trouble_about
    assert figures_of_house(UserFactory()) == []
    assert not GateReport.objects.exists()


def test_it_does_not_close_before_what_is_awaited_is_settled() -> None:
    """Two working days after the quarter, for its questions: the fourth and fifth of January."""
    open_house()

    with pytest.raises(services.TooEarlyToClose) as early:
        services.close_window(name=NAME, at=datetime(2027, 1, 5, 23, 59, tzinfo=PARIS))

    assert early.value.args == (date(2027, 1, 5),)
    nothing_is_written("")


def test_without_a_measure_of_answers_it_closes_on_the_first_day_after() -> None:
    open_house("B1")

    assert services.close_window(name=NAME, at=datetime(2027, 1, 1, 0, 1, tzinfo=PARIS)).closed_at


def test_it_does_not_close_where_somebody_was_put_into_a_team_afterwards_for_that_day() -> None:
    house, _ = open_house()
    Membership.objects.create(user=UserFactory(), team=house.teams["a"], is_home=True, starts_on=date(2026, 9, 1))

    with pytest.raises(services.RosterRewritten):
        close()

    nothing_is_written("roster")


def test_it_does_not_close_where_two_people_were_exchanged_for_that_day() -> None:
    """The sizes are the same."""
    house, _ = open_house()
    one, two = house.people["a"][0], house.people["b"][0]
    Membership.objects.filter(user=one).update(team=house.teams["b"])
    Membership.objects.filter(user=two).update(team=house.teams["a"])

    with pytest.raises(services.RosterRewritten):
        close()

    nothing_is_written("roster")


def test_where_the_roster_was_rewritten_it_can_be_closed_in_silence() -> None:
    house, _ = open_house()
    invent_facts(house, seed=1, threads=60)
    Membership.objects.filter(user=house.people["a"][0]).update(ends_on=date(2026, 9, 2))

    services.close_window(name=NAME, at=SETTLED, in_silence=True)

    assert {each.value for each in figures(house)} == {NOT_ENOUGH}


def test_who_moves_or_leaves_after_the_opening_rewrites_nothing() -> None:
    house, _ = open_house()
    join_team(user=house.people["a"][0], team=house.teams["b"], at=OPENED)
    Membership.objects.filter(user=house.people["c"][0]).update(ends_on=date(2026, 10, 1))
    house.teams["d"].move(house.teams["a"], "last-child")

    assert close().closed_at == SETTLED


@pytest.mark.parametrize("year", [2026, 2027])
def test_it_does_not_close_without_the_holidays_of_the_years_it_touches(year: int) -> None:
    house, _ = open_house()
    invent_facts(house, seed=1, threads=40)
    Holidays.objects.filter(year=year).delete()

    with pytest.raises(services.HolidaysMissing) as missing:
        close()

    assert missing.value.args == (year,)
    nothing_is_written("holidays", str(year))


def test_it_does_not_close_when_the_clock_went_back() -> None:
    open_house("B1")
    Window.objects.create(
        name="2027-Q1",
        least=8,
        roster_on=date(2026, 12, 31),
        units=[],
        blocks=[],
        roster="",
        measures={},
        opened_at=SETTLED + timedelta(days=1),
    )

    with pytest.raises(services.ClockWentBack):
        close()

    assert Window.objects.get(name=NAME).trouble == "clock"


def broken(period: Period) -> Iterator[Any]:
    yield (1, date(2026, 11, 2))
    raise OSError("the disk is away")


def nonsense(period: Period) -> Iterator[Any]:
    yield "not a fact"


@pytest.mark.parametrize("source", [broken, nonsense])
def test_it_does_not_close_where_a_source_fails(
    source: Callable[[Period], Iterator[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other measures are not published either."""
    house, _ = open_house()
    invent_facts(house, seed=1, threads=20)
    monkeypatch.setattr(Described, "facts", lambda each, period: source(period) if each.key == "B3" else iter(()))

    with pytest.raises(services.SourceFailed) as failed:
        close()

    assert failed.value.args == ("B3",)
    nothing_is_written("source", "B3")


def test_after_a_failure_it_closes_as_if_nothing_had_been(monkeypatch: pytest.MonkeyPatch) -> None:
    house, _ = open_house()
    invent_facts(house, seed=1, threads=20)
    with monkeypatch.context() as patch:
        patch.setattr(Described, "facts", lambda each, period: broken(period))
        with pytest.raises(services.SourceFailed):
            close()

    window = services.close_window(name=NAME, at=SETTLED + timedelta(hours=6))

    assert (window.trouble, window.trouble_about) == ("", "")
    assert figures(house)


def test_nothing_is_left_of_a_closing_that_broke_while_it_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    open_house()

    def torn(**fields: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(GateReport.objects, "create", torn)
    with pytest.raises(OSError, match="full"):
        close()

    monkeypatch.undo()
    nothing_is_written("")


def test_of_two_who_close_at_once_one_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has computed all it needs when it finds the window closed."""
    house, _ = open_house("B1")
    invent_facts(house, seed=1, threads=20)
    compute = closing.compute

    def meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(closing, "compute", compute)
        services.close_window(name=NAME, at=SETTLED)
        return compute(*args)

    monkeypatch.setattr(closing, "compute", meanwhile)
    with pytest.raises(services.AlreadyClosed):
        services.close_window(name=NAME, at=SETTLED + timedelta(seconds=1))

    assert Window.objects.get().closed_at == SETTLED
    assert GateReport.objects.get().at == SETTLED
    assert (
        len([each for each in figures(house) if each.about and not each.is_sum]) == 5
    )  # the house and one team share a block, and both show it
    assert GateReport.objects.count() == 1


def test_a_safeguard_that_was_withdrawn_keeps_the_window_open() -> None:
    open_house()
    Safeguard.objects.all().delete()

    with pytest.raises(services.SafeguardsWithdrawn):
        close()

    nothing_is_written("safeguards")


def test_a_measure_suspended_meanwhile_is_left_out_and_the_report_says_so() -> None:
    house, _ = open_house("B1", "D1")
    services.suspend_measure(key="D1", reason="Asked for by the staff", at=SETTLED - timedelta(days=9))

    window = close()

    assert {each.measure for each in figures(house)} == {"B1"}
    assert GateReport.objects.get(window=window).left_out == ["D1"]


def test_a_measure_adopted_after_the_opening_waits_for_the_next_window() -> None:
    house, _ = open_house("B1")
    adopt("D1")

    close()

    assert {each.measure for each in figures(house)} == {"B1"}


def test_how_far_it_is_is_told() -> None:
    house, _ = open_house("B1", "B3")
    invent_facts(house, seed=1, threads=20)
    told: list[tuple[str, int]] = []

    services.close_window(name=NAME, at=SETTLED, progress=lambda key, facts: told.append((key, facts)))

    assert [key for key, _ in told] == ["B1", "B3"]
    assert all(facts > 20 for _, facts in told)


def test_larger_blocks_are_for_windows_that_have_not_begun() -> None:
    house, _ = open_house("B1")
    services.change_rule(least=12, since="2027-Q1", approval=APPROVAL, at=OPENED)

    assert min(each.n for each in figures_after(house)) == 8
    later = services.open_window(name="2027-Q1", at=datetime(2027, 1, 7, tzinfo=UTC))
    assert min(block["n"] for block in later.blocks) == 12


def figures_after(house: House) -> list[Any]:
    close()
    return figures(house)
