"""What the served processes of a test said and where they stood, shown beside its failure."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from _pytest._code.code import ExceptionRepr

MOST = 8_000  # characters of one log
logs: dict[Path, Callable[[], list[int]]] = {}  # and the ids of the processes that write there


@contextlib.contextmanager
def heard(log: Path, processes: Callable[[], list[int]]) -> Iterator[None]:
    """Show `log` beside each test that fails while the block lasts; `processes` tell their threads in it on SIGUSR1."""
    logs[log] = processes
    try:
        yield
    finally:
        del logs[log]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and isinstance(report.longrepr, ExceptionRepr):
        for log, processes in logs.items():
            for process in processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGUSR1)
            time.sleep(1)  # they write it
            report.longrepr.addsection("what the server said", log.read_text(errors="replace")[-MOST:])
    return report
