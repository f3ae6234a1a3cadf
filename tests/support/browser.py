"""A real Chromium, found or fetched, that reaches this machine alone and tells what a page does wrong."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response, expect, sync_playwright

from tests.support.missing import Missing, need

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = ("chromium", "fonts-noto-color-emoji")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI} on ${event.documentURI}`));
"""
SEEN_WITHIN = 20_000  # ms: a bell that was lost is made up for by the heart within 10 s, and machines of tests are full
REMEDY = "set PARVIS_CHROMIUM to one, or install it, for instance: apt-get install chromium fonts-noto-color-emoji"


def find_chromium() -> str:
    """Return the path of a Chromium: PARVIS_CHROMIUM, PATH, or Playwright's own. Raises `Missing`."""
    found = os.environ.get("PARVIS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    with sync_playwright() as playwright:
        carried = playwright.chromium.executable_path
    if not Path(carried).exists():
        raise Missing("Chromium", REMEDY)
    return carried


def ways_to_fetch_chromium(playwright: list[str]) -> list[list[list[str]]]:
    """Return the ways to bring a Chromium here, commands each: apt's as root on Debian, then Playwright's own."""
    apt = shutil.which("apt-get")
    own = [[*playwright, "install", "chromium"]]
    if not apt or os.geteuid() != 0:
        return [own]
    return [
        [[apt, "update"], [apt, "install", "--yes", "--no-install-recommends", *DEBIAN_PACKAGES]],
        [[*playwright, "install", "--with-deps", "chromium"]],
    ]


class Problems:
    """What the pages of one test did wrong. The test fails on any that it did not `allow()` beforehand."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.allowed: list[str] = []

    def allow(self, words: str) -> None:
        """Accept problems that contain `words`, such as ERR_CONNECTION_REFUSED while a server is down."""
        self.allowed.append(words)

    def watch(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.found.append(f"uncaught: {error.error}"))

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.found.append(f"{message.text} ({message.location.get('url', '')})")

    def unexpected(self) -> list[str]:
        return [problem for problem in self.found if not any(words in problem for words in self.allowed)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for the tests of one file. Playwright's loop runs in this thread meanwhile: no asyncio tests beside it."""
    need("browser")
    chromium = find_chromium()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        expect.set_options(timeout=SEEN_WITHIN)
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop is idle while a test uses the database
        running = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS), headless=True)
        yield running
        running.close()


@pytest.fixture
def problems() -> Iterator[Problems]:
    """What the pages of this test do wrong: errors in the console, uncaught exceptions, breaches of the CSP."""
    heard = Problems()
    yield heard
    if wrong := heard.unexpected():
        pytest.fail("\n".join(wrong))


def wait_for_scripts(page: Page) -> None:
    """Make `page` return from going somewhere when the scripts there have begun, as fast hands do not."""

    def patient(go: Callable[..., Response | None]) -> Callable[..., Response | None]:
        def going(*words: Any, **named: Any) -> Response | None:
            answer = go(*words, **named)
            awake(page)
            return answer

        return going

    page.goto = patient(page.goto)  # type: ignore[method-assign]
    page.reload = patient(page.reload)  # type: ignore[method-assign]


def awake(page: Page) -> None:
    """Wait until the scripts of a page of ours have begun. Pages of Wagtail have none of them."""
    if page.locator("script[type=module][src*='/main-']").count():
        page.locator("html[data-awake]").wait_for(state="attached")


class Windows:
    """Opens browser windows for a test, each a person of its own with separate cookies, and closes them all."""

    def __init__(self, browser: Browser, problems: Problems) -> None:
        self.browser = browser
        self.problems = problems
        self.contexts: list[BrowserContext] = []

    def open(
        self, base_url: str, *, width: int = 1280, height: int = 900, language: str = "en-GB", **more: Any
    ) -> Page:
        """Open an empty window at `base_url`; `more` goes to Playwright's new_context, color_scheme for instance."""
        context = self.browser.new_context(
            base_url=base_url,
            viewport={"width": width, "height": height},
            locale=language,
            timezone_id="Europe/Paris",
            **more,
        )
        context.set_default_timeout(30_000)
        if more.get("java_script_enabled", True):
            context.on("page", wait_for_scripts)
        self.problems.watch(context)
        self.contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        for context in self.contexts:
            try:
                context.close()
            except Error as error:
                self.problems.found.append(f"closing a window: {error}")


@pytest.fixture
def windows(browser: Browser, problems: Problems) -> Iterator[Windows]:
    """A way to open windows: `windows.open(site.urls[0])`, one for each person."""
    opened = Windows(browser, problems)
    yield opened
    opened.close()
