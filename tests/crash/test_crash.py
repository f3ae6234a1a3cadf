"""While everything breaks: nothing acknowledged is lost, everybody sees it once, in order, and soon after."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.house import SmallDisk
from tests.crash.run import Options, Report, run
from tests.support.engines import ROOT
from tests.support.missing import need

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("built_front_end")]
SEED = random.randrange(10**6)  # printed, and taken by `manage.py prove crash --seed`


def judged(report: Report) -> Report:
    print("\n".join(report.lines()))
    assert report.anomalies == [], f"manage.py prove crash --seed {report.options.seed}"
    return report


@pytest.mark.engine("postgresql")
@pytest.mark.feature("T1")
def test_two_processes_a_database_and_a_bell_break_and_nothing_is_lost() -> None:
    need("postgres")
    need("redis")

    report = judged(run(Options(SEED, seconds=60)))

    killed = {f"kill -9 of {what}" for what in ("server 1", "server 2", "PostgreSQL", "Redis")}
    frozen = {f"SIGSTOP of {what}" for what in ("server 1", "server 2", "PostgreSQL", "Redis")}
    assert killed | frozen | {"FLUSHALL of Redis", "CLIENT KILL of Redis"} <= set(report.faults)
    assert set(report.acknowledged) == {"say", "edit", "delete", "react"}
    assert report.delivered >= report.acknowledged["say"] * report.options.readers


@pytest.mark.engine("sqlite")
@pytest.mark.feature("T1")
def test_the_embedded_default_breaks_and_nothing_is_lost() -> None:
    report = judged(run(Options(SEED, seconds=15, writers=4, readers=4, threads=2, engine="sqlite")))

    assert {"kill -9 of server 1", "SIGSTOP of server 1"} <= set(report.faults)
    assert report.acknowledged["say"]


@pytest.mark.engine("sqlite")
def test_a_small_disk_is_full_when_it_is_filled() -> None:
    disk = SmallDisk("1m")
    try:
        if not disk.is_mounted:
            pytest.skip("mounting a small disk needs root and its permission")
        disk.fill()
        with pytest.raises(OSError, match="No space left"):
            (disk.folder / "more").write_bytes(b"x")
        disk.clear()
        (disk.folder / "more").write_bytes(b"x")
    finally:
        disk.close()
    assert not Path(disk.folder).exists()


@pytest.mark.engine("sqlite")
def test_the_command_says_what_can_be_proven() -> None:
    told = subprocess.run([sys.executable, "manage.py", "prove"], cwd=ROOT, capture_output=True, text=True)

    assert told.returncode == 2
    assert "crash" in told.stderr
