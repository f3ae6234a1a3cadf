"""`python3 manage.py test`: everything that must hold before a change is merged, the tests themselves last."""

import argparse
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy import frontend, messages, tidy
from deploy.bootstrap import ROOT
from deploy.progress import Step, StepFailed, run, say, step

PYTHON = sys.executable
AT_ONCE = 2
ENGINES = ("sqlite", "postgresql")
TESTS = "tests"


@dataclass(frozen=True)
class Check:
    """One thing that must hold. `act` does it as the step it is given, and raises `StepFailed`."""

    name: str
    what: str
    act: Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """How a check ended. `output` is what it printed when it failed, else empty."""

    name: str
    seconds: float
    output: str


def command(*words: str | Path, **environment: str) -> Callable[[str], None]:
    """Return an act that runs `words` with `environment` on top of ours."""

    def act(title: str) -> None:
        run(title, [str(word) for word in words], cwd=ROOT, env=environment)

    return act


def tool(name: str, *words: str) -> Callable[[str], None]:
    """Return an act that runs a program of our own environment."""
    return command(Path(PYTHON).with_name(name), *words)


def django(*words: str, settings: str, **environment: str) -> Callable[[str], None]:
    """Return an act that runs a Django command with `settings`."""
    return command(PYTHON, "manage.py", *words, DJANGO_SETTINGS_MODULE=settings, **environment)


def check_templates(title: str) -> None:
    tool("djade", "--check", "--target-version", tidy.DJANGO, *tidy.templates())(title)


def check_catalogs(title: str) -> None:
    try:
        with step(title):
            messages.compile_all()
    except messages.BrokenCatalog as broken:
        raise StepFailed(title, str(broken)) from broken


def check_client(title: str) -> None:
    run(title, frontend.npm("run", "check"), cwd=frontend.CLIENT, env=frontend.npm_environment())


def test_client(title: str) -> None:
    run(title, frontend.npm("run", "test"), cwd=frontend.CLIENT, env=frontend.npm_environment())


PRODUCTION = {"PARVIS_SECRET_KEY": secrets.token_urlsafe(50), "PARVIS_ORIGINS": "https://parvis.example.org"}

CHECKS = [
    Check("types", "mypy, strict, with Django's stubs", tool("mypy")),
    Check("lint", "ruff", tool("ruff", "check", "--output-format", "concise")),
    Check(
        "format",
        "ruff's formatter has nothing to change",
        tool("ruff", "format", "--check", "--output-format", "concise"),
    ),
    Check("templates", "djade has nothing to change", check_templates),
    Check("imports", "import-linter: down the ladder only", tool("lint-imports")),
    Check(
        "migrations",
        "the models have their migrations",
        django("makemigrations", "--check", "--dry-run", settings="intranet.settings.test"),
    ),
    Check(
        "deployment",
        "Django's checks of the production settings",
        django("check", "--deploy", "--fail-level", "WARNING", settings="intranet.settings.base", **PRODUCTION),
    ),
    Check("client", "tsc and Biome", check_client),
    Check("client-tests", "tests of the TypeScript", test_client),
    Check(
        "locks", "the locks cover pyproject.toml and hold no address", command(PYTHON, "manage.py", "lock", "--check")
    ),
    Check("catalogs", "the translations compile", check_catalogs),
]


def main(argv: Sequence[str]) -> int:
    """Run what `argv` asks for, everything by default. Return the exit code."""
    options, for_pytest = read_arguments(argv)
    wanted = options.only or [check.name for check in CHECKS] + [TESTS]
    say("Parvis: testing")
    try:
        get_ready(wanted)
    except StepFailed as failure:
        say(f"{failure.tail()}\n\nNothing can be tested before this works: {failure.title}.")
        return 1
    outcomes = run_checks([check for check in CHECKS if check.name in wanted])
    failed = [outcome for outcome in outcomes if outcome.output]
    report(outcomes)
    if TESTS in wanted:
        return run_tests(for_pytest) or bool(failed)
    return bool(failed)


def read_arguments(argv: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    names = [check.name for check in CHECKS] + [TESTS]
    steps = "\n".join(f"  {check.name:13} {check.what}" for check in CHECKS)
    parser = argparse.ArgumentParser(
        prog="manage.py test",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__,
        epilog=f"steps:\n{steps}\n  {TESTS:13} pytest, each test on SQLite and on PostgreSQL\n\n"
        "What follows -- goes to pytest: manage.py test --only tests -- -k thread\n"
        "PARVIS_TEST_WITHOUT=browser,postgres,redis skips, visibly, the tests that need one.",
    )
    parser.add_argument("--only", nargs="+", choices=names, metavar="STEP", help="run these steps alone")
    at = argv.index("--") if "--" in argv else len(argv)
    return parser.parse_args(argv[:at]), list(argv[at + 1 :])


def get_ready(wanted: Sequence[str]) -> None:
    """Fetch and build what the wanted steps stand on. Raises `StepFailed`."""
    if {TESTS, "client", "client-tests", "deployment"} & set(wanted):
        frontend.build()
    if TESTS in wanted:
        fetch_browser()


def fetch_browser() -> None:
    """Bring a Chromium here when there is none and none was declined. Raises `StepFailed`."""
    from tests.support import browser
    from tests.support.missing import Missing, without

    if without("browser"):
        return
    try:
        browser.find_chromium()
    except Missing:
        try_each(browser.ways_to_fetch_chromium([PYTHON, "-m", "playwright"]))


def try_each(ways: Sequence[Sequence[Sequence[str]]]) -> None:
    """Run the commands of the first of `ways` that succeeds. Raises the `StepFailed` of the last."""
    first, *others = ways
    try:
        run_all(first)
    except StepFailed:
        if not others:
            raise
        try_each(others)


def run_all(commands: Sequence[Sequence[str]]) -> None:
    for words in commands:
        run(f"Chromium for the tests: {' '.join(map(str, words))}", words)


def run_checks(checks: Sequence[Check]) -> list[Outcome]:
    """Run `checks`, two at a time, whatever becomes of each."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run_check, checks))


def run_check(check: Check) -> Outcome:
    clock = Step(check.name)
    try:
        check.act(check.name)
    except StepFailed as failure:
        return Outcome(check.name, clock.seconds(), failure.output.strip() or "failed without a word")
    return Outcome(check.name, clock.seconds(), "")


def report(outcomes: Sequence[Outcome]) -> None:
    """Print what failed in full, then one line for each check."""
    for outcome in outcomes:
        if outcome.output:
            say(f"\n---- {outcome.name}\n{outcome.output}")
    if outcomes:
        say("\n" + "\n".join(lines(outcomes)) + "\n")


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        yield f"  {outcome.name:13} {outcome.seconds:7.1f} s  {'FAILED' if outcome.output else 'ok'}"


def run_tests(words: Sequence[str]) -> int:
    """Run pytest, one process for each engine, and return its exit code. Its closing line is the last of the log.

    Whatever ends the run, the servers and browsers that the tests have started end with it.
    """
    processes = [f"--tx=popen//id={engine}//env:PARVIS_TEST_ENGINE={engine}" for engine in ENGINES]
    whole = [] if words else ["--features"]
    full = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-ra", "--dist=each", *processes, *whole, *words]
    with subprocess.Popen(full, cwd=ROOT, process_group=0) as pytest:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        try:
            return pytest.wait()
        except KeyboardInterrupt:
            pytest.send_signal(signal.SIGINT)
            return pytest.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(pytest.pid, signal.SIGKILL)
