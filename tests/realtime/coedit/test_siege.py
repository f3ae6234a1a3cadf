"""Bent updates by the thousand: none breaks the text, its process, or what is written beside them."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.engines import ROOT

SEEDS = (1, 2)
pytestmark = pytest.mark.engine("sqlite")  # no database in what is shown here


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", SEEDS)
def test_bent_updates_break_nothing(seed: int, pytestconfig: pytest.Config) -> None:
    count = int(pytestconfig.getoption("--mutants")) // len(SEEDS)
    command = [sys.executable, "-W", "ignore", "-m", "tests.realtime.coedit.besieging", str(count), str(seed)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "intranet.settings.test"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    met = json.loads(done.stdout)
    print(met)
    assert sum(met.values()) == count
    assert {"passed, news", "malformed", "gap", "unknown", "misplaced", "schema"} <= set(met)  # every wall was tried
