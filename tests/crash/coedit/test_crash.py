"""While everything breaks, no acknowledged edit of a page that several write is lost or doubled, and all end with one text."""

import random

import pytest

from tests.crash.coedit.faults import NAMED
from tests.crash.coedit.run import Options, Report, run
from tests.support.missing import need

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("built_front_end")]
SEED = random.randrange(10**6)  # printed, and taken by `manage.py prove coedit --seed`


def judged(report: Report) -> Report:
    print("\n".join(report.lines()))
    assert report.anomalies == [], f"manage.py prove coedit --seed {report.options.seed}"
    assert report.history.looks
    assert report.acknowledged
    return report


@pytest.mark.engine("postgresql")
@pytest.mark.feature("P3")
def test_two_processes_and_their_bell_break_and_no_edit_is_lost() -> None:
    need("postgres")
    need("redis")

    report = judged(run(Options(SEED, rounds=1, only=NAMED)))

    assert set(report.faults) == NAMED
    assert len(report.history.rounds[0].copies) == 5 + 2 + 2  # writers, processes, the database and the revision


@pytest.mark.engine("sqlite")
@pytest.mark.feature("P3")
def test_one_process_breaks_and_no_edit_is_lost() -> None:
    report = judged(run(Options(SEED, rounds=1, writers=3, engine="sqlite", only=NAMED)))

    assert set(report.faults) == {kind for kind in NAMED if "Redis" not in kind and "server 2" not in kind}
